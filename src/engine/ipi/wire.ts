import type { Socket } from 'node:net'

/** Every message starts with a word of this length, padded with spaces. */
const headerLength = 12

/** Bytes that may lie unread: a client that sends more than it was asked for is no i-PI client. */
const mostUnread = 1 << 26

/** What went wrong on a connection, and whether a fresh client may do better. */
export type Fault = Error & { readonly again: boolean }

export const fault = (what: string, again = true): Fault => Object.assign(new Error(what), { again })

/** A socket read by length: pieces of messages may arrive in any cut. */
export type Wire = {
  read(bytes: number): Promise<Buffer>
  /** The word of the next message. */
  readHeader(): Promise<string>
  write(bytes: Uint8Array): void
  /** Every read from now on, and the one under way, ends with this. */
  fail(reason: Fault): void
  end(): void
}

export const wireOf = (socket: Socket): Wire => {
  let pieces: Buffer[] = []
  let length = 0
  let failed: Fault | undefined
  let waiting: { bytes: number; resolve(bytes: Buffer): void; reject(reason: Fault): void } | undefined

  const serve = (): void => {
    if (!waiting) return
    const { bytes, resolve, reject } = waiting
    if (length >= bytes) {
      const all = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, length)
      pieces = [all.subarray(bytes)]
      length -= bytes
      waiting = undefined
      resolve(all.subarray(0, bytes))
    } else if (failed) {
      waiting = undefined
      reject(failed)
    }
  }
  const fail = (reason: Fault): void => {
    failed ??= reason
    serve()
  }
  socket.setNoDelay(true)
  socket.on('data', piece => {
    pieces.push(piece)
    length += piece.length
    if (length > mostUnread + (waiting?.bytes ?? 0)) {
      fail(fault(`it sent more than ${mostUnread} bytes that nobody asked for`))
      socket.destroy()
    }
    serve()
  })
  socket.on('error', error => fail(fault(`the connection broke (${error.message})`)))
  socket.on('close', () => fail(fault('it closed the connection')))

  const read = (bytes: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      waiting = { bytes, resolve, reject }
      serve()
    })
  return {
    read,
    readHeader: async () => wordOf(await read(headerLength)),
    write: bytes => {
      if (!socket.destroyed) socket.write(bytes)
    },
    fail,
    end: () => socket.end(),
  }
}

/** `STATUS` → 12 bytes. */
export const header = (word: string): Buffer => Buffer.from(word.padEnd(headerLength, ' '), 'latin1')

/** 12 bytes → `STATUS`; bytes that are no letters show as such. */
const wordOf = (bytes: Buffer): string => {
  const word = bytes.toString('latin1').replace(/[ \0]+$/, '')
  return /^[A-Z]+$/.test(word) ? word : `the bytes ${bytes.toString('hex')}`
}
