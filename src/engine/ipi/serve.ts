import { connect } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { checkStructure, type Structure, withPositions } from '../../crystal/structure.ts'
import { refuse, SimulationError } from '../../error.ts'
import type { Engine } from '../engine.ts'
import { mustKnow } from '../pairs.ts'
import { forceMessage, readPositions, skipInit } from './messages.ts'
import { type Address, socketPrefix } from './start-files.ts'
import { header, wireOf } from './wire.ts'

/** How often a server that is not there yet is looked for [ms]. */
const pause = 100

/** Where an i-PI server listens by the name in its input: a unix socket under /tmp. */
export const addressOf = (name: string): Address => ({ path: name.startsWith('/') ? name : `${socketPrefix}${name}` })

/**
 * Offers an engine to a server of the i-PI protocol (i-PI itself, ASE's SocketIOCalculator): connects, answers until it is
 * told to leave or the server is gone.
 *
 * @param structure     elements, and which directions repeat: the protocol does not say them
 * @param connectLimit  how long to wait for the server to listen [s]
 * @param signal        ends it
 * @returns             evaluations made
 * @throws SimulationError 'input' where no server listens or its structures have another number of atoms
 */
export const serve = async (
  engine: Engine,
  o: {
    readonly address: Address
    readonly structure: Structure
    readonly connectLimit?: number
    readonly signal?: AbortSignal
  },
): Promise<{ readonly evaluations: number }> => {
  checkStructure(o.structure)
  const { species } = o.structure
  mustKnow(engine.name, engine.elements, o.structure)
  const socket = await connected(o.address, o.connectLimit ?? 10, o.signal)
  const wire = wireOf(socket)
  const leave = () => socket.destroy()
  o.signal?.addEventListener('abort', leave)
  let answer: Buffer | undefined
  let evaluations = 0
  try {
    for (;;) {
      const word = await wire.readHeader().catch(() => 'EXIT')
      if (word === 'EXIT') return { evaluations }
      if (word === 'STATUS') wire.write(header(answer ? 'HAVEDATA' : 'READY'))
      else if (word === 'INIT') await skipInit(wire)
      else if (word === 'POSDATA') {
        const { lattice, positions } = await readPositions(wire, species.length)
        const structure = withPositions(o.structure, positions, lattice)
        const evaluation = engine.evaluate(structure)
        if (!Number.isFinite(evaluation.energy) || evaluation.forces.some(force => !Number.isFinite(force)))
          throw new SimulationError(`${engine.name}: no finite energy and forces for the structure of the server`, {
            code: 'method',
            at: engine.name,
          })
        evaluations++
        answer = forceMessage(evaluation, structure)
      } else if (word === 'GETFORCE' && answer) {
        wire.write(answer)
        answer = undefined
      } else throw new SimulationError(`serve: the server said ${word}`, { code: 'method', at: 'serve' })
    }
  } catch (error) {
    if (error instanceof SimulationError || !(error instanceof Error && 'again' in error)) throw error
    throw new SimulationError(`serve: ${error.message}`, { code: 'input', at: 'serve', cause: error })
  } finally {
    o.signal?.removeEventListener('abort', leave)
    socket.destroy()
  }
}

const connected = async (address: Address, limit: number, signal?: AbortSignal) => {
  for (let waited = 0; ; waited += pause) {
    const socket = connect({ ...address })
    const trouble = await new Promise<Error | undefined>(resolve => {
      socket.once('connect', () => resolve(undefined))
      socket.once('error', resolve)
    })
    if (!trouble) return socket
    socket.destroy()
    if (waited >= 1000 * limit || signal?.aborted)
      return refuse(
        'path' in address ? address.path : `${address.host}:${address.port}`,
        trouble.message,
        'the socket of a server that listens',
      )
    await after(pause)
  }
}
