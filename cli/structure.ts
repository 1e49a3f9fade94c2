import { createReadStream } from 'node:fs'
import {
  chosenFrameAsync,
  formatOfName,
  readStructure,
  type StructureFormat,
  structureFormats,
} from '../src/crystal/formats/read-structure.ts'
import { largestText } from '../src/crystal/formats/text.ts'
import { refuseLong } from '../src/crystal/formats/too-long.ts'
import { loadSymmetry } from '../src/crystal/load-symmetry.ts'
import { checkStructure, type Structure } from '../src/crystal/structure.ts'
import { refuse } from '../src/error.ts'
import { readFirst, sizeOf } from '../src/study/read-input.ts'

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
  const format = o.from === undefined ? formatOfName(file) : formatNamed('--from', o.from)
  // of many configurations the one that is meant is found however long the file is
  if (format === 'extxyz' && (await sizeOf(file)) > largestText) {
    loadSymmetry()
    const notes: string[] = []
    const { structure } = await chosenFrameAsync(createReadStream(file, { encoding: 'utf8' }), {
      name: file,
      note: note => notes.push(note),
      ...(o.frame === undefined ? {} : { frame: o.frame }),
    })
    checkStructure(structure, file)
    return { structure, notes }
  }
  return structureOfText(await structureBytes(file, format), file, o)
}

/** The bytes of a structure file; one that is longer than is read is refused with what is wrong and its line. */
export const structureBytes = async (
  file: string,
  format: string | undefined = formatOfName(file),
): Promise<Uint8Array> => {
  const bytes = await readFirst(file, largestText + 1)
  return bytes.length > largestText ? refuseLong(bytes, file, format) : bytes
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
