import { createWriteStream } from 'node:fs'
import { access, constants, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { refuse } from '../src/error.ts'

/** Refuse what cannot be written before anything is read; `-` is standard output. */
export const checkOutput = async (output: string, input?: string): Promise<void> => {
  if (output === '-') return
  if (output.trim() === '') refuse('output', output, 'the name of a file, or - for standard output')
  const there = await stat(output).catch(() => undefined)
  if (there?.isDirectory()) refuse('output', output, 'the name of a file; this is a folder')
  await access(there ? output : dirname(output), constants.W_OK).catch(() =>
    refuse('output', output, 'a file in a folder that exists and may be written to'),
  )
  if (there && input !== undefined && (await realpath(output)) === (await realpath(input).catch(() => undefined)))
    refuse('output', output, 'another file than the input')
}

/** Pieces of text into a file or standard output. */
export const piecesToFile = async (output: string, pieces: Readable | Iterable<string>): Promise<void> => {
  const source = pieces instanceof Readable ? pieces : Readable.from(pieces)
  if (output === '-') for await (const piece of source) process.stdout.write(piece)
  else await pipeline(source, createWriteStream(output))
}
