/** Transport at equilibrium, from the fluctuations of a kinetic Monte Carlo run. */
import { refuse } from '../../error.ts'
import { finish } from '../../run.ts'
import { e, NA } from '../../units.ts'
import type { Estimate } from '../thermodynamics/averages.ts'
import { angstrom } from './coefficients.ts'
import { type InsideSlowing, insideSlowing, ionsOf, restarted } from './inside.ts'
import { type KineticOptions, walkOfSteps } from './kinetic-monte-carlo.ts'
import { advanceSteps, leastExits, measureSteps } from './measure.ts'
import { type PaceReport, pacedSteps } from './paced.ts'

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
  /**
   * Whatever goes to and fro held at local equilibrium, in a walk for each carrier that is so much slower than the others, see
   * `paceOf`; in place of `inside` (default `off`).
   */
  readonly throttle?: 'off' | { readonly crossings: number }
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
  /** Walks at the pace of single carriers, the fastest first; none where nothing was held so. */
  readonly paces: readonly PaceReport[]
}

/** `done`: of all that there is to measure, or of what is being settled: filling, then the first hops. */
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
  const { events, window = 10, blocks = 32, burnIn = 20, temperature } = options
  if (!(events >= 1)) refuse('events', events, 'at least 1')
  if (!(window > 0)) refuse('window', window, 'above 0 exits')
  if (!(Number.isInteger(blocks) && blocks >= 4)) refuse('blocks', blocks, 'a whole number, at least 4')
  if (!(burnIn >= 0)) refuse('burnIn', burnIn, 'at least 0 hops of an ion')
  yield { phase: 'settling', done: 0 }
  const first = yield* settled(walkOfSteps(options))
  const { throttle = 'off' } = options
  if (throttle !== 'off') {
    const { crossings } = throttle
    return yield* pacedSteps(first, { ...options, crossings, events, window, blocks, burnIn })
  }
  const ions = ionsOf(first)
  const present = ions.flatMap((count, i) => (count > 0 ? [i] : []))
  const ratio = settingOf(options)
  const slowed = ratio === undefined ? undefined : insideSlowing(first.tables, first, { ratio })
  const before = slowed?.walk ?? first
  const settling = Math.ceil(burnIn * before.ions)
  yield* settled(advanceSteps(before, settling))
  const walk = restarted(first.tables, before, { temperature, ...(slowed ? { slowing: slowed.slowing } : {}) })

  const measuring = measureSteps(walk, { events, window, blocks, told: present })
  let next = measuring.next()
  while (!next.done) {
    yield { phase: 'measuring', done: next.value }
    next = measuring.next()
  }
  const { pilot, again: _, ideal: __, excess: ___, ...found } = next.value
  return {
    ...found,
    determined: found.exits.map(count => count >= leastExits),
    burnIn: (slowed?.events ?? 0) + settling + pilot,
    blocks,
    inside: { ratio, families: slowed?.families ?? {}, saved: slowed?.saved ?? 1 },
    paces: [],
  }
}

/** The same, to its end. */
export const transport = (options: TransportOptions): Transport => finish(transportSteps(options))

/** What comes before measuring, as steps of it. */
function* settled<T>(steps: Generator<number, T>): Generator<TransportProgress, T> {
  let next = steps.next()
  while (!next.done) {
    yield { phase: 'settling', done: next.value }
    next = steps.next()
  }
  return next.value
}

const settingOf = ({ lattice, inside = { ratio: 50 } }: TransportOptions): number | undefined =>
  inside === 'plain' || lattice.events.every(event => !event.inside) ? undefined : inside.ratio

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
