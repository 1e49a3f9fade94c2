/** Transport over contents and temperatures. */
import { refuse } from '../../error.ts'
import { finish } from '../../run.ts'
import { arrheniusFit } from './arrhenius-fit.ts'
import { type Transport, type TransportOptions, transportSteps } from './diffusion.ts'

export type TransportGridOptions = Omit<TransportOptions, 'amounts' | 'temperature' | 'stream' | 'start'> & {
  /** Contents, ions per formula unit by carrier, [points, n], each at each temperature [K]. */
  readonly amounts: readonly (readonly number[])[]
  readonly temperatures: readonly number[]
  /** Points to do, by index amount·temperatures + temperature: workers share a grid so (default all). */
  readonly points?: readonly number[]
}

export type TransportPoint = { readonly index: number; readonly transport: Transport }

/** One point after another; each has the stream of its own index, so that its bits do not depend on who does it, or when. */
export function* transportGridSteps(
  options: TransportGridOptions,
): Generator<TransportPoint, readonly TransportPoint[]> {
  const { amounts, temperatures, points, ...rest } = options
  const count = amounts.length * temperatures.length
  if (count === 0) refuse('amounts', count, 'at least one content and one temperature')
  const wanted = points ?? Array.from({ length: count }, (_, k) => k)
  const done: TransportPoint[] = []
  for (const index of wanted) {
    if (!(Number.isInteger(index) && index >= 0 && index < count)) refuse('points', index, `from 0 to ${count - 1}`)
    const point = {
      ...rest,
      amounts: amounts[Math.floor(index / temperatures.length)],
      temperature: temperatures[index % temperatures.length],
      stream: index,
    }
    const one = { index, transport: finish(transportSteps(point)) }
    done.push(one)
    yield one
  }
  return done
}

/** The same, to its end. */
export const transportGrid = (options: TransportGridOptions): readonly TransportPoint[] =>
  finish(transportGridSteps(options))

/** E_a [eV] and D₀ [m²/s] of D*_i through points of one content; those not determined are left out. */
export const tracerArrhenius = (points: readonly Transport[], carrier: number) =>
  arrheniusFit(
    points
      .filter(({ determined }) => determined[carrier])
      .map(({ temperature, Dtr }) => ({ temperature, ...Dtr[carrier] })),
  )
