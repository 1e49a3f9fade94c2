import { refuse } from '../../error.ts'
import { fractionalPositions } from '../lattice.ts'
import { checkStructure, type Structure } from '../structure.ts'

/** A number that reads back as itself. */
export const written = (value: number): string => String(Object.is(value, -0) ? 0 : value)

/**
 * A crystal as POSCAR of VASP 5, direct coordinates, atoms in their order: an element that comes back later has a second
 * entry in the line of elements, as VASP allows. Numbers read back as themselves; selective
 * dynamics where coordinates are fixed.
 *
 * @throws SimulationError (`input`) for sites that are filled in part, which the format does not know
 */
export const writePoscar = (structure: Structure): string => {
  checkStructure(structure)
  const { species, lattice, occupancy, fixed, name } = structure
  const partial = occupancy?.findIndex(value => value !== 1) ?? -1
  if (partial >= 0)
    refuse(`structure.occupancy[${partial}]`, occupancy![partial], '1: POSCAR knows no sites filled in part')
  const groups: { symbol: string; count: number }[] = []
  for (const symbol of species) {
    const last = groups.at(-1)
    if (last?.symbol === symbol) last.count++
    else groups.push({ symbol, count: 1 })
  }
  const rows = (values: Float64Array) =>
    Array.from({ length: values.length / 3 }, (_, i) =>
      [values[3 * i], values[3 * i + 1], values[3 * i + 2]].map(written).join(' '),
    )
  return [
    (name ?? groups.map(({ symbol, count }) => `${symbol}${count}`).join(' ')).replace(/\s+/g, ' ').trim() ||
      'structure',
    '1.0',
    ...rows(lattice),
    groups.map(({ symbol }) => symbol).join(' '),
    groups.map(({ count }) => count).join(' '),
    ...(fixed ? ['Selective dynamics'] : []),
    'Direct',
    ...rows(fractionalPositions(structure)).map((row, i) =>
      fixed ? `${row} ${[0, 1, 2].map(d => (fixed[3 * i + d] ? 'F' : 'T')).join(' ')}` : row,
    ),
    '',
  ].join('\n')
}
