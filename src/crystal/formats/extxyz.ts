import { type Frame, frameOf } from './extxyz-frame.ts'
import { mostAtoms, rejectFile, rejectValue, zeroByte } from './text.ts'

/**
 * Configurations of an extended XYZ file, one at a time: memory holds one of them, however long the file is.
 *
 * @param pieces  the text, in pieces of any size
 * @param file    name, for messages
 * @param o       `part`: the first part of a file, which may end anywhere
 * @throws SimulationError (`input`) with file, line and reason; a file that ends within a configuration is refused
 */
export function* readFrames(
  pieces: Iterable<string>,
  file: string,
  o: { readonly part?: boolean } = {},
): Generator<Frame, void> {
  const reader = frameReader(file)
  for (const piece of pieces) for (const frame of reader.push(piece)) yield frame
  if (!o.part) yield* reader.end()
}

/** The same from pieces that arrive, such as a file's stream. */
export async function* readFramesAsync(pieces: AsyncIterable<string>, file: string): AsyncGenerator<Frame, void> {
  const reader = frameReader(file)
  for await (const piece of pieces) for (const frame of reader.push(piece)) yield frame
  yield* reader.end()
}

/** Longest line [characters]: one that never ends must not fill the memory. */
const longestLine = 1_000_000

const frameReader = (file: string) => {
  const build = frameBuilder(file)
  let rest = ''
  function* lines(text: string): Generator<Frame> {
    let from = 0
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      const frame = build.line(text.charCodeAt(to - 1) === 13 ? text.slice(from, to - 1) : text.slice(from, to))
      from = to + 1
      if (frame) yield frame
    }
    rest = text.slice(from)
    if (rest.length > longestLine) build.reject(`a line of more than ${longestLine} characters`)
  }
  return {
    push: (piece: string) => lines(rest === '' ? piece : rest + piece),
    *end(): Generator<Frame> {
      if (rest.trim() !== '') yield* lines(`${rest}\n`)
      build.end()
    },
  }
}

const frameBuilder = (file: string) => {
  let number = 0 // line
  let count = 0
  let comment: string | undefined
  let rows: string[] | undefined
  const reject = (reason: string): never => rejectFile({ file, line: Math.max(1, number) }, reason)
  return {
    reject,
    line: (text: string): Frame | undefined => {
      number++
      if (text.includes('\u0000')) reject(zeroByte)
      if (rows === undefined) {
        if (text.trim() === '') return undefined
        const word = text.trim()
        count = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN
        if (!(count > 0 && count <= mostAtoms))
          rejectValue({ file, line: number }, 'number of atoms', word, `a whole number from 1 to ${mostAtoms}`)
        rows = []
        comment = undefined
        return undefined
      }
      if (comment === undefined) {
        comment = text
        return undefined
      }
      rows.push(text)
      if (rows.length < count) return undefined
      const frame = frameOf(comment, rows, { file, line: number - count })
      rows = undefined
      return frame
    },
    end: (): void => {
      if (rows !== undefined) reject(`the file ends after ${rows.length} of ${count} atoms of a configuration`)
    },
  }
}
