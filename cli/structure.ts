import { readStructure, type StructureFormat, structureFormats } from '../src/crystal/formats/read-structure.ts'
import { loadSymmetry } from '../src/crystal/load-symmetry.ts'
import type { Structure } from '../src/crystal/structure.ts'
import { refuse } from '../src/error.ts'
import { readInput } from './input.ts'

/** Largest structure file that is read at all [bytes]. */
export const largestStructure = 64_000_000

export type StructureOptions = {
  /** Format where the name of the file should not decide. */
  readonly from?: string
  /** Data block of a CIF, identifier of an OPTIMADE structure. */
  readonly block?: string
  /** Configuration of an extended XYZ file. */
  readonly frame?: number
}

/** The crystal of a file, and what was assumed on the way. */
export const structureOfFile = async (
  file: string,
  o: StructureOptions = {},
): Promise<{ structure: Structure; notes: readonly string[] }> => {
  const bytes = await readInput(file, largestStructure, {
    why: ' (a million atoms); of a longer file keep the data block or the configuration that is meant',
  })
  return structureOfText(bytes, file, o)
}

/** The same from text or bytes that are there already. */
export const structureOfText = async (
  text: string | Uint8Array,
  name: string,
  o: StructureOptions = {},
): Promise<{ structure: Structure; notes: readonly string[] }> => {
  const format = o.from === undefined ? undefined : formatNamed('--from', o.from)
  loadSymmetry() // for a CIF that names its group and lists no operations
  const notes: string[] = []
  const structure = readStructure(text, {
    name,
    note: note => notes.push(note),
    ...(format === undefined ? {} : { format }),
    ...(o.block === undefined ? {} : { block: o.block }),
    ...(o.frame === undefined ? {} : { frame: o.frame }),
  })
  return { structure, notes }
}

/** Refuse a slab or a molecule where a crystal is wanted. */
export const requireCrystal = ({ periodic }: Structure, file: string): void => {
  if (periodic?.includes(false))
    refuse(
      file,
      `a structure open along ${['a', 'b', 'c'].filter((_, d) => !periodic[d]).join(', ')}`,
      'a crystal that repeats in all three directions (extended XYZ: Lattice="…", and no pbc or pbc="T T T")',
    )
}

/** Refuse what an engine cannot be asked: elements it does not know, sites filled in part. */
export const requireKnown = (
  { species, occupancy, labels }: Structure,
  file: string,
  engine: { readonly name: string; readonly elements: readonly string[] },
): void => {
  const { elements, name } = engine
  const strange = elements.includes('*') ? -1 : species.findIndex(symbol => !elements.includes(symbol))
  if (strange >= 0)
    refuse(`${file}: element of atom ${strange + 1}`, species[strange], `${elements.join(', ')}, which ${name} knows`)
  const part = occupancy?.findIndex(share => share < 1) ?? -1
  if (part >= 0)
    refuse(
      `${file}: occupancy of ${labels?.[part] ?? species[part]}`,
      occupancy![part],
      '1: an energy is that of sites filled or empty; choose which atoms are there',
    )
}

export const formatNamed = (option: string, word: string): StructureFormat =>
  structureFormats.find(name => name === word) ?? refuse(option, word, structureFormats.join(', '))
