import { SimulationError } from '../error.ts'
import {
  type Transport,
  type TransportOptions,
  type TransportProgress,
  transportSteps,
} from '../lattice/kinetics/diffusion.ts'

/** A walk that is too short is done again with so many times the events. */
const growth = 4
/** Up to so many times in all, where nothing else is asked for. */
export const usualTimes = 16

/**
 * A walk at equilibrium long enough for its slowest carrier: begun anew with four times the events where it turns out too short,
 * or a carrier makes too few exits for a diffusivity, up to `most`.
 *
 * @throws SimulationError (`method`) where it still is
 */
export function* longEnough(
  options: TransportOptions & { readonly most: number },
): Generator<TransportProgress, Transport> {
  const { most, ...rest } = options
  for (let events = Math.min(options.events, most); ; events = Math.min(growth * events, most)) {
    try {
      const found = yield* transportSteps({ ...rest, events })
      const known = found.determined.every((is, i) => is || found.ions[i] === 0)
      if (known || events >= most) return found
    } catch (error) {
      const short = error instanceof SimulationError && error.code === 'method' && error.at === 'events'
      if (!short || events >= most) throw error
    }
  }
}
