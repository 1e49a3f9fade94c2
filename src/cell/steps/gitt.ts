import { refuse } from '../../error.ts'
import type { ProtocolStep } from '../protocol.ts'
import { charge } from './charge.ts'
import { discharge } from './discharge.ts'
import { type Flow, flowOf } from './flow.ts'
import type { Until } from './limits.ts'
import { longestProtocol } from './repeat.ts'
import { rest } from './rest.ts'
import { aboutStep, type StepOptions } from './step-of.ts'

/**
 * Galvanostatic intermittent titration: pulses with a rest after each. A limit of `until` met in a pulse ends them all.
 * `gitt({ pulses: 20, rate: 0.1, duration: 600, rest: 3600, until: { voltage: 0.4 } })`; [s].
 */
export const gitt = (
  o: Flow & {
    readonly pulses: number
    readonly duration: number
    readonly rest: number
    readonly direction?: 'charge' | 'discharge'
    readonly until?: Omit<Until, 'time'>
  } & Pick<StepOptions, 'period' | 'temperature' | 'tags'>,
): ProtocolStep[] => {
  const { pulses, duration, rest: pause, direction = 'discharge', until } = o
  if (!(Number.isInteger(pulses) && pulses >= 1 && 2 * pulses <= longestProtocol))
    refuse('gitt.pulses', pulses, `a whole number from 1 to ${longestProtocol / 2}`)
  const options = aboutStep(o)
  const flow = { ...flowOf(o), ...options, until: until ?? {}, duration }
  const pulse = (direction === 'discharge' ? discharge : charge)(flow)
  const relax = rest({ ...options, duration: pause })
  return Array.from({ length: pulses }, (_, k) => [{ ...pulse, leave: 2 * (pulses - k) - 1 }, relax]).flat()
}
