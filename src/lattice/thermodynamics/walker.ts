import type { Random } from '../../math/random.ts'
import { finish } from '../../run.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import { checkStart, placeAtRandom } from '../kinetics/start.ts'
import type { Ensemble } from './ensemble.ts'

/** Trials of one sweep, as shares of the number of sites: insertions, removals and exchanges of species; moves near and far. */
export type SweepTrials = { readonly flips: number; readonly near: number; readonly far: number }

/**
 * One occupation on its way through an ensemble by Metropolis's rule. All that it holds is changed by `sweep` in place; only
 * `keep` makes something new.
 */
export type Walker = {
  readonly H: Hamiltonian
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  /** Ions by carrier, [n], and by sublattice and carrier, [sublattices, n]. */
  readonly counts: Int32Array
  readonly occupancy: Int32Array
  /** Trials and how many were accepted: flips, near, far, [3] each. */
  readonly tried: Float64Array
  readonly accepted: Float64Array
  ensemble(): Ensemble
  /** Go on in another ensemble whose bounds hold the present counts; also after a change of its weights. */
  enter(ensemble: Ensemble): void
  /** H [eV], mean-field terms included. */
  energy(): number
  sweep(): void
  /** The same, so many trials after the other. */
  sweepSteps(breath: number): Generator<undefined, void>
  /**
   * Sums for the chemical potential of carrier i by acceptance ratios at a trial value [eV]: over all empty sites of
   * 1/(1 + exp((Δ − trial)/k_BT)) for `insertion`, over all ions of 1/(1 + exp((trial − Δ)/k_BT)) for removal, Δ what the ion
   * adds to H.
   */
  insertion(i: number, trial: number): number
  removal(i: number, trial: number): number
  keep(): WalkerState
}

/** A walker as it stands in JSON; with the state of its random numbers it goes on to the same bits. */
export type WalkerState = {
  readonly sigma: readonly number[]
  /** Filled sites in the order they are drawn from. */
  readonly ions: readonly number[]
  readonly energy: number
  readonly tried: readonly number[]
  readonly accepted: readonly number[]
}

/** An exponent beyond which nothing is accepted: exp(−40) is 4e-18. */
const never = 40

/**
 * @param start  a kept state, or an occupation; default: the least counts of the ensemble, placed at random where they may sit
 * @throws SimulationError (`input`) for a start that breaks a limit or an exclusion, (`method`) where none is found
 */
export const walkerOf = (o: WalkerOptions): Walker => finish(walkerOfSteps(o))

export type WalkerOptions = {
  readonly H: Hamiltonian
  readonly ensemble: Ensemble
  readonly random: Random
  readonly trials?: SweepTrials
  readonly start?: WalkerState | Uint8Array | undefined
}

/** The same, some sites and ions after the other. */
export function* walkerOfSteps(o: WalkerOptions): Generator<undefined, Walker> {
  const { H, random } = o
  const { uniform } = random
  const { lattice, run, tables, forbids } = H
  const { carriers: n, states, kind, touched, touchedStart } = tables
  const { sites, cells, perCell, formulaUnits } = run
  const sublattice = Int32Array.from(lattice.sites, site => site.sublattice)
  const cellLimits = lattice.limits.filter(limit => limit.per === 'cell')
  const overall = lattice.limits.filter(limit => limit.per === 'formula unit')
  const slack = 1e-9

  const sigma = H.occupation()
  const fields = yield* H.fieldsSteps(sigma)
  const counts = new Int32Array(n)
  const occupancy = new Int32Array(lattice.sublattices.length * n)
  const load = new Float64Array(cellLimits.length * cells)
  const ions = new Int32Array(sites)
  const slot = new Int32Array(sites)
  let filled = 0
  let energy = 0
  const tried = new Float64Array(3)
  const accepted = new Float64Array(3)

  let { ensemble } = o
  let beta = 1 / ensemble.kT
  /** Weight and mean field of a change from state a to b [eV], [states, states]; Infinity outside the bounds. */
  const shift = new Float64Array(states * states)
  const openStates = new Int32Array(states)
  const position = new Int32Array(states)
  let open = 1
  const trial = new Int32Array(n)
  const hasMeanField = lattice.meanField.length > 0

  const withinOverall = (): boolean => {
    for (const { weights, max } of overall) {
      let sum = 0
      for (let i = 0; i < n; i++) sum += weights[i] * trial[i]
      if (sum > max * formulaUnits + slack) return false
    }
    return true
  }

  const refresh = (): void => {
    const here = hasMeanField ? H.meanField(counts) : 0
    for (let a = 0; a < states; a++) {
      for (let b = 0; b < states; b++) {
        if (a === b) continue
        for (let i = 0; i < n; i++) trial[i] = counts[i]
        let change = 0
        if (a > 0) change += weigh(a - 1, -1)
        if (b > 0) change += weigh(b - 1, 1)
        if (a > 0) trial[a - 1]--
        if (b > 0) trial[b - 1]++
        if (change < Infinity && b > 0 && !withinOverall()) change = Infinity
        if (change < Infinity && hasMeanField) change += H.meanField(trial) - here
        shift[a * states + b] = change
      }
    }
  }

  const weigh = (i: number, step: number): number => {
    const { lower, upper, weight } = ensemble
    const to = counts[i] + step
    if (to < lower[i] || to > upper[i]) return Infinity
    return weight[i][to - lower[i]] - weight[i][counts[i] - lower[i]]
  }

  const enter = (next: Ensemble): void => {
    ensemble = next
    beta = 1 / next.kT
    open = 1
    for (let i = 0; i < n; i++) {
      if (next.upper[i] > next.lower[i]) openStates[open++] = i + 1
      position[i + 1] = next.upper[i] > next.lower[i] ? open - 1 : -1
    }
    refresh()
  }

  const roomInCell = (cell: number, a: number, b: number): boolean => {
    for (let l = 0; l < cellLimits.length; l++) {
      const { weights, max } = cellLimits[l]
      const change = (b > 0 ? weights[b - 1] : 0) - (a > 0 ? weights[a - 1] : 0)
      if (change > 0 && load[l * cells + cell] + change > max + slack) return false
    }
    return true
  }

  /** Put state b on site s, and keep every count. */
  const put = (s: number, b: number): void => {
    const a = sigma[s]
    H.set(sigma, fields, s, b)
    const group = sublattice[kind[s]] * n
    if (a > 0) {
      counts[a - 1]--
      occupancy[group + a - 1]--
    }
    if (b > 0) {
      counts[b - 1]++
      occupancy[group + b - 1]++
    }
    if (a === 0) {
      slot[s] = filled
      ions[filled++] = s
    } else if (b === 0) {
      const last = ions[--filled]
      ions[slot[s]] = last
      slot[last] = slot[s]
    }
    if (cellLimits.length > 0) {
      const cell = (s - kind[s]) / perCell
      for (let l = 0; l < cellLimits.length; l++) {
        const { weights } = cellLimits[l]
        load[l * cells + cell] += (b > 0 ? weights[b - 1] : 0) - (a > 0 ? weights[a - 1] : 0)
      }
    }
  }

  const flips = (count: number): void => {
    const choices = open - 1
    if (choices === 0) return
    const range = sites * choices
    let won = 0
    for (let k = 0; k < count; k++) {
      const draw = Math.floor(uniform() * range)
      const s = choices === 1 ? draw : Math.floor(draw / choices)
      const a = sigma[s]
      const at = position[a]
      if (at < 0) continue
      const b = choices === 1 ? openStates[1 - at] : openStates[(at + 1 + draw - s * choices) % open]
      const dE = (b > 0 ? fields[s * n + b - 1] : 0) - (a > 0 ? fields[s * n + a - 1] : 0)
      if (dE >= forbids) continue
      const cost = (dE + shift[a * states + b]) * beta
      if (cost > 0 && (cost > never || uniform() >= Math.exp(-cost))) continue
      if (cellLimits.length > 0 && !roomInCell((s - kind[s]) / perCell, a, b)) continue
      put(s, b)
      energy += dE
      refresh()
      won++
    }
    tried[0] += count
    accepted[0] += won
  }

  /** Exchange an ion with the state of another site: near (it shares a cluster) or anywhere. */
  const moves = (count: number, near: boolean): void => {
    let won = 0
    for (let k = 0; k < count; k++) {
      const s = ions[Math.floor(uniform() * filled)]
      let t: number
      let which = 0
      let bias = 1
      if (near) {
        const width = touchedStart[s + 1] - touchedStart[s]
        if (width === 0) continue
        which = Math.floor(uniform() * width)
        t = touched[touchedStart[s] + which]
        // an ion that hops is drawn by its row here, and by that of the other site on the way back
        if (sigma[t] === 0) bias = width / (touchedStart[t + 1] - touchedStart[t])
      } else t = Math.floor(uniform() * sites)
      const a = sigma[s]
      const b = sigma[t]
      if (a === b) continue
      const dE = near ? H.exchangeNear(sigma, fields, s, which) : H.exchange(sigma, fields, s, t)
      if (dE >= forbids) continue
      const cost = dE * beta
      if ((cost > 0 || bias < 1) && (cost > never || uniform() >= bias * Math.exp(-cost))) continue
      if (cellLimits.length > 0) {
        const from = (s - kind[s]) / perCell
        const to = (t - kind[t]) / perCell
        if (from !== to && !(roomInCell(to, b, a) && roomInCell(from, a, b))) continue
      }
      put(s, b)
      put(t, a)
      energy += dE
      won++
    }
    tried[near ? 1 : 2] += count
    accepted[near ? 1 : 2] += won
  }

  const closed = ensemble.lower.some((lower, i) => ensemble.upper[i] - lower <= 1)
  const trials = o.trials ?? { flips: 1, near: 0.5, far: closed ? 0.5 : 0 }
  const perSweep = [trials.flips, trials.near, trials.far].map(share => Math.ceil(share * sites))

  const place = (start: ArrayLike<number>): void => {
    for (let s = 0; s < sites; s++) if (start[s] > 0) put(s, start[s])
  }

  if (o.start === undefined) {
    yield* placeAtRandom({ H, uniform, wanted: ensemble.lower, put, counts, sigma, fields, roomInCell })
  } else if (o.start instanceof Uint8Array) place(o.start)
  else {
    place(o.start.sigma)
    ions.set(o.start.ions)
    for (let k = 0; k < filled; k++) slot[ions[k]] = k
    tried.set(o.start.tried)
    accepted.set(o.start.accepted)
  }
  energy = o.start === undefined || o.start instanceof Uint8Array ? H.energy(sigma) : o.start.energy
  checkStart(H, counts, ensemble, energy, load, cellLimits, cells)
  enter(ensemble)

  return {
    H,
    sigma,
    fields,
    counts,
    occupancy,
    tried,
    accepted,
    ensemble: () => ensemble,
    enter,
    energy: () => energy + (hasMeanField ? H.meanField(counts) : 0),

    sweep() {
      flips(perSweep[0])
      if (filled > 0) {
        moves(perSweep[1], true)
        moves(perSweep[2], false)
      }
    },

    *sweepSteps(breath) {
      for (const [kind, all] of perSweep.entries()) {
        if (kind > 0 && filled === 0) return
        for (let made = 0; made < all; made += breath) {
          const count = Math.min(breath, all - made)
          if (kind === 0) flips(count)
          else moves(count, kind === 1)
          if (made + breath < all) yield
        }
      }
    },

    insertion(i, at) {
      for (let j = 0; j < n; j++) trial[j] = counts[j]
      trial[i]++
      if (!withinOverall()) return 0
      const meanField = hasMeanField ? H.meanField(trial) - H.meanField(counts) : 0
      let sum = 0
      for (let s = 0; s < sites; s++) {
        if (sigma[s] > 0 || fields[s * n + i] >= forbids) continue
        if (cellLimits.length > 0 && !roomInCell((s - kind[s]) / perCell, 0, i + 1)) continue
        sum += 1 / (1 + Math.exp((fields[s * n + i] + meanField - at) * beta))
      }
      return sum
    },

    removal(i, at) {
      for (let j = 0; j < n; j++) trial[j] = counts[j]
      trial[i]--
      const meanField = hasMeanField ? H.meanField(counts) - H.meanField(trial) : 0
      let sum = 0
      for (let k = 0; k < filled; k++) {
        const s = ions[k]
        if (sigma[s] === i + 1) sum += 1 / (1 + Math.exp((at - fields[s * n + i] - meanField) * beta))
      }
      return sum
    },

    keep: () => ({
      sigma: Array.from(sigma),
      ions: Array.from(ions.subarray(0, filled)),
      energy,
      tried: Array.from(tried),
      accepted: Array.from(accepted),
    }),
  }
}

/** Σ of acceptances that are Boltzmann factors to a thousandth; where the search for it ends [eV], and the steps of 10 k_BT it may take. */
const [fewFactors, lowestPotential, mostSteps] = [1e-3, -1e3, 1000]

/** −k_BT ln[Σ_s exp(−Δ/k_BT)/(N + 1)] of the present occupation alone [eV]: a first guess at μ_i; 0 where no site is allowed. */
export const insertionPotential = (walker: Walker, i: number): number => finish(insertionPotentialSteps(walker, i))

/** The same, sum by sum over all sites. */
export function* insertionPotentialSteps(walker: Walker, i: number): Generator<undefined, number> {
  const { kT } = walker.ensemble()
  const sum = (at: number) => walker.insertion(i, at)
  // far below every Δ the terms of `insertion` are Boltzmann factors
  const step = 10 * kT
  let at = 0
  if (sum(-mostSteps * step) > fewFactors) {
    // so cold that steps would not get there: by halves to the last of them
    let low = lowestPotential
    for (let k = 0; k < 100 && at - low > step; k++) {
      const middle = (at + low) / 2
      if (sum(middle) > fewFactors) at = middle
      else low = middle
      yield
    }
    at -= step
  } else
    while (sum(at) > fewFactors && at > lowestPotential) {
      at -= step
      yield
    }
  const factor = sum(at)
  return factor > 0 ? at - kT * Math.log(factor / (walker.counts[i] + 1)) : 0
}
