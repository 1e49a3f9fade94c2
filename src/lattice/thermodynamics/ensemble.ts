import { refuse } from '../../error.ts'
import { kBeV } from '../../units.ts'
import type { Hamiltonian } from '../hamiltonian.ts'

/**
 * How the amount of one carrier is set, amounts in ions per formula unit:
 * open at the chemical potential μ [eV]; fixed; fixed but for one ion that comes and goes, which tells its μ (`between`: N and
 * N + 1); or held near an amount by a spring, ½ k (x − near)² − μx [eV] per formula unit, which also holds where the host would
 * fall apart into two phases (μ, 0 by default, so that a soft spring does; the result's μ is that of the amounts it finds).
 */
export type Reservoir =
  | { readonly mu: number }
  | { readonly amount: number }
  | { readonly between: number }
  | { readonly near: number; readonly spring: number; readonly mu?: number }

/**
 * An ensemble as tables: the weight of counts (N_1, …) is exp(−Σ_i w_i(N_i)/k_BT) beside that of H, for lower_i ≤ N_i ≤ upper_i.
 * Open carriers have w = −μN, springs ½ k …, flat histograms what makes them flat.
 */
export type Ensemble = {
  /** [K] and k_BT [eV]. */
  readonly temperature: number
  readonly kT: number
  readonly lower: Int32Array
  readonly upper: Int32Array
  /** w_i [eV] by N_i − lower_i. */
  readonly weight: readonly Float64Array[]
  /** What w_i was made of: w = −μN + ½ k (N/N_f − near)² N_f with N_f formula units; 0 where there is none. */
  readonly mu: Float64Array
  readonly spring: Float64Array
  readonly near: Float64Array
}

/**
 * @param temperature  [K]
 * @param reservoirs   by carrier, [n]
 * @throws SimulationError (`input`) for a temperature that is not above 0 and amounts that do not fit
 */
export const ensembleOf = (
  H: Hamiltonian,
  options: { readonly temperature: number; readonly reservoirs: readonly Reservoir[] },
): Ensemble => {
  const { temperature, reservoirs } = options
  const { carriers } = H.lattice
  if (!(temperature > 0 && temperature < Infinity)) refuse('temperature', temperature, 'a temperature above 0 K')
  if (reservoirs.length !== carriers.length)
    refuse('reservoirs', reservoirs.length, `${carriers.length}, one for each carrier`)
  const room = roomOf(H)
  const each = reservoirs.map((reservoir, i) => tableOf(H, reservoir, room[i], carriers[i].symbol))
  for (const { weights, max, per } of H.lattice.limits) {
    const most = max * (per === 'cell' ? H.run.cells : H.run.formulaUnits) + 1e-6
    const load = each.reduce((sum, one, i) => sum + weights[i] * one.lower, 0)
    const comes = Math.max(0, ...each.map((one, i) => (one.upper - one.lower === 1 ? weights[i] : 0)))
    if (load + comes > most)
      refuse(
        'reservoirs',
        `${reservoirs.map((_, i) => each[i].lower / H.run.formulaUnits).join(', ')} per formula unit`,
        `amounts within the limit Σ weights·x ≤ ${max} per ${per}, with room for one more ion where it is to come and go`,
      )
  }
  return {
    temperature,
    kT: kBeV * temperature,
    lower: Int32Array.from(each, one => one.lower),
    upper: Int32Array.from(each, one => one.upper),
    weight: each.map(one => one.weight),
    mu: Float64Array.from(reservoirs, one => ('mu' in one ? (one.mu ?? 0) : 0)),
    spring: Float64Array.from(reservoirs, one => ('near' in one ? one.spring : 0)),
    near: Float64Array.from(reservoirs, one => ('near' in one ? one.near : 0)),
  }
}

/** Sites where each carrier may sit at all, [n]. */
const roomOf = (H: Hamiltonian): Int32Array => {
  const { carriers, states, siteEnergy } = H.tables
  return Int32Array.from({ length: carriers }, (_, i) => {
    let sites = 0
    for (let u = 0; u < H.run.perCell; u++) if (siteEnergy[u * states + i + 1] < H.forbids) sites += H.run.cells
    return sites
  })
}

const tableOf = (H: Hamiltonian, reservoir: Reservoir, room: number, symbol: string) => {
  const { formulaUnits } = H.run
  const field = `reservoirs.${symbol}`
  const count = (amount: number, most: number): number => {
    const N = Math.round(amount * formulaUnits)
    if (!(N >= 0 && N <= most)) refuse(field, amount, `an amount from 0 to ${most / formulaUnits} per formula unit`)
    return N
  }
  if ('amount' in reservoir) {
    const N = count(reservoir.amount, room)
    return { lower: N, upper: N, weight: new Float64Array(1) }
  }
  if ('between' in reservoir) {
    const N = count(reservoir.between, room - 1)
    return { lower: N, upper: N + 1, weight: new Float64Array(2) }
  }
  if ('near' in reservoir) {
    const { near, spring, mu = 0 } = reservoir
    count(near, room)
    if (!Number.isFinite(mu)) refuse(`${field}.mu`, mu, 'a finite chemical potential [eV]')
    if (!(spring > 0 && spring < Infinity)) refuse(`${field}.spring`, spring, 'a stiffness above 0 eV')
    const weight = Float64Array.from(
      { length: room + 1 },
      (_, N) => (spring * (N - near * formulaUnits) ** 2) / (2 * formulaUnits) - mu * N,
    )
    return { lower: 0, upper: room, weight }
  }
  const { mu } = reservoir
  if (!Number.isFinite(mu)) refuse(`${field}.mu`, mu, 'a finite chemical potential [eV]')
  return { lower: 0, upper: room, weight: Float64Array.from({ length: room + 1 }, (_, N) => -mu * N) }
}
