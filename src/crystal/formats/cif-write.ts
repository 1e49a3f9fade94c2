import { refuse } from '../../error.ts'
import { determinant } from '../../math/mat3.ts'
import { cellParameters, fractionalPositions } from '../lattice.ts'
import { checkStructure, composition, type Structure } from '../structure.ts'
import type { Operation } from '../symmetry.ts'
import { specialWithin } from './expand.ts'
import { identityOperation, operationWord } from './operation.ts'
import { written } from './poscar-write.ts'
import { speciesWord } from './species.ts'

export type CifWriteOptions = {
  /** Operations of this cell to write (`symmetryOf` gives those of a primitive one); of every orbit its first atom is then listed. P 1 and all atoms where absent. */
  readonly operations?: readonly Operation[]
  /** Name of the data block; the structure's own where absent. */
  readonly block?: string
}

/**
 * A crystal as CIF 1.1. A CIF holds lengths and angles: the cell comes back with a along x, b in the plane x–y, and the atoms
 * with it. A left-handed cell is written by the negatives of its vectors, which span the same lattice.
 *
 * @throws SimulationError (`input`) where the operations do not map the atoms onto each other
 * Source: Cif11
 */
export const writeCif = (structure: Structure, options: CifWriteOptions = {}): string => {
  checkStructure(structure)
  const operations = options.operations ?? [identityOperation]
  const { lattice, species, occupancy, oxidation, name } = structure
  const { lengths, angles } = cellParameters(lattice)
  const f = fractionalPositions(structure)
  if (determinant(lattice) < 0) for (let k = 0; k < f.length; k++) f[k] = -f[k]
  const multiplicity = representatives(structure, f, operations)
  const formula = Object.entries(composition(structure))
    .map(([symbol, count]) => `${symbol}${written(Number(count.toPrecision(12)))}`)
    .join(' ')
  const types = [
    ...new Map(species.map((symbol, i) => [speciesWord(symbol, oxidation?.[i]), oxidation?.[i]])).entries(),
  ]
  const labels = distinctLabels(structure)
  const block = (options.block ?? name ?? 'structure').replace(/[^!-~]+/g, '_') || 'structure'
  return [
    `data_${block.slice(0, 60)}`,
    `_chemical_formula_sum '${formula}'`,
    ...['a', 'b', 'c'].map((axis, d) => `_cell_length_${axis} ${written(lengths[d])}`),
    ...['alpha', 'beta', 'gamma'].map((axis, d) => `_cell_angle_${axis} ${written(angles[d])}`),
    ...(operations.length === 1 ? ["_space_group_name_H-M_alt 'P 1'", '_space_group_IT_number 1'] : []),
    '',
    'loop_',
    '_space_group_symop_operation_xyz',
    ...operations.map(operation => `'${operationWord(operation)}'`),
    ...(oxidation
      ? [
          '',
          'loop_',
          '_atom_type_symbol',
          '_atom_type_oxidation_number',
          ...types.map(([word, number]) => `${word} ${written(number!)}`),
        ]
      : []),
    '',
    'loop_',
    '_atom_site_label',
    '_atom_site_type_symbol',
    '_atom_site_symmetry_multiplicity',
    '_atom_site_fract_x',
    '_atom_site_fract_y',
    '_atom_site_fract_z',
    '_atom_site_occupancy',
    ...species.flatMap((symbol, i) =>
      multiplicity[i] === 0
        ? []
        : [
            `${labels[i]} ${speciesWord(symbol, oxidation?.[i])} ${multiplicity[i]} ${[0, 1, 2].map(d => written(f[3 * i + d])).join(' ')} ${written(occupancy?.[i] ?? 1)}`,
          ],
    ),
    '',
  ].join('\n')
}

/** Labels of the structure where they are words of their own, else symbol and number. */
const distinctLabels = ({ species, labels }: Structure): readonly string[] => {
  const counts: Record<string, number> = {}
  return species.map((symbol, i) => {
    const label = labels?.[i]
    if (label !== undefined && /^[A-Za-z][!-~]*$/.test(label) && !/^(data_|loop_|save_|stop_|global_)/i.test(label))
      return label
    counts[symbol] = (counts[symbol] ?? 0) + 1
    return `${symbol}${counts[symbol]}`
  })
}

/** Multiplicity of the first atom of every orbit, 0 for the others, [n]. */
const representatives = (
  { species, occupancy, oxidation, lattice }: Structure,
  f: Float64Array,
  operations: readonly Operation[],
): Int32Array => {
  const n = species.length
  const multiplicity = new Int32Array(n)
  if (operations.length === 1) return multiplicity.fill(1)
  const taken = new Uint8Array(n)
  const same = (i: number, j: number) =>
    species[i] === species[j] && (occupancy?.[i] ?? 1) === (occupancy?.[j] ?? 1) && oxidation?.[i] === oxidation?.[j]
  for (let i = 0; i < n; i++) {
    if (taken[i]) continue
    for (const { rotation: W, translation: w } of operations) {
      const image = [0, 1, 2].map(d => f[3 * i] * W[d] + f[3 * i + 1] * W[3 + d] + f[3 * i + 2] * W[6 + d] + w[d])
      let found = -1
      for (let j = i; j < n && found < 0; j++) {
        if (!same(i, j)) continue
        const d = [0, 1, 2].map(k => image[k] - f[3 * j + k]).map(value => value - Math.round(value))
        const r = [0, 1, 2].map(k => d[0] * lattice[k] + d[1] * lattice[3 + k] + d[2] * lattice[6 + k])
        if (Math.hypot(r[0], r[1], r[2]) < specialWithin) found = j
      }
      if (found < 0)
        refuse(
          'operations',
          operationWord({ rotation: W, translation: w }),
          `operations that bring atom ${i + 1} (${species[i]}) onto an atom of its kind`,
        )
      if (!taken[found]) {
        taken[found] = 1
        multiplicity[i]++
      }
    }
  }
  return multiplicity
}
