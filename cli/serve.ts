import { addressOf, serve } from '../src/engine/ipi/index.ts'
import { refuse } from '../src/error.ts'
import { engineSpecOfText } from '../src/study/engine-spec.ts'
import { embeddedEngine } from '../src/study/open-engine.ts'
import { exitCode } from './exit.ts'
import { structureOfFile } from './structure.ts'

/** Signals that end the service as a user's wish. */
const signals = ['SIGINT', 'SIGTERM'] as const

export type ServeOptions = {
  readonly unix?: string
  readonly port?: number
  readonly host: string
  readonly wait: number
}

/** `dualion serve ENGINE FILE --unix NAME`: an engine of ours as a client of i-PI, or of ASE's SocketIOCalculator. */
export const serveCommand = async (words: string, file: string, o: ServeOptions): Promise<void> => {
  if ((o.unix === undefined) === (o.port === undefined))
    refuse(
      '--unix',
      o.unix === undefined ? 'neither --unix nor --port' : 'both --unix and --port',
      'where the server listens: either --unix NAME, or --port N (and --host)',
    )
  if (o.unix?.trim() === '') refuse('--unix', o.unix, 'the name of a unix socket')
  const engine = await embeddedEngine(await engineSpecOfText(words, 'engine'), {
    report: note => process.stderr.write(`note: ${note}\n`),
  })
  const { structure, notes } = await structureOfFile(file)
  for (const note of notes) process.stderr.write(`note: ${note}\n`)
  const interrupted = new AbortController()
  const stop = () => interrupted.abort()
  for (const signal of signals) process.once(signal, stop)
  const address = o.unix === undefined ? { host: o.host, port: o.port! } : addressOf(o.unix)
  process.stderr.write(
    `looking for a server at ${'path' in address ? address.path : `${address.host}:${address.port}`}\n`,
  )
  try {
    const { evaluations } = await serve(engine, {
      address,
      structure,
      connectLimit: o.wait,
      signal: interrupted.signal,
    })
    process.stdout.write(`${engine.name}: ${evaluations} evaluations\n`)
    if (interrupted.signal.aborted) process.exitCode = exitCode.interrupted
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.exitCode = exitCode.interrupted // while it waited for the server
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
