/** Transport at equilibrium, from the fluctuations of a kinetic Monte Carlo run. */
import { refuse } from '../../error.ts'
import { pseudoValues } from '../../math/time-series.ts'
import { finish } from '../../run.ts'
import { e, kB, NA, R } from '../../units.ts'
import type { Estimate } from '../thermodynamics/averages.ts'
import { blockSums, columns, lags } from './displacements.ts'
import { exitsOf, type InsideSlowing, insideSlowing, ionsOf, restarted } from './inside.ts'
import { type KineticOptions, walkOf } from './kinetic-monte-carlo.ts'
import type { Walk } from './walk.ts'

export type TransportOptions = Omit<KineticOptions, 'resume' | 'slowing'> & {
  /** Events to measure with. */
  readonly events: number
  /** Exits of an ion of the slowest carrier while a window lasts (default 10); more where L or D* still drift with its length. */
  readonly window?: number
  /** Blocks, which give the errors (default 32). */
  readonly blocks?: number
  /** Hops of an ion before measuring (default 20). */
  readonly burnIn?: number
  /** Fast moves inside cavities held at local equilibrium, see `insideSlowing`; `plain` makes them all (default ratio 50). */
  readonly inside?: 'plain' | { readonly ratio: number }
}

export type Transport = {
  readonly carriers: readonly string[]
  /** [K], ions per formula unit as they are, ions, concentrations [mol/m³]. */
  readonly temperature: number
  readonly amounts: readonly number[]
  readonly ions: readonly number[]
  readonly concentrations: readonly number[]
  /** Exits from a cavity (hops, where there is none) per ion, [n]; a diffusivity with fewer than 100 is not determined. */
  readonly exits: readonly number[]
  readonly determined: readonly boolean[]
  /** D*_i, D_J,i [m²/s], [n], and D*_i by axis, [n, 3]. */
  readonly Dtr: readonly Estimate[]
  readonly DtrAxes: readonly Estimate[]
  readonly Dj: readonly Estimate[]
  /** f_i: D* over that of hops without memory; H_R,i = D*_i/D_J,i [–], [n]. */
  readonly f: readonly Estimate[]
  readonly HR: readonly Estimate[]
  /** L_ij [mol²/(J·m·s)], [n, n], symmetric; the tensor, [n, n, 3, 3]. */
  readonly L: readonly Estimate[]
  readonly tensor: readonly Estimate[]
  /** L_ij by single hops alone, by single with pair hops, by pair hops alone, [n, n, 3]: they sum to L_ij. */
  readonly parts: readonly Estimate[]
  /** (pair alone + ½ single with pair)/L_ij [–], [n, n]: NaN where L_ij is 0. */
  readonly pairShare: readonly Estimate[]
  /** σ = F² Σ z_i z_j L_ij [S/m] and Σ z_i² c_i D*_i F²/(RT) over it [–]. */
  readonly conductivity: Estimate
  readonly conductivityHR: Estimate
  /**
   * L_ii and D*_i from windows of half the length less those of the whole, in their errors, [n]. Beyond 3 windows are too short:
   * they are doubled until none is, and `notes` says so where the run cannot hold longer ones.
   */
  readonly drift: { readonly L: readonly number[]; readonly Dtr: readonly number[] }
  /** Events by family in what was measured. */
  readonly families: Readonly<Record<string, number>>
  readonly time: number
  readonly events: number
  /** Trials of the run, and events and time before it. */
  readonly trials: number
  readonly burnIn: number
  readonly blocks: number
  /**
   * Windows end to end, and exits of an ion of the slowest carrier in one: as asked, or fewer where the run is short; times that
   * windows were doubled.
   */
  readonly windows: number
  readonly window: number
  readonly doublings: number
  /** What the reader of the numbers must know. */
  readonly notes: readonly string[]
  readonly inside: Pick<InsideSlowing, 'families' | 'saved'> & { readonly ratio: number | undefined }
}

export type TransportProgress = { readonly phase: 'settling' | 'measuring'; readonly done: number }

/**
 * Tracer, jump and Onsager coefficients with standard errors,
 *
 *   D*_i = ⟨Δr_i²⟩/(2 d t),   L_ij = ⟨ΔR_i·ΔR_j⟩/(2 d t V k_B T N_A²),   D_J,i = RT L_ii/c_i
 *
 * as slopes between half a window and a whole one, over many origins; errors by the jackknife over blocks. Windows double while a
 * coefficient changes by more than 3 of its errors from half a window to a whole one; the walk itself is the same. Ions start at
 * random, are brought to equilibrium by canonical Monte Carlo and walk `burnIn` hops each before anything is measured.
 *
 * @throws SimulationError (`input`) for what cannot be
 */
export function* transportSteps(options: TransportOptions): Generator<TransportProgress, Transport> {
  const { lattice, events, window = 10, blocks = 32, burnIn = 20, temperature } = options
  if (!(events >= 1)) refuse('events', events, 'at least 1')
  if (!(window > 0)) refuse('window', window, 'above 0 exits')
  if (!(Number.isInteger(blocks) && blocks >= 4)) refuse('blocks', blocks, 'a whole number, at least 4')
  if (!(burnIn >= 0)) refuse('burnIn', burnIn, 'at least 0 hops of an ion')
  yield { phase: 'settling', done: 0 }
  const first = walkOf(options)
  const ions = ionsOf(first)
  const present = ions.flatMap((count, i) => (count > 0 ? [i] : []))
  const ratio = settingOf(options)
  const slowed = ratio === undefined ? undefined : insideSlowing(first.tables, first, { ratio })
  const before = slowed?.walk ?? first
  const settling = Math.ceil(burnIn * before.ions)
  if (settling > 0) before.advance(settling)
  const walk = restarted(first.tables, before, { temperature, ...(slowed ? { slowing: slowed.slowing } : {}) })

  // a trial run tells how fast things go
  const pilot = Math.max(200, Math.min(Math.ceil(0.05 * events), 20 * walk.ions))
  walk.advance(pilot)
  const perSecond = walk.events() / walk.time()
  const exitRate = exitsOf(walk).map((count, i) => Math.max(count, 1) / (ions[i] * walk.time()))
  const slowest = Math.min(...present.map(i => exitRate[i]))
  const length = events / perSecond / blocks
  // a run too short for what is asked takes shorter windows, two to a block
  const samples = Math.max(2 * lags, Math.floor(length / (window / slowest / lags)))
  const delta = length / samples

  // the longest windows are still two to a block
  const levels = 1 + Math.min(mostDoublings, Math.floor(Math.log2(samples / (2 * lags))))
  const sums = blockSums(walk, delta, levels)
  const rows = Array.from({ length: levels }, (): Float64Array[] => [])
  const startCounts = walk.counts.slice()
  const startEvents = walk.events()
  const startTrials = walk.trials()
  const origin = walk.time()
  for (let b = 0; b < blocks; b++) {
    for (let k = 0; k <= samples; k++) {
      walk.advance(Infinity, origin + (b * samples + k) * delta)
      sums.record()
    }
    for (const [level, row] of sums.rows().entries()) rows[level].push(row)
    yield { phase: 'measuring', done: (b + 1) / blocks }
  }
  const made = walk.counts.map((count, m) => count - startCounts[m])
  const families: Record<string, number> = Object.fromEntries(lattice.events.map(({ family }) => [family, 0]))
  made.forEach((count, m) => {
    const { family } = lattice.events[walk.tables.eventOf[m]]
    families[family] += count
  })
  const exits = exitsOf(walk, startCounts).map((count, i) => (ions[i] > 0 ? count / ions[i] : 0))
  let doublings = 0
  let coefficients = coefficientsOf(walk, rows[0])
  while (drifts(coefficients) && doublings + 1 < levels) coefficients = coefficientsOf(walk, rows[++doublings])
  const windows = (blocks * samples) / (lags * 2 ** doublings)
  return {
    ...coefficients,
    exits,
    determined: exits.map(count => count >= leastExits),
    families,
    time: walk.time() - origin,
    events: walk.events() - startEvents,
    trials: walk.trials() - startTrials,
    burnIn: (slowed?.events ?? 0) + settling + pilot,
    blocks,
    windows,
    window: Math.min(...present.map(i => exits[i])) / windows,
    doublings,
    notes: drifts(coefficients)
      ? [
          `drift: ${Math.abs(driftOf(coefficients)).toFixed(1)} standard errors from half a window to a whole one, and no longer window fits; ask for more events or a longer window`,
        ]
      : [],
    inside: { ratio, families: slowed?.families ?? {}, saved: slowed?.saved ?? 1 },
  }
}

/** The same, to its end. */
export const transport = (options: TransportOptions): Transport => finish(transportSteps(options))

/** Windows grow at most so often: every ion's place is kept for all samples of the longest. */
const mostDoublings = 6

/** The largest of the drifts [–], which is what stands in errors; carriers that are absent have none. */
const driftOf = ({ drift }: Pick<Transport, 'drift'>): number =>
  [...drift.L, ...drift.Dtr].reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)

const drifts = (found: Pick<Transport, 'drift'>): boolean => Math.abs(driftOf(found)) > mostDrift

/** Standard errors. */
const mostDrift = 3

/** Exits of an ion below which a diffusivity is not determined. */
const leastExits = 100

const settingOf = ({ lattice, inside = { ratio: 50 } }: TransportOptions): number | undefined =>
  inside === 'plain' || lattice.events.every(event => !event.inside) ? undefined : inside.ratio

/** The coefficients from the rows of the blocks. */
const coefficientsOf = (walk: Walk, rows: readonly Float64Array[]) => {
  const { tables, temperature } = walk
  const { lattice, run } = tables
  const n = lattice.carriers.length
  const d = lattice.dimension
  const ions = ionsOf(walk)
  const volume = run.cells * lattice.volume * angstrom ** 3
  const concentrations = ions.map(count => count / (volume * NA))
  const toL = angstrom ** 2 / (volume * kB * temperature * NA ** 2)
  const toD = angstrom ** 2
  const at = columns(n)
  const z = lattice.carriers.map(({ charge }) => charge)
  const F = e * NA
  const trace = (row: Float64Array, offset: number) => row[offset] + row[offset + 4] + row[offset + 8]
  const pairs = Array.from({ length: n * n }, (_, k) => k)
  const singles = Array.from({ length: n }, (_, i) => i)
  const absent = (i: number) => ions[i] === 0

  const results = (row: Float64Array): number[] => {
    const L = pairs.map(k => {
      const mirror = (k % n) * n + Math.floor(k / n)
      return ((trace(row, 9 * k) + trace(row, 9 * mirror)) / 2 / d) * toL
    })
    const part = pairs.flatMap(k => {
      const mirror = (k % n) * n + Math.floor(k / n)
      return [0, 1, 2].map(p => ((row[at.parts + 3 * k + p] + row[at.parts + 3 * mirror + p]) / 2 / d) * toL)
    })
    const axes = singles.flatMap(i => [0, 1, 2].map(a => (absent(i) ? Number.NaN : row[at.tracer + 3 * i + a] * toD)))
    const Dtr = singles.map(i => (axes[3 * i] + axes[3 * i + 1] + axes[3 * i + 2]) / d)
    const Dj = singles.map(i => (absent(i) ? Number.NaN : (R * temperature * L[i * n + i]) / concentrations[i]))
    const f = singles.map(i => (Dtr[i] * d) / (row[at.hops + i] * toD))
    const HR = singles.map(i => Dtr[i] / Dj[i])
    const tensor = Array.from({ length: 9 * n * n }, (_, k) => {
      const [i, j, a, b] = [Math.floor(k / 9 / n), Math.floor(k / 9) % n, Math.floor(k / 3) % 3, k % 3]
      return ((row[k] + row[9 * (j * n + i) + 3 * b + a]) / 2) * toL
    })
    const share = pairs.map(k => (part[3 * k + 2] + part[3 * k + 1] / 2) / L[k])
    const sigma = F * F * pairs.reduce((sum, k) => sum + z[Math.floor(k / n)] * z[k % n] * L[k], 0)
    const ideal = singles.reduce((sum, i) => sum + (absent(i) ? 0 : z[i] * z[i] * concentrations[i] * Dtr[i]), 0)
    const half = singles.map(i => (trace(row, at.slopes + 9 * (i * n + i)) / d) * toL - L[i * n + i])
    const halfTracer = singles.map(i => {
      const k = at.slopes + at.tracer + 3 * i
      return ((row[k] + row[k + 1] + row[k + 2]) / d) * toD - Dtr[i]
    })
    return [
      L,
      part,
      axes,
      Dtr,
      Dj,
      f,
      HR,
      tensor,
      share,
      [sigma, (ideal * F * F) / (R * temperature) / sigma],
      half,
      halfTracer,
    ].flat()
  }

  const all = estimates(rows, results)
  let next = 0
  const take = (count: number) => {
    next += count
    return all.slice(next - count, next)
  }
  const inErrors = ({ value, error }: Estimate) => value / error
  const L = take(n * n)
  const parts = take(3 * n * n)
  const DtrAxes = take(3 * n)
  const Dtr = take(n)
  const Dj = take(n)
  const f = take(n)
  const HR = take(n)
  const tensor = take(9 * n * n)
  const pairShare = take(n * n)
  const [conductivity, conductivityHR] = take(2)
  const drift = { L: take(n).map(inErrors), Dtr: take(n).map(inErrors) }
  return {
    carriers: lattice.carriers.map(({ symbol }) => symbol),
    temperature,
    amounts: ions.map(count => count / run.formulaUnits),
    ions,
    concentrations,
    ...{ Dtr, DtrAxes, Dj, f, HR, L, tensor, parts, pairShare, conductivity, conductivityHR, drift },
  }
}

/** [m] */
const angstrom = 1e-10

/** Functions of the means of blocks, with their jackknife errors: blocks are long beside the memory of the walk. */
const estimates = (rows: readonly Float64Array[], f: (means: Float64Array) => number[]): Estimate[] => {
  const blocks = rows.length
  const all = new Float64Array(blocks * rows[0].length)
  rows.forEach((row, b) => {
    all.set(row, b * row.length)
  })
  const { values, series } = pseudoValues(all, blocks, f)
  return series.map((one, k) => {
    const mean = one.reduce((a, b) => a + b, 0) / blocks
    const variance = one.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (blocks - 1)
    return { value: values[k], error: Math.sqrt(variance / blocks) }
  })
}

/**
 * D̃ = L Θ [m²/s], [n, n].
 *
 * @param L      [mol²/(J·m·s)], [n, n]
 * @param theta  Θ_ij = ∂μ_i/∂c_j [J·m³/mol²], [n, n]
 */
export const chemicalDiffusivity = (L: ArrayLike<number>, theta: ArrayLike<number>, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n]
    let sum = 0
    for (let m = 0; m < n; m++) sum += L[i * n + m] * theta[m * n + j]
    return sum
  })

/** Θ [J·m³/mol²] from ∂μ_i/∂x_j [eV per ion a formula unit], for a formula unit of `volume` [Å³]. */
export const thetaOf = (theta: ArrayLike<number>, volume: number): Float64Array =>
  Float64Array.from(theta, value => value * e * NA * NA * volume * angstrom ** 3)
