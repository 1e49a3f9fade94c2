import type { CellParameters } from '../lattice.ts'
import { latticeOf } from '../lattice.ts'
import type { Structure } from '../structure.ts'
import type { Operation } from '../symmetry.ts'
import { type Block, cifBlocks } from './cif-blocks.ts'
import { type CifSite, cifCell, cifNumber, cifSites } from './cif-sites.ts'
import { checkCell, expandSites, positionsOf, specialWithin } from './expand.ts'
import { groupOf, identityOperation, operationOf } from './operation.ts'
import { checkOverlap, repeatedAtoms } from './overlap.ts'
import { operationsOfGroup } from './space-group.ts'
import { rejectFile, rejectValue } from './text.ts'

export type CifOptions = {
  /** Data block to read; the first with atoms where absent. */
  readonly block?: string
  /** Images of a site closer than this are one atom [Å]; 0.05 where absent. */
  readonly tolerance?: number
  /** Told what was assumed, left out or merged. */
  readonly note?: (text: string) => void
}

/**
 * A crystal from a CIF: cell, symmetry, atom sites with occupancies and oxidation numbers, every atom of the cell written out.
 * Atoms of one site follow each other, in the order of the symmetry operations; several species on one place are several
 * atoms there whose occupancies add up.
 *
 * @param text  CIF 1.1
 * @param file  name, for messages
 * @throws SimulationError (`input`) with file, line and reason
 * Source: Cif11
 */
export const readCif = (text: string, file: string, options: CifOptions = {}): Structure => {
  const note = options.note ?? (() => {})
  const block = chosenBlock(cifBlocks(text, file), file, options, note)
  const place = { file, line: block.line }
  const cell = cifCell(block, file, note)
  const lattice = latticeAt(cell, place)
  const { sites, line } = cifSites(block, cell, file, note)
  const operations = cifOperations(block, cell, file, note)
  const tolerance = options.tolerance ?? specialWithin
  const orbits = expandSites(sites, operations, lattice, place, tolerance)
  const structure = structureOf(sites, orbits.site, {
    lattice,
    positions: positionsOf(orbits.fractional, lattice),
    name: block.name === '' ? file : block.name,
    note,
  })
  const lineOf = (atom: number) => line(sites[orbits.site[atom]].row)
  const kept = withoutRepeats(structure, repeatedAtoms(structure, tolerance, place), note)
  checkOverlap(kept.structure, place, i => {
    const atom = kept.atoms[i]
    return `${structure.labels![atom]} (line ${lineOf(atom)})`
  })
  return kept.structure
}

const latticeAt = (cell: CellParameters, place: { file: string; line: number }): Float64Array => {
  let lattice = new Float64Array(9)
  try {
    lattice = latticeOf(cell) as typeof lattice
  } catch {
    rejectFile(place, `the angles ${cell.angles.join(', ')} degrees span no cell: its volume is zero`)
  }
  checkCell(lattice, place)
  return lattice
}

const chosenBlock = (
  blocks: readonly Block[],
  file: string,
  { block: wanted }: CifOptions,
  note: (text: string) => void,
): Block => {
  const names = blocks.map(({ name }) => JSON.stringify(name)).slice(0, 10)
  if (wanted !== undefined) {
    const found = blocks.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
    return found ?? rejectValue({ file }, 'data block', wanted, `one of ${names.join(', ')}`)
  }
  if (blocks.length === 0) return rejectFile({ file }, 'no data_ block: this is no CIF')
  const filled = blocks.filter(block => block.column('_atom_site_fract_x', '_atom_site_cartn_x'))
  if (filled.length > 1)
    note(`${filled.length} data blocks hold atoms; the first is read (${JSON.stringify(filled[0].name)})`)
  return filled[0] ?? blocks[0]
}

/** Operations that the block lists, else those of the space group it names, else none but the identity. */
const cifOperations = (
  block: Block,
  cell: CellParameters,
  file: string,
  note: (text: string) => void,
): readonly Operation[] => {
  const listed = block.column(
    '_space_group_symop_operation_xyz',
    '_symmetry_equiv_pos_as_xyz',
    '_space_group_symop_operation_xyz_',
  )
  if (listed && listed.rows > 0 && listed.at(0) !== undefined) {
    const list = Array.from({ length: listed.rows }, (_, row) => {
      const word = listed.at(row) ?? '?'
      try {
        return operationOf(word, { file })
      } catch {
        return operationOf(word, { file, line: listed.line(row) })
      }
    })
    return groupOf(list, { file, line: listed.line(0) }, note)
  }
  const word = (...names: readonly string[]) =>
    block
      .column(...names)
      ?.at(0)
      ?.trim() || undefined
  const hall = word('_space_group_name_hall', '_symmetry_space_group_name_hall')
  const hermannMauguin = word(
    '_space_group_name_h-m_alt',
    '_symmetry_space_group_name_h-m',
    '_space_group_name_h-m_full',
    '_space_group_name_h-m_ref',
  )
  const number = word('_space_group_it_number', '_symmetry_int_tables_number')
  const trivial = (name: string | undefined) => name === undefined || /^p\s*1(\s*1\s*1)?$/i.test(name)
  if (trivial(hall) && trivial(hermannMauguin) && (number === undefined || cifNumber(number) === 1)) {
    if (hall === undefined && hermannMauguin === undefined && number === undefined)
      note('no symmetry is given: the sites are taken for all atoms of the cell')
    return [identityOperation]
  }
  const names = {
    ...(hall === undefined ? {} : { hall }),
    ...(hermannMauguin === undefined ? {} : { hermannMauguin }),
    ...(number === undefined ? {} : { number: cifNumber(number) }),
  }
  return groupOf(operationsOfGroup(names, cell, { file, line: block.line }), { file, line: block.line })
}

/** Atoms in the order of their sites, with what is known of all of them. */
const structureOf = (
  sites: readonly CifSite[],
  owner: Int32Array,
  o: { lattice: Float64Array; positions: Float64Array; name: string; note: (text: string) => void },
): Structure => {
  const partial = sites.some(({ occupancy }) => occupancy !== 1)
  const charged = sites.filter(({ oxidation }) => oxidation !== undefined).length
  if (charged > 0 && charged < sites.length)
    o.note(`oxidation numbers are given for ${charged} of ${sites.length} sites only: left out`)
  return {
    species: Array.from(owner, k => sites[k].symbol),
    lattice: o.lattice,
    positions: o.positions,
    labels: Array.from(owner, k => sites[k].label),
    ...(partial ? { occupancy: Float64Array.from(owner, k => sites[k].occupancy) } : {}),
    ...(charged === sites.length ? { oxidation: Float64Array.from(owner, k => sites[k].oxidation!) } : {}),
    name: o.name,
  }
}

const withoutRepeats = (
  structure: Structure,
  keep: Uint8Array,
  note: (text: string) => void,
): { structure: Structure; atoms: readonly number[] } => {
  const atoms = [...keep.keys()].filter(i => keep[i])
  const dropped = keep.length - atoms.length
  if (dropped === 0) return { structure, atoms }
  note(`${dropped} atoms stand on the place of another of the same element (the file lists them twice): kept once`)
  const { species, positions, labels, occupancy, oxidation } = structure
  return {
    atoms,
    structure: {
      ...structure,
      species: atoms.map(i => species[i]),
      positions: Float64Array.from(atoms.flatMap(i => [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]])),
      labels: atoms.map(i => labels![i]),
      ...(occupancy ? { occupancy: Float64Array.from(atoms, i => occupancy[i]) } : {}),
      ...(oxidation ? { oxidation: Float64Array.from(atoms, i => oxidation[i]) } : {}),
    },
  }
}
