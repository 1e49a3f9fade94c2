/**
 * Steps that say when they begin, as in PyBaMM: what runs before such a step is cut off when it is due, and where the step just
 * before it ends early the cell rests until then.
 */
import { refuse } from '../error.ts'
import type { Protocol, ProtocolStep } from './protocol.ts'
import { timeText } from './steps/label.ts'
import { stepOf } from './steps/step-of.ts'

/** A rest shorter than this is none [s]. */
const noTime = 1e-6

/** Begin of the run on the clock of the start times [s]: that of the first step, 0 where it says none. */
export const clockOf = (protocol: Protocol): number => protocol[0]?.startTime ?? 0

/** For each step the time of the run [s] at which the next one that says a start time is due; infinite where none does. */
export const dueTimes = (protocol: Protocol): Float64Array => {
  const due = new Float64Array(protocol.length).fill(Number.POSITIVE_INFINITY)
  const clock = clockOf(protocol)
  for (let k = protocol.length - 2; k >= 0; k--) {
    const { startTime } = protocol[k + 1]
    due[k] = startTime === undefined ? due[k + 1] : startTime - clock
  }
  return due
}

/** The rest between the end of a step and the start that the next one says; undefined where there is none. */
export const waitAfter = (protocol: Protocol, k: number, end: number): ProtocolStep | undefined => {
  const startTime = protocol[k + 1]?.startTime
  if (startTime === undefined) return undefined
  const wait = startTime - clockOf(protocol) - end
  if (!(wait > noTime)) return undefined
  const { period, temperature, cycle } = protocol[k]
  const made = stepOf({
    drive: { kind: 'rest' },
    until: [{ kind: 'time', time: wait }],
    label: 'Rest until the next step begins',
    ...(period === undefined ? {} : { period }),
    ...(temperature === undefined ? {} : { temperature }),
  })
  return { ...made, cycle }
}

/** A start time beyond this is a date [s]: ten years after the begin. */
const longestDelay = 3.2e8

const shown = (time: number): string =>
  time > longestDelay ? new Date(1000 * time).toISOString().slice(0, 19).replace('T', ' ') : timeText(time)

/**
 * Holds the start times against each other.
 *
 * @throws SimulationError 'input' where one is not later than the one before it
 */
export const checkStartTimes = (protocol: Protocol): void => {
  let last = clockOf(protocol)
  for (let k = 1; k < protocol.length; k++) {
    const { startTime, label } = protocol[k]
    if (startTime === undefined) continue
    if (startTime > longestDelay && protocol[0].startTime === undefined)
      refuse(`${label}: start time`, shown(startTime), 'a date only where the first step has one too')
    if (!(startTime > last))
      refuse(`${label}: start time`, shown(startTime), `one after that of the step before, ${shown(last)}`)
    last = startTime
  }
}
