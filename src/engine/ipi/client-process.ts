import { type ChildProcess, spawn } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { refuse } from '../../error.ts'
import type { Address } from './start-files.ts'
import { fault, header, type Wire, wireOf } from './wire.ts'

/** How much of what a client prints is kept [characters], and how much of that goes into a message [lines]. */
const kept = 4096
const lines = 6

/** How long a client may take to leave after EXIT, and after SIGTERM, before it is ended [ms]. */
const patience = 3000

/** How long its last words may take to arrive where something it has started still holds its output [ms]. */
const farewell = 300

/** A socket that waits for one client at a time. */
export type Listener = {
  readonly address: Address
  /** The next client to connect; later ones are turned away. */
  accept(): Promise<Socket>
  close(): void
}

/** Listens on a unix socket (mode 0600) or, without a path, on a free port of the loopback. */
export const listen = async (path?: string): Promise<Listener> => {
  let taker: ((socket: Socket) => void) | undefined
  const server: Server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    if (taker) taker(socket)
    else socket.destroy()
    taker = undefined
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (path === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(path, resolve)
  })
  if (path !== undefined) await chmod(path, 0o600)
  const at = server.address()
  return {
    address: path !== undefined ? { path } : { host: '127.0.0.1', port: typeof at === 'object' ? at!.port : 0 },
    accept: () =>
      new Promise(resolve => {
        taker = resolve
      }),
    close: () => server.close(),
  }
}

/** A client that runs and has connected. */
export type ClientProcess = {
  readonly wire: Wire
  /** What it ended with, where it has, and the last it printed. */
  obituary(): Promise<string>
  /** Asks it to leave, and ends it where it does not. */
  end(): Promise<void>
  /** Ends it and what it has started. */
  kill(): Promise<void>
}

/**
 * Starts a client and waits until it connects.
 *
 * @throws Fault that tells how it ended or that it did not come; an input error where there is no such program
 */
export const startClient = async (
  words: readonly string[],
  o: { readonly listener: Listener; readonly folder?: string; readonly startLimit: number },
): Promise<ClientProcess> => {
  const child = spawn(words[0], words.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that what it starts ends with it
    ...(o.folder === undefined ? {} : { cwd: o.folder }),
  })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] = (printed[stream] + text).slice(-kept)
    })
  }
  let how: string | undefined
  let missing: Error | undefined
  const ended = new Promise<void>(resolve => {
    child.on('error', error => {
      missing = error
      resolve()
    })
    child.on('exit', (code, signal) => {
      how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`
      void after(farewell, undefined, { ref: false }).then(resolve)
    })
    child.on('close', () => resolve())
  })
  const obituary = async () => {
    await Promise.race([ended, after(farewell, undefined, { ref: false })])
    const last = lastLines(printed.stderr) || lastLines(printed.stdout)
    return `${how ?? 'it still runs'}${last ? `; the last it printed: ${last}` : ''}`
  }
  const gone = async () => {
    await Promise.race([ended, after(patience, undefined, { ref: false })])
    return how !== undefined || missing !== undefined
  }
  const kill = async () => {
    if (how === undefined && !missing) {
      await signalGroup(child, 'TERM')
      if (!(await gone())) await signalGroup(child, 'KILL')
      await gone()
    }
  }

  const clock = new AbortController()
  const socket = await Promise.race([
    o.listener.accept(),
    ended.then(() => undefined),
    after(1000 * o.startLimit, undefined, { signal: clock.signal }).catch(() => undefined),
  ])
  clock.abort()
  if (!socket) {
    if (missing) {
      if ('code' in missing && (missing.code === 'ENOENT' || missing.code === 'EACCES'))
        refuse('command', words[0], 'a program that can be run')
      throw fault(`it could not be started (${missing.message})`, false)
    }
    const state = how === undefined ? `did not connect within ${o.startLimit} s` : 'did not connect'
    await kill()
    throw fault(`it ${state}; ${await obituary()}`, false)
  }
  const wire = wireOf(socket)
  return {
    wire,
    obituary,
    kill: async () => {
      socket.destroy()
      await kill()
    },
    end: async () => {
      wire.write(header('EXIT'))
      wire.end()
      if (!(await gone())) await kill()
      socket.destroy()
    },
  }
}

/** Node's own kill reaches one process; its group is reached by the shell's. */
const signalGroup = async (child: ChildProcess, signal: 'TERM' | 'KILL'): Promise<void> => {
  if (child.pid === undefined) return
  const kill = spawn('/bin/sh', ['-c', `kill -s ${signal} -- -${child.pid}`], { stdio: 'ignore' })
  await new Promise<void>(resolve => {
    kill.on('error', () => resolve())
    kill.on('exit', () => resolve())
  })
  child.kill(`SIG${signal}`)
}

const lastLines = (text: string): string =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
    .slice(-lines)
    .join(' | ')
