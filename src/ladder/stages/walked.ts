import { SimulationError } from '../../error.ts'
import { longEnough, usualTimes } from '../long-enough.ts'
import type { Walker } from './transport.ts'

/** A sample of L by a walk at equilibrium; one too short for a diffusivity says so. */
export const walked: Walker = function* (
  lattice,
  { T, x },
  { size, events, seed, stream, pairHops, times = usualTimes, crossings },
) {
  const nothing = x.map(() => null)
  try {
    const steps = longEnough({
      lattice,
      size,
      temperature: T,
      amounts: x,
      events,
      most: times * events,
      seed,
      stream,
      pairHops,
      ...(crossings === undefined ? {} : { throttle: { crossings } }),
    })
    let next = steps.next()
    while (!next.done) {
      yield next.value.done
      next = steps.next()
    }
    const { amounts, L, Dtr, exits, determined, ions, events: made } = next.value
    const n = x.length
    // what one carrier cannot tell the others still can
    const there = (k: number) => [k % n, Math.floor(k / n)].every(i => ions[i] > 0 && determined[i])
    const of = (value: number, is: boolean) => (is && Number.isFinite(value) ? value : null)
    return {
      x: amounts,
      T,
      L: L.map(({ value }, k) => of(value, there(k))),
      LError: L.map(({ error }, k) => of(error, there(k))),
      determined: determined.some((is, i) => is && ions[i] > 0),
      tracer: Dtr.map(({ value }, i) => of(value, determined[i])),
      tracerError: Dtr.map(({ error }, i) => of(error, determined[i])),
      exits: exits.map((count, i) => of(count, ions[i] > 0)),
      events: made,
    }
  } catch (error) {
    if (!(error instanceof SimulationError && error.code === 'method')) throw error
    const none = x.flatMap(() => nothing)
    return {
      x,
      T,
      L: none,
      LError: none,
      determined: false,
      tracer: nothing,
      tracerError: nothing,
      exits: nothing,
      events,
    }
  }
}
