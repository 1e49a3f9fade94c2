import { open, readFile, stat } from 'node:fs/promises'
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
  const size = await sizeOf(file, name)
  if (size > most) refuse(name, `${size} bytes`, `at most ${most} bytes${why}`)
  return readFile(file)
}

/** The first bytes of an input file or pipe, all of them where it has no more than `most`. */
export const readFirst = async (file: string, most: number): Promise<Uint8Array> => {
  await sizeOf(file)
  const handle = await open(file)
  try {
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      pieces.push(piece)
      length += piece.length
      if (length >= most) break
    }
    return Buffer.concat(pieces, Math.min(length, most))
  } finally {
    await handle.close()
  }
}

/** Size of an input file [bytes], 0 for a pipe; refuses folders and devices. */
export const sizeOf = async (file: string, name: string = file): Promise<number> => {
  const found = await stat(file)
  if (found.isDirectory()) refuse(name, 'a folder', 'a file')
  if (!(found.isFile() || found.isFIFO())) refuse(name, 'a device', 'a file')
  return found.size
}
