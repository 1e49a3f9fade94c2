import { readFile, stat } from 'node:fs/promises'
import { refuse } from '../error.ts'

/**
 * The bytes of an input file.
 *
 * @param most    largest size that is read at all [bytes]
 * @param o.why   what to do with more, for the message
 * @param o.name  what the file is called in messages
 * @throws SimulationError (`input`) for what is no file or too large; a system error with the path for what cannot be read
 */
export const readInput = async (
  file: string,
  most: number,
  { why = '', name = file }: { readonly why?: string; readonly name?: string } = {},
): Promise<Uint8Array> => {
  const { size, ...kind } = await stat(file).then(found => ({
    size: found.size,
    folder: found.isDirectory(),
    readable: found.isFile() || found.isFIFO(),
  }))
  if (kind.folder) refuse(name, 'a folder', 'a file')
  if (!kind.readable) refuse(name, 'a device', 'a file')
  if (size > most) refuse(name, `${size} bytes`, `at most ${most} bytes${why}`)
  return readFile(file)
}
