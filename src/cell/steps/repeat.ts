import { refuse } from '../../error.ts'
import type { Protocol, ProtocolStep } from '../protocol.ts'

/** Longest protocol [steps]: more would not be simulated in a lifetime, and must not fill the memory either. */
export const longestProtocol = 200_000

const cyclesOf = (steps: Protocol): number => steps.reduce((most, step) => Math.max(most, step.cycle), 1)

/**
 * Steps done `times` over; `cycle` counts the repeats from 1. Steps that count cycles themselves go on counting, so that
 * no two repeats have the same number: `repeat(10, [charge(…), rest(…), discharge(…)])`.
 */
export const repeat = (times: number, steps: Protocol): ProtocolStep[] => {
  if (!(Number.isInteger(times) && times >= 1)) refuse('repeat', times, 'a whole number ≥ 1')
  if (steps.length === 0) refuse('repeat', 'no steps', 'at least one step')
  if (times * steps.length > longestProtocol)
    refuse('repeat', times * steps.length, `at most ${longestProtocol} steps in all`)
  const cycles = cyclesOf(steps)
  return Array.from({ length: times }, (_, k) =>
    steps.map(step => ({ ...step, cycle: step.cycle + k * cycles, repeated: true as const })),
  ).flat()
}

/** Parts one after the other. A closed part has cycles of its own; open ones share theirs with their neighbours. */
export const join = (parts: readonly { readonly steps: Protocol; readonly closed: boolean }[]): ProtocolStep[] => {
  const all: ProtocolStep[] = []
  let cycle = 0
  let open = false
  for (const { steps, closed } of parts) {
    const base = open && !closed ? cycle - 1 : cycle
    for (const step of steps) all.push({ ...step, cycle: base + step.cycle })
    if (all.length > longestProtocol) refuse('protocol', all.length, `at most ${longestProtocol} steps in all`)
    cycle = base + cyclesOf(steps)
    open = !closed
  }
  return all
}

/** Steps and repeats one after the other. A part that repeats begins a new cycle, and so does what follows it. */
export const sequence = (...parts: readonly (ProtocolStep | Protocol)[]): ProtocolStep[] =>
  join(
    parts.map(part => {
      const steps: Protocol = Array.isArray(part) ? part : [part as ProtocolStep]
      return { steps, closed: cyclesOf(steps) > 1 }
    }),
  )
