import { refuse } from '../../error.ts'
import type { Drive } from '../protocol.ts'

/** How strongly a cell is discharged or charged; exactly one. Magnitudes: the name of the step gives the direction. */
export type Flow = {
  /** [A] */
  readonly current?: number
  /** [1/h], against the cell's nominal capacity. */
  readonly rate?: number
  /** [W] */
  readonly power?: number
  /** Of the load [Ω]. */
  readonly resistance?: number
}

/** The flow alone of what has more. */
export const flowOf = (o: Flow): Flow =>
  Object.fromEntries(names.flatMap(name => (o[name] === undefined ? [] : [[name, o[name]]])))

const names = ['current', 'rate', 'power', 'resistance'] as const

/** The drive of `discharge` and `charge`. */
export const flowDrive = (step: 'discharge' | 'charge', o: Flow): Drive => {
  const given = names.filter(name => o[name] !== undefined)
  if (given.length !== 1) refuse(step, given.join(' and ') || 'no flow', `one of ${names.join(', ')}`)
  const kind = given[0]
  const value = o[kind] as number
  if (!(Number.isFinite(value) && value > 0))
    refuse(`${step}.${kind}`, value, 'a number > 0 (the direction is the step)')
  const signed = step === 'discharge' ? value : -value
  if (kind === 'current') return { kind, current: signed }
  if (kind === 'rate') return { kind, rate: signed }
  return kind === 'power' ? { kind, power: signed } : { kind, resistance: signed }
}
