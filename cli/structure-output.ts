import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { checkOutputs } from './output-path.ts'

/** Refuse what cannot be written before anything is read; `-` is standard output. */
export const checkOutput = (output: string, input?: string): Promise<void> =>
  checkOutputs([{ option: 'output', file: output }], input === undefined ? [] : [input])

/** Pieces of text into a file or standard output. */
export const piecesToFile = async (output: string, pieces: Readable | Iterable<string>): Promise<void> => {
  const source = pieces instanceof Readable ? pieces : Readable.from(pieces)
  if (output === '-')
    for await (const piece of source) {
      if (process.stdout.errored) return // nobody reads on
      process.stdout.write(piece)
    }
  else await pipeline(source, createWriteStream(output))
}
