/**
 * What lattice runs give a host: samples of chemical potentials and of Onsager coefficients at scattered contents and
 * temperatures, with their standard errors. Plain data, as it stands in a host file; `from-table.ts` makes the record of it.
 * Vectors and matrices are ordered as `carriers`, matrices flat by rows; per formula unit throughout.
 */
import { refuse } from '../../error.ts'
import type { Limit, Sources } from '../../scales.ts'

/** One (grand) canonical Monte Carlo run. */
export type ThermodynamicSample = {
  /** Contents x_i [per formula unit], [n]. */
  readonly x: readonly number[]
  /** [K] */
  readonly T: number
  /** μ_i [J/mol] of the neutral carrier against its metal, [n]; null where it was not determined (as at x_i = 0). */
  readonly mu: readonly (number | null)[]
  /** Standard errors [J/mol], [n]. */
  readonly muError: readonly (number | null)[]
  /** Θ_ij = ∂μ_i/∂x_j [J/mol] from fluctuations, [n, n], and its standard errors. Left out where there are no errors. */
  readonly theta?: readonly (number | null)[] | undefined
  readonly thetaError?: readonly (number | null)[] | undefined
}

/** One equilibrium kinetic Monte Carlo run. */
export type TransportSample = {
  readonly x: readonly number[]
  readonly T: number
  /** L_ij [mol²/(J·m·s)] in the frame of the host, [n, n]; null where not determined. */
  readonly L: readonly (number | null)[]
  /** Standard errors [mol²/(J·m·s)], [n, n]. */
  readonly LError: readonly (number | null)[]
  /** false: too few exits for a diffusivity; the sample is left out and counted. */
  readonly determined?: boolean | undefined
}

/** What the free energy is at its ends: RT[Σ x_i ln(x_i/m) + Σ_k m_k v_k ln v_k], v_k = 1 − Σ weights·x/max of limit k. */
export type IdealSites = {
  /** Sites a formula unit by sublattice; m is their sum. */
  readonly sublattices: readonly { readonly name: string; readonly sites: number }[]
  /**
   * m_k: sites that are the vacancies of limit k, 0 where the limit is no lack of sites (μ then stays finite there, and L too).
   * Absent: m for each limit.
   */
  readonly vacancySites?: readonly number[] | undefined
}

/** The insertion reaction (`insertion-kinetics.ts`), by carrier. */
export type TableKinetics = {
  /** z_i F k_i at `referenceTemperature` [A/m²]. */
  readonly exchangeCurrent: readonly number[]
  readonly activationEnergy: readonly number[]
  /** Anodic transfer coefficients (cathodic 1 − α). */
  readonly alpha: readonly number[]
  /** [K], 298.15 where absent. */
  readonly referenceTemperature?: number | undefined
  /** μ°_i [J/mol] of the exchange currents; the limit of μ_i − RT ln(x_i/m) in the empty host where absent. */
  readonly reference?: readonly number[] | undefined
}

export type HostTable = {
  readonly name: string
  readonly formula: string
  readonly carriers: readonly string[]
  /** [g/mol of empty formula units] */
  readonly molarMass: number
  /** V_m [m³/mol of formula units] */
  readonly molarVolume: number
  readonly limits: readonly Limit[]
  readonly ideal: IdealSites
  readonly thermodynamics: readonly ThermodynamicSample[]
  readonly transport: readonly TransportSample[]
  readonly kinetics: TableKinetics
  /** true: known not to part into phases, so that samples too few to show it are smoothed until it is convex. */
  readonly convex?: boolean | undefined
  /** K_ij [J·m²/mol], [n, n], needed where the free energy is not convex. */
  readonly gradient?: readonly number[] | undefined
  readonly notes?: readonly string[] | undefined
  readonly sources: Sources
  /** Hash of each input that the samples were computed from, by name. */
  readonly inputs?: Readonly<Record<string, string>> | undefined
}

/** Contents beyond a limit by more than this share of it are refused; below, they are round-off of a count. */
const roundOff = 1e-9
/** Carriers that the splines of tables are written for. */
export const mostCarriers = 3

/**
 * Refuses a table whose arrays do not fit, whose contents lie outside the limits, or whose errors are not errors.
 *
 * @param at  name of the table in messages
 * @throws SimulationError (`input`) naming the sample and the field
 */
export const checkTable = (table: HostTable, at: string = table.name): void => {
  const n = table.carriers.length
  const { limits, ideal, kinetics } = table
  if (n < 1 || n > mostCarriers) refuse(`${at}: carriers`, `${n} carriers`, `1 to ${mostCarriers}`)
  const twice = table.carriers.findIndex((c, i) => table.carriers.indexOf(c) < i)
  if (twice >= 0) refuse(`${at}: carriers[${twice}]`, table.carriers[twice], 'each carrier once')
  if (!(table.molarVolume > 0)) refuse(`${at}: molarVolume`, table.molarVolume, 'a number > 0 [m³/mol]')
  for (const [k, { weights, max }] of limits.entries()) {
    if (!(max > 0)) refuse(`${at}: limits[${k}].max`, max, 'a number > 0')
    for (const [symbol, weight] of Object.entries(weights)) {
      if (!table.carriers.includes(symbol)) refuse(`${at}: limits[${k}].weights`, symbol, table.carriers.join(', '))
      if (!(weight >= 0)) refuse(`${at}: limits[${k}].weights.${symbol}`, weight, 'a number ≥ 0')
    }
  }
  for (const symbol of table.carriers) {
    if (!limits.some(l => (l.weights[symbol] ?? 0) > 0)) {
      refuse(`${at}: limits`, `none for ${symbol}`, 'a weight > 0 of every carrier in some limit')
    }
  }
  if (!(ideal.sublattices.length > 0 && ideal.sublattices.every(s => s.sites > 0))) {
    refuse(`${at}: ideal.sublattices`, JSON.stringify(ideal.sublattices), 'one at least, each with sites > 0')
  }
  const rooms = ideal.vacancySites
  if (rooms && (rooms.length !== limits.length || rooms.some(m => !(m >= 0)))) {
    refuse(`${at}: ideal.vacancySites`, `[${rooms.join(', ')}]`, `${limits.length} numbers ≥ 0, one for each limit`)
  }
  for (const key of ['exchangeCurrent', 'activationEnergy', 'alpha', 'reference'] as const) {
    const list = kinetics[key]
    if (list) checkList(list, n, `${at}: kinetics.${key}`)
  }
  if (kinetics.exchangeCurrent.some(j => !(j >= 0)))
    refuse(`${at}: kinetics.exchangeCurrent`, kinetics.exchangeCurrent.join(', '), 'numbers ≥ 0 [A/m²]')
  if (kinetics.alpha.some(a => !(a > 0 && a < 1)))
    refuse(`${at}: kinetics.alpha`, kinetics.alpha.join(', '), 'numbers between 0 and 1')
  if (table.gradient) checkList(table.gradient, n * n, `${at}: gradient`)
  for (const [s, sample] of table.thermodynamics.entries()) {
    const where = `${at}: thermodynamics[${s}]`
    checkState(table, sample, where)
    checkValues(sample.mu, sample.muError, n, `${where}.mu`)
    if (sample.theta && sample.thetaError) checkValues(sample.theta, sample.thetaError, n * n, `${where}.theta`)
  }
  for (const [s, sample] of table.transport.entries()) {
    const where = `${at}: transport[${s}]`
    checkState(table, sample, where)
    if (sample.determined !== false) checkValues(sample.L, sample.LError, n * n, `${where}.L`)
  }
  for (const [i, symbol] of table.carriers.entries()) {
    if (!table.thermodynamics.some(s => s.mu[i] !== null && s.x[i] > 0)) {
      refuse(`${at}: thermodynamics`, `no μ of ${symbol}`, 'one sample at least')
    }
    const known = table.transport.some(s => s.determined !== false && s.x[i] > 0 && s.L[i * n + i] !== null)
    if (!known) refuse(`${at}: transport`, `no L of ${symbol} that was determined`, 'one sample at least')
  }
}

const checkList = (list: readonly number[], n: number, where: string): void => {
  if (list.length !== n || !list.every(Number.isFinite)) refuse(where, `[${list.join(', ')}]`, `${n} finite numbers`)
}

const checkState = (table: HostTable, { x, T }: { x: readonly number[]; T: number }, where: string): void => {
  const n = table.carriers.length
  if (!(T > 0 && T < Number.POSITIVE_INFINITY)) refuse(`${where}.T`, T, 'a number > 0 [K]')
  if (x.length !== n || x.some(v => !(v >= 0))) refuse(`${where}.x`, `[${x.join(', ')}]`, `${n} numbers ≥ 0`)
  for (const { weights, max } of table.limits) {
    const used = table.carriers.reduce((sum, c, i) => sum + (weights[c] ?? 0) * x[i], 0)
    if (used > max * (1 + roundOff)) refuse(`${where}.x`, `[${x.join(', ')}] (${used} of the room)`, `≤ ${max}`)
  }
}

const checkValues = (
  values: readonly (number | null)[],
  errors: readonly (number | null)[],
  n: number,
  where: string,
): void => {
  if (values.length !== n) refuse(where, `${values.length} numbers`, `${n}`)
  if (errors.length !== n) refuse(`${where}Error`, `${errors.length} numbers`, `${n}`)
  for (let k = 0; k < n; k++) {
    if (values[k] === null) continue
    if (!Number.isFinite(values[k])) refuse(`${where}[${k}]`, values[k], 'a finite number or null')
    const error = errors[k]
    if (error === null || !(error >= 0 && error < Number.POSITIVE_INFINITY)) {
      refuse(`${where}Error[${k}]`, error, 'a standard error ≥ 0')
    }
  }
}
