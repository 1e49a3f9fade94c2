import type { Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { readFramesAsync } from '../../src/crystal/formats/extxyz.ts'
import { type Labelled, labelled } from '../../src/distil/index.ts'
import { refuse } from '../../src/error.ts'

/**
 * Labelled frames of one file, gzipped or not, as they are read.
 *
 * @param digest  is fed the unpacked bytes
 */
export async function* framesOf(file: string, digest?: Hash): AsyncGenerator<Labelled> {
  let number = 0
  let source: Readable = createReadStream(file)
  if (file.endsWith('.gz')) {
    const packed = source
    const unpack = createGunzip()
    packed.on('error', error => unpack.destroy(error))
    source = packed.pipe(unpack)
  }
  try {
    for await (const frame of readFramesAsync(textOf(source, digest), file))
      yield labelled(frame, `${file} frame ${++number}`)
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      refuse(file, (error as Error).message, 'a gzipped text file')
    throw error
  }
}

export async function* textOf(source: Readable, digest?: Hash): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const piece of source as AsyncIterable<Uint8Array>) {
    digest?.update(piece)
    yield decoder.decode(piece, { stream: true })
  }
}
