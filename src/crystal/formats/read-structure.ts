import { checkStructure, type Structure } from '../structure.ts'
import { readCif } from './cif.ts'
import { readFrames, readFramesAsync } from './extxyz.ts'
import type { Frame } from './extxyz-frame.ts'
import { isOptimade, optimadeStructure } from './optimade.ts'
import { checkOverlap } from './overlap.ts'
import { readPoscar } from './poscar.ts'
import { isPymatgen, pymatgenStructure } from './pymatgen.ts'
import { decoded, jsonOf, largestText, rejectFile, rejectValue, textOf } from './text.ts'
import { refuseLong } from './too-long.ts'

export const structureFormats = ['cif', 'poscar', 'extxyz', 'pymatgen', 'optimade'] as const
export type StructureFormat = (typeof structureFormats)[number]

export type ReadOptions = {
  /** Name of the file: tells its format, and stands in messages. */
  readonly name: string
  /** Where neither name nor content should decide. */
  readonly format?: StructureFormat
  /** Data block of a CIF, or identifier of an OPTIMADE structure, where the first is not meant. */
  readonly block?: string
  /** Configuration of an extended XYZ file, from 0, negative ones from its end; the last where absent. */
  readonly frame?: number
  /** Elements of a POSCAR that names none. */
  readonly elements?: readonly string[]
  /** Told what was assumed, merged or left out. */
  readonly note?: (text: string) => void
}

/**
 * A crystal from a file of any format that is known, told by its name, else by its content. Files of many frames may have
 * any length; others have at most `largestText` bytes.
 *
 * @param input  text or bytes (UTF-8)
 * @throws SimulationError (`input`) with file, line and reason
 */
export const readStructure = (input: string | Uint8Array, options: ReadOptions): Structure => {
  const { name, block, elements, note } = options
  if (input.length > largestText) {
    const named = options.format ?? formatOfName(name)
    return named === 'extxyz' ? chosenFrame(pieces(input, name), options).structure : refuseLong(input, name, named)
  }
  const text = textOf(input, name)
  const format = options.format ?? formatOf(text, name)
  const told = note ? { note } : {}
  const structure = ((): Structure => {
    switch (format) {
      case 'cif':
        return readCif(text, name, { ...told, ...(block === undefined ? {} : { block }) })
      case 'poscar':
        return readPoscar(text, name, { ...told, ...(elements ? { elements } : {}) })
      case 'extxyz':
        return chosenFrame([text], options).structure
      case 'pymatgen':
        return pymatgenStructure(jsonOf(text, name), name, told)
      case 'optimade':
        return optimadeStructure(jsonOf(text, name), name, { ...told, ...(block === undefined ? {} : { id: block }) })
      default:
        return rejectValue({ file: name }, 'format', String(format), structureFormats.join(', '))
    }
  })()
  checkStructure(structure, name)
  return structure
}

/**
 * One configuration of an extended XYZ file with energy and forces; see `ReadOptions.frame`.
 *
 * @param pieces  the text, in pieces of any size
 */
export const chosenFrame = (pieces: Iterable<string>, options: ReadOptions): Frame => {
  const choice = frameChoice(options)
  for (const frame of readFrames(pieces, options.name)) if (choice.take(frame)) break
  return choice.chosen()
}

/** The same from pieces that arrive, such as a file's stream. */
export const chosenFrameAsync = async (pieces: AsyncIterable<string>, options: ReadOptions): Promise<Frame> => {
  const choice = frameChoice(options)
  for await (const frame of readFramesAsync(pieces, options.name)) if (choice.take(frame)) break
  return choice.chosen()
}

const frameChoice = ({ name, frame = -1, note }: ReadOptions) => {
  if (!Number.isInteger(frame)) rejectValue({ file: name }, 'frame', String(frame), 'a whole number')
  const kept: Frame[] = [] // only as many as the choice needs
  const most = frame < 0 ? -frame : 1
  let count = 0
  return {
    /** True where no further frame matters. */
    take: (one: Frame): boolean => {
      if (frame < 0 || count === frame) kept.push(one)
      if (kept.length > most) kept.shift()
      count++
      return frame >= 0 && count > frame
    },
    chosen: (): Frame => {
      if (count === 0) rejectFile({ file: name }, 'the file holds no configuration')
      const found = frame >= 0 ? kept[0] : count >= most ? kept[0] : undefined
      if (!found) return rejectValue({ file: name }, 'frame', String(frame), `${-count} to ${count - 1}`)
      if (count > 1 && frame === -1) note?.(`the file holds ${count} configurations; the last is read`)
      checkOverlap(found.structure, { file: name }, i => `${found.structure.species[i]} (atom ${i + 1})`)
      return found
    },
  }
}

/** Bytes that are read at once of a long text of frames. */
const pieceSize = 1_000_000

function* pieces(input: string | Uint8Array, file: string): Generator<string> {
  if (typeof input === 'string') return yield input
  decoded(input.subarray(0, pieceSize), file) // refuses what is packed, binary, UTF-16
  const decoder = new TextDecoder()
  for (let at = 0; at < input.length; at += pieceSize)
    yield decoder.decode(input.subarray(at, at + pieceSize), { stream: true })
}

/** Format by the name of a file, or undefined where the name does not tell. */
export const formatOfName = (name: string): StructureFormat | 'json' | undefined => {
  const base = name.split(/[\\/]/).at(-1)!.toLowerCase()
  if (/\.(m?cif|cif\d*)$/.test(base)) return 'cif'
  if (/\.(vasp|poscar|contcar)$/.test(base) || /^(poscar|contcar)/.test(base)) return 'poscar'
  if (/\.(ext)?xyz$/.test(base)) return 'extxyz'
  return base.endsWith('.json') ? 'json' : undefined
}

const formatOf = (text: string, name: string): StructureFormat => {
  const named = formatOfName(name)
  if (named !== undefined && named !== 'json') return named
  if (named === 'json' || /^\s*[[{]/.test(text)) {
    const data = jsonOf(text, name)
    if (isPymatgen(data)) return 'pymatgen'
    if (isOptimade(data)) return 'optimade'
    return rejectFile(
      { file: name },
      'this JSON is no structure of pymatgen (lattice, sites) and no answer of OPTIMADE (data, attributes)',
    )
  }
  if (/^\s*data_/im.test(text.slice(0, 100_000))) return 'cif'
  const lines = text.slice(0, 10_000).split('\n')
  if (/^\s*\d+\s*$/.test(lines[0]) && lines.length > 2) return 'extxyz'
  const vector = /^\s*[-+.\d][-+.\deEdD]*(\s+[-+.\d][-+.\deEdD]*){2}/
  if (lines.length > 7 && [2, 3, 4].every(k => vector.test(lines[k]))) return 'poscar'
  return rejectFile(
    { file: name },
    `neither its name nor its content tells a format, allowed: ${structureFormats.join(', ')}`,
  )
}
