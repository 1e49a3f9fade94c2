import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkStructure, type Structure } from '../../crystal/structure.ts'
import { refuse, SimulationError } from '../../error.ts'
import type { Evaluation, RemoteEngine } from '../engine.ts'
import { mustKnow } from '../pairs.ts'
import { consistencyProbe, inWords } from '../probe.ts'
import { driveRemote } from '../search.ts'
import { type ClientProcess, type Listener, listen, startClient } from './client-process.ts'
import { initMessage, positionMessage, readForces } from './messages.ts'
import { oriented } from './orientation.ts'
import { commandWords, socketKind, socketPrefix, splitWords } from './start-files.ts'
import { type Fault, fault, header } from './wire.ts'

/** Most clients at once, and what a call may take where nothing else is said [s]. */
const mostConnections = 64
const usualTimeLimit = 3600
const usualStartLimit = 120

export type IpiOptions = {
  /**
   * Starts one client that speaks the i-PI protocol. Words in braces are filled in: {name} or {socket} (unix socket) or
   * {host} and {port} (loopback); {index} of the connection; {structure} (extended XYZ), {poscar}, {lammps} (data file),
   * {cp2k} (&CELL and &COORD): a file with the atoms to start from.
   */
  readonly command: string
  /** Clients at once, so that as many structures run in parallel; 1 where absent. */
  readonly connections?: number
  /** What the program computes, for tables of barriers: `PBE`. */
  readonly theory?: string
  /** Elements it knows; any where absent. */
  readonly elements?: readonly string[]
  /** Where the command runs. */
  readonly folder?: string
  /** Most time for one evaluation [s]. */
  readonly timeLimit?: number
  /** Most time until a client has connected [s]. */
  readonly startLimit?: number
  /**
   * At the first structure it is asked whether forces fit energies, and refused where they do not; `warn` only says so,
   * false leaves the question out.
   */
  readonly probe?: boolean | 'warn'
  /** Is told what a user should know: the probe's answer, clients that were started again. */
  readonly report?: (note: string) => void
}

/**
 * Any code that is a client of the i-PI protocol (ASE with any calculator, LAMMPS, CP2K …) as an engine: it is started by
 * its command, on a socket in a folder only its user may enter, once for each connection, and started again where the
 * elements change. A client that dies, hangs, or answers what is no number is started again once for the same structure.
 *
 * Structures go turned so that the first cell vector lies along x (see `oriented`); the answers come back in the frame asked.
 *
 * @throws SimulationError 'input' where the command cannot be run or forces do not fit energies; 'method' where a client failed twice, with its command,
 *         how it ended and its last words; `partial` holds the answers that came
 */
export const ipi = (o: IpiOptions): RemoteEngine => {
  const { connections = 1, timeLimit = usualTimeLimit, startLimit = usualStartLimit, report = () => {} } = o
  if (!Number.isInteger(connections) || connections < 1 || connections > mostConnections)
    refuse('connections', connections, `a whole number from 1 to ${mostConnections}`)
  if (!(timeLimit > 0)) refuse('timeLimit', timeLimit, 'seconds, > 0')
  if (!(startLimit > 0)) refuse('startLimit', startLimit, 'seconds, > 0')
  const kind = socketKind(o.command)
  splitWords(o.command)
  const name = `ipi ${JSON.stringify(o.command)}`

  let folder: Promise<string> | undefined
  const privateFolder = () => (folder ??= mkdtemp(`${socketPrefix}dualion-`))
  const open = async (index: number, structure: Structure, listener: Listener): Promise<ClientProcess> => {
    const words = await commandWords(o.command, {
      address: listener.address,
      index,
      folder: await privateFolder(),
      structure,
    })
    return startClient(words, { listener, startLimit, ...(o.folder === undefined ? {} : { folder: o.folder }) })
  }
  const seats = Array.from({ length: connections }, (_, index) => {
    const who = `${name}${connections > 1 ? `, connection ${index + 1} of ${connections}` : ''}`
    return seatOf({
      who,
      timeLimit,
      report,
      listen: async () => listen(kind === 'unix' ? join(await privateFolder(), String(index)) : undefined),
      open: (structure, listener) => open(index, structure, listener),
    })
  })

  const evaluateAll = async (structures: readonly Structure[]): Promise<readonly Evaluation[]> => {
    const answers: Evaluation[] = new Array(structures.length)
    const asked = new Uint8Array(structures.length)
    let stopped = false
    // the same image at the same client first: what it remembers (a wave function) then fits
    const next = (seat: number): number => {
      if (stopped) return -1
      for (let i = seat; i < asked.length; i += connections) if (!asked[i]) return i
      return asked.lastIndexOf(0)
    }
    const work = async (seat: number) => {
      for (let i = next(seat); i >= 0; i = next(seat)) {
        asked[i] = 1
        try {
          answers[i] = await seats[seat].evaluate(structures[i])
        } catch (error) {
          stopped = true
          throw error
        }
      }
    }
    const ends = await Promise.allSettled(seats.map((_, seat) => work(seat)))
    const failed = ends.find(end => end.status === 'rejected')
    if (failed) throw withAnswers(failed.reason, answers)
    return answers
  }

  let probed = o.probe === false
  let queue: Promise<unknown> = Promise.resolve()
  let closed = false
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work)
    queue = result.catch(() => {})
    return result
  }
  const self = { name, elements: o.elements ?? ['*'], evaluateAll, close: async () => {} }
  return {
    name,
    ...(o.theory === undefined ? {} : { theory: o.theory }),
    elements: self.elements,
    evaluateAll: structures =>
      inTurn(async () => {
        if (closed) throw new RangeError(`${name}: it was closed`)
        for (const [i, structure] of structures.entries()) {
          checkStructure(structure, `structures[${i}]`)
          mustKnow(name, self.elements, structure)
        }
        const answers = await evaluateAll(structures)
        if (!probed && structures.length > 0) {
          probed = true
          const search = driveRemote(consistencyProbe(structures[0]), self)
          for (let step = await search.next(); ; step = await search.next())
            if (step.done) {
              if (!step.value.forcesFit && o.probe !== 'warn')
                throw new SimulationError(
                  `${name}: ${inWords(step.value)}. It is refused; converge it better, or allow it by \`probe: warn\` in its entry, { kind: ipi, command: …, probe: warn }`,
                  { code: 'input', at: name },
                )
              report(`${name}: ${inWords(step.value)}`)
              break
            }
        }
        return answers
      }),
    close: async () => {
      closed = true
      await Promise.all(seats.map(seat => seat.close()))
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }
}

/** One connection: a listener, and the client that sits there. */
const seatOf = (o: {
  readonly who: string
  readonly timeLimit: number
  readonly report: (note: string) => void
  readonly listen: () => Promise<Listener>
  readonly open: (structure: Structure, listener: Listener) => Promise<ClientProcess>
}) => {
  let listener: Listener | undefined
  let client: ClientProcess | undefined
  let atoms = ''
  let closed = false

  const leave = async () => {
    const leaving = client
    client = undefined
    await leaving?.end()
  }
  /** One try: what comes out of it, or why nothing did. */
  const attempt = async (structure: Structure): Promise<Evaluation | Fault> => {
    const needed = `${structure.species.join(' ')} ${structure.periodic ?? ''}`
    if (client && needed !== atoms) await leave()
    try {
      listener ??= await o.listen()
      client ??= await o.open(structure, listener)
      atoms = needed
    } catch (error) {
      if (isFault(error)) return error
      throw error
    }
    const { wire } = client
    const clock = setTimeout(
      () => wire.fail(fault(`it did not answer within ${o.timeLimit} s`)),
      Math.min(1000 * o.timeLimit, 2 ** 31 - 1),
    )
    try {
      return await ask(client, structure)
    } catch (error) {
      if (!isFault(error)) throw error
      const hung = await client.obituary()
      await client.kill()
      client = undefined
      return fault(`${error.message}; ${hung}`, error.again)
    } finally {
      clearTimeout(clock)
    }
  }
  return {
    evaluate: async (structure: Structure): Promise<Evaluation> => {
      const turned = oriented(structure)
      let answer = await attempt(turned.structure)
      if (isFault(answer) && answer.again && !closed) {
        o.report(`${o.who}: ${answer.message}. It is started again.`)
        answer = await attempt(turned.structure)
      }
      if (isFault(answer)) throw new SimulationError(`${o.who}: ${answer.message}`, { code: 'method', at: o.who })
      return turned.back(answer)
    },
    close: async () => {
      closed = true
      await leave()
      listener?.close()
    },
  }
}

/** Positions out, forces back: as the i-PI server does it, so that every client knows it. */
const ask = async ({ wire }: ClientProcess, structure: Structure): Promise<Evaluation> => {
  const status = async () => {
    wire.write(header('STATUS'))
    return wire.readHeader()
  }
  let state = await status()
  if (state === 'NEEDINIT') {
    wire.write(initMessage())
    state = await status()
  }
  if (state !== 'READY') throw fault(`asked for its state it said ${state}, not READY`)
  // one packet; the client reads the question when it has the forces
  wire.write(Buffer.concat([positionMessage(structure), header('STATUS')]))
  state = await wire.readHeader()
  if (state !== 'HAVEDATA') throw fault(`with the positions it said ${state}, not HAVEDATA`)
  wire.write(header('GETFORCE'))
  const word = await wire.readHeader()
  if (word !== 'FORCEREADY') throw fault(`asked for forces it said ${word}, not FORCEREADY`)
  return readForces(wire, structure)
}

const isFault = (value: unknown): value is Fault => value instanceof Error && 'again' in value

const withAnswers = (error: unknown, partial: readonly (Evaluation | undefined)[]): unknown =>
  error instanceof SimulationError && error.code === 'method'
    ? new SimulationError(error.message, { code: 'method', at: error.at, partial })
    : error
