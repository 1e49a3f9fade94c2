import { refuse } from '../../error.ts'
import { finish } from '../../run.ts'
import { kBeV } from '../../units.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import type { Averages, Estimate } from './averages.ts'
import type { Reservoir } from './ensemble.ts'
import { type MetropolisResult, metropolisSteps } from './metropolis.ts'
import { type HysteresisLoop, hysteresisOf } from './phase-boundary.ts'

export type IsothermOptions = {
  readonly H: Hamiltonian
  readonly temperature: number
  /** Index of the carrier that is scanned. */
  readonly carrier: number
  /** Its chemical potentials [eV] or its amounts [per formula unit], in the order of the scan. */
  readonly at: { readonly mu: readonly number[] } | { readonly amount: readonly number[] }
  /**
   * How the others are set, by carrier, [n]; the entry of the scanned one is not used. `between` holds an amount and tells its μ.
   */
  readonly reservoirs: readonly Reservoir[]
  /** Scan back too, and name the loops between (over μ only). */
  readonly back?: boolean
  readonly seed: number
  readonly warmUp?: number
  readonly sweeps: number
  readonly wanted?: { readonly amount?: number; readonly mu?: number }
}

export type IsothermPoint = Omit<MetropolisResult, 'sigma'> & {
  readonly direction: 'there' | 'back'
  /** U_i = −μ_i/z_i against the carrier's own metal [V], [n]; NaN where μ is not known. */
  readonly voltage: readonly Estimate[]
}

export type Isotherm = {
  readonly temperature: number
  readonly carrier: number
  readonly points: readonly IsothermPoint[]
  readonly loops: readonly HysteresisLoop[]
}

/** `isothermSteps` to its end. */
export const isotherm = (options: IsothermOptions): Isotherm => finish(isothermSteps(options))

/**
 * An isotherm of one carrier, the others open, fixed or held: amounts over its chemical potential, or the chemical potential over
 * its amount, each point from the occupation of the one before (so that a scan that lags behind shows as a loop).
 *
 * By amounts, each is held between N and N + 1 ions: F(N + 1) − F(N) holds in one phase and through two, but has no Θ.
 *
 * @yields each point as it is done
 */
export function* isothermSteps(options: IsothermOptions): Generator<IsothermPoint, Isotherm> {
  const { H, temperature, carrier, at, back = false, seed } = options
  const n = H.lattice.carriers.length
  if (!(Number.isInteger(carrier) && carrier >= 0 && carrier < n)) refuse('carrier', carrier, `from 0 to ${n - 1}`)
  const given: readonly Reservoir[] =
    'mu' in at ? at.mu.map(mu => ({ mu })) : at.amount.map(amount => ({ between: amount }))
  if (given.length === 0) refuse('at', 'no points', 'at least one')
  if (back && !('mu' in at)) refuse('back', 'a scan by amounts', 'a scan over chemical potentials')
  const order = back ? [...given, ...given.toReversed()] : given
  const points: IsothermPoint[] = []
  let start: Uint8Array | undefined
  for (const [k, reservoir] of order.entries()) {
    const reservoirs = options.reservoirs.map((one, i) => (i === carrier ? reservoir : one))
    const steps = metropolisSteps({
      H,
      temperature,
      reservoirs,
      seed,
      stream: k + 1,
      sweeps: options.sweeps,
      ...(options.warmUp === undefined ? {} : { warmUp: options.warmUp }),
      ...(options.wanted ? { wanted: options.wanted } : {}),
      ...(start && 'mu' in at ? { start } : {}),
    })
    const { sigma, ...result } = finish(steps)
    start = sigma
    const point: IsothermPoint = {
      ...result,
      direction: k < given.length ? 'there' : 'back',
      voltage: voltagesOf(H, result),
    }
    points.push(point)
    yield point
  }
  const scan = (direction: IsothermPoint['direction']) =>
    points
      .filter(point => point.direction === direction)
      .map(point => ({ mu: point.mu[carrier].value, amount: point.amount[carrier] }))
  return { temperature, carrier, points, loops: back ? hysteresisOf(scan('there'), scan('back')) : [] }
}

/** U_i = −μ_i/z_i [V], the error that of μ_i at the amounts given. */
export const voltagesOf = (H: Hamiltonian, { mu, muError }: Pick<Averages, 'mu' | 'muError'>): Estimate[] =>
  H.lattice.carriers.map(({ charge }, i) => ({ value: -mu[i].value / charge, error: muError[i] / Math.abs(charge) }))

/**
 * Configurational entropy along an isotherm [eV/K per formula unit] from the first point, ∫ −∂μ/∂T dx over the scanned carrier at
 * fixed others: the share of ideal sites in closed form, the trapezoidal rule on the rest, which is smooth to both ends.
 *
 * @param points  amounts and −∂μ/∂T [eV/K] of open runs
 * @param room    sites per formula unit that the ideal share counts
 * @returns [points], errors from those of the points: of −∂μ/∂T, and of amounts through the ideal share's slope
 */
export const entropyAlong = (
  points: readonly { readonly amount: Estimate; readonly partialEntropy: Estimate }[],
  room: number,
): Estimate[] => {
  const x = points.map(({ amount }) => amount.value)
  const mixing = (at: number) =>
    at <= 0 || at >= room ? 0 : -kBeV * (at * Math.log(at / room) + (room - at) * Math.log(1 - at / room))
  const rest = points.map(({ partialEntropy }, k) => partialEntropy.value - kBeV * Math.log((room - x[k]) / x[k]))
  const errors = points.map(({ amount, partialEntropy }, k) =>
    Math.hypot(partialEntropy.error, ((kBeV * room) / (x[k] * (room - x[k]))) * amount.error),
  )
  const share = new Float64Array(points.length)
  let sum = 0
  return points.map((_, k) => {
    if (k > 0) {
      const half = (x[k] - x[k - 1]) / 2
      sum += half * (rest[k] + rest[k - 1])
      share[k] += half
      share[k - 1] += half
    }
    const error = k === 0 ? 0 : Math.sqrt(share.reduce((total, s, p) => total + (s * errors[p]) ** 2, 0))
    return { value: sum + mixing(x[k]) - mixing(x[0]), error }
  })
}
