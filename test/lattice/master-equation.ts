/**
 * The exact oracle of the lattice: on a supercell so small that every state can be written down, the master equation
 *
 *   dp_s/dt = Σ_s′ (p_s′ k_s′→s − p_s k_s→s′)
 *
 * is a matrix. Slow, plain, and independent of `src/lattice`, of which it knows the records only: energies are summed up anew for
 * every state, events are looked for at every place. `exact-transport.ts` reads diffusion off the matrix.
 */
import type { Lattice, Place } from '../../src/lattice/lattice.ts'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import { kBeV } from '../../src/units.ts'

/** Insertion and removal of a carrier at a site of the supercell: k⁰ exp(∓ΔΩ/2kT), ΔΩ = ΔE − μ of the insertion. */
export type Exchange = {
  readonly site: number
  readonly carrier: number
  /** k⁰ [1/s] */
  readonly rate: number
  /** μ of the reservoir [eV] */
  readonly mu: number
}

export type MasterOptions = {
  readonly repeats: readonly [number, number, number]
  /** [K] */
  readonly temperature: number
  /** How many of each carrier; left out, states of every number are kept (with `exchange` or `mu`). */
  readonly numbers?: readonly number[]
  /** Periodic along each vector of the cell; true where left out. */
  readonly periodic?: readonly [boolean, boolean, boolean]
  /** A carrier of which there is one: states that differ by a translation are one, with it in the home cell. */
  readonly pinned?: number
  readonly exchange?: readonly Exchange[]
  /** Weights of a grand-canonical average [eV]. */
  readonly mu?: readonly number[]
  /** Mean-field terms of layers along `axis`, whose mean contents are n̄_l = Σ_m kernel[l, m] n_m; the whole supercell otherwise. */
  readonly window?: { readonly axis: 0 | 1 | 2; readonly kernel: Float64Array }
}

/** States and the transitions between them; a transition may lead back to its own state (a ring that turns by one). */
export type Master = {
  readonly states: readonly Uint8Array[]
  /** H [eV] */
  readonly energy: Float64Array
  /** exp(−(H − Σ μ_i N_i)/kT), normalised */
  readonly boltzmann: Float64Array
  readonly from: Int32Array
  readonly to: Int32Array
  /** [1/s] */
  readonly rate: Float64Array
  /** Summed displacement of each carrier [Å], [transitions, carriers, 3] */
  readonly displacement: Float64Array
  /** Index into `lattice.events`, −1 for an exchange. */
  readonly event: Int32Array
}

/** Index of a site of the supercell: cells row by row, then sites; −1 beyond an open face. */
export const siteOf = (lattice: Lattice, o: MasterOptions, cell: readonly number[], { site, image }: Place): number => {
  let index = 0
  for (let a = 0; a < 3; a++) {
    const n = o.repeats[a]
    const c = cell[a] + image[a]
    if ((c < 0 || c >= n) && o.periodic?.[a] === false) return -1
    index = index * n + (((c % n) + n) % n)
  }
  return index * lattice.sites.length + site
}

const cellsOf = ([n0, n1, n2]: readonly [number, number, number]): number[][] => {
  const out: number[][] = []
  for (let i = 0; i < n0; i++) for (let j = 0; j < n1; j++) for (let k = 0; k < n2; k++) out.push([i, j, k])
  return out
}

/** Number of each carrier on the sites whose cell satisfies `where`. */
const countOf = (state: Uint8Array, carriers: number, perCell: number, where: (cell: number) => boolean): number[] => {
  const count = new Array<number>(carriers).fill(0)
  state.forEach((occupant, s) => {
    if (occupant > 0 && where(Math.floor(s / perCell))) count[occupant - 1]++
  })
  return count
}

/** H(σ) [eV], written down as it stands in `lattice.ts`. Occupants are 0 (vacant) or carrier + 1. */
export const energyOf = (lattice: Lattice, o: MasterOptions): ((state: Uint8Array) => number) => {
  const n = lattice.carriers.length
  const perCell = lattice.sites.length
  const cells = cellsOf(o.repeats)
  const clusters = cells.flatMap(cell =>
    lattice.clusters.map(({ places, energy }) => ({
      sites: places.map(place => siteOf(lattice, o, cell, place)),
      energy,
    })),
  )
  const inside = clusters.filter(({ sites }) => !sites.includes(-1))
  const axis = o.window?.axis ?? 0
  const layers = o.window ? o.repeats[axis] : 1
  const units = (cells.length / layers) * lattice.formulaUnits
  return state => {
    let energy = 0
    for (let s = 0; s < state.length; s++)
      if (state[s] > 0) energy += lattice.siteEnergy[(s % perCell) * n + state[s] - 1]
    for (const { sites, energy: V } of inside) {
      if (sites.some(s => state[s] === 0)) continue
      energy += V[sites.reduce((index, s) => index * n + state[s] - 1, 0)]
    }
    if (lattice.meanField.length === 0) return energy
    const inLayer = Array.from({ length: layers }, (_, l) =>
      countOf(state, n, perCell, c => !o.window || cells[c][axis] === l),
    )
    for (const { weights, coefficients } of lattice.meanField)
      for (let l = 0; l < layers; l++) {
        let mean = 0
        for (let m = 0; m < layers; m++)
          for (let i = 0; i < n; i++)
            mean += (o.window ? o.window.kernel[l * layers + m] : 1) * weights[i] * (inLayer[m][i] / units)
        coefficients.forEach((h, k) => {
          energy += units * h * mean ** k
        })
      }
    return energy
  }
}

const withinLimits = (lattice: Lattice, o: MasterOptions, state: Uint8Array): boolean => {
  if (lattice.limits.length === 0) return true
  const n = lattice.carriers.length
  const cells = cellsOf(o.repeats).length
  const total = (weights: Float64Array, count: readonly number[]) =>
    count.reduce((sum, c, i) => sum + weights[i] * c, 0)
  return lattice.limits.every(({ weights, max, per }) =>
    per === 'formula unit'
      ? total(
          weights,
          countOf(state, n, lattice.sites.length, () => true),
        ) /
          (cells * lattice.formulaUnits) <=
        max + 1e-9
      : Array.from({ length: cells }, (_, c) => countOf(state, n, lattice.sites.length, at => at === c)).every(
          count => total(weights, count) <= max + 1e-9,
        ),
  )
}

const keyOf = (state: Uint8Array): string => Buffer.from(state).toString('latin1')

/** Every state with a finite energy within the limits. */
const statesOf = (lattice: Lattice, o: MasterOptions): Uint8Array[] => {
  const n = lattice.carriers.length
  const perCell = lattice.sites.length
  const sites = cellsOf(o.repeats).length * perCell
  const H = energyOf(lattice, o)
  const states: Uint8Array[] = []
  const state = new Uint8Array(sites)
  const left = o.numbers ? [...o.numbers] : undefined
  const place = (s: number, still: number): void => {
    if (s === sites) {
      if (Number.isFinite(H(state)) && withinLimits(lattice, o, state)) states.push(state.slice())
      return
    }
    const vacant = sites - s - still
    if (!left || vacant > 0) place(s + 1, still)
    for (let i = 0; i < n; i++) {
      if (left && left[i] === 0) continue
      if (o.pinned === i && s >= perCell) continue
      if (left) left[i]--
      state[s] = i + 1
      place(s + 1, still - 1)
      state[s] = 0
      if (left) left[i]++
    }
  }
  place(0, left ? left.reduce((a, b) => a + b, 0) : sites)
  return states
}

/** The state shifted so that the pinned carrier is in the home cell. */
const shifted = (lattice: Lattice, o: MasterOptions, state: Uint8Array, cells: readonly number[][]): Uint8Array => {
  if (o.pinned === undefined) return state
  const perCell = lattice.sites.length
  const home = cells[Math.floor(state.indexOf(o.pinned + 1) / perCell)]
  if (home.every(c => c === 0)) return state
  const out = new Uint8Array(state.length)
  for (const cell of cells)
    for (let site = 0; site < perCell; site++) {
      const image = home.map(c => -c) as [number, number, number]
      out[siteOf(lattice, o, cell, { site, image })] = state[siteOf(lattice, o, cell, { site, image: [0, 0, 0] })]
    }
  return out
}

/** All states and transitions. */
export const masterEquation = (lattice: Lattice, o: MasterOptions): Master => {
  const n = lattice.carriers.length
  const kT = kBeV * o.temperature
  const states = statesOf(lattice, o)
  const index = new Map(states.map((state, s) => [keyOf(state), s]))
  const energy = Float64Array.from(states, energyOf(lattice, o))
  const omega = energy.map((E, s) =>
    countOf(states[s], n, lattice.sites.length, () => true).reduce((sum, c, i) => sum - (o.mu?.[i] ?? 0) * c, E),
  )
  const lowest = Math.min(...omega)
  const boltzmann = omega.map(E => Math.exp(-(E - lowest) / kT))
  const sum = boltzmann.reduce((a, b) => a + b, 0)
  boltzmann.forEach((w, s) => {
    boltzmann[s] = w / sum
  })

  const out: { from: number; to: number; rate: number; displacement: number[]; event: number }[] = []
  const moves = instancesOf(lattice, o)
  const cells = cellsOf(o.repeats)
  const after = new Uint8Array(states[0]?.length ?? 0)
  states.forEach((state, s) => {
    const mean = countOf(state, n, lattice.sites.length, () => true).map(c => c / (cells.length * lattice.formulaUnits))
    for (const move of moves) {
      if (!move.movers.every(({ carrier, from }) => state[from] === carrier + 1)) continue
      after.set(state)
      for (const { from } of move.movers) after[from] = 0
      if (!move.movers.every(({ to }) => after[to] === 0)) continue
      for (const { carrier, to } of move.movers) after[to] = carrier + 1
      const end = index.get(keyOf(shifted(lattice, o, after, cells)))
      if (end === undefined) continue
      const event = lattice.events[move.event]
      const dE = energy[end] - energy[s]
      let Ekra = event.Ekra
      for (const { site, add } of move.surroundings) if (state[site] > 0) Ekra += add[state[site] - 1]
      for (let i = 0; i < n; i++)
        if (event.byAmount[i] !== 0)
          Ekra += event.byAmount[i] * (o.window ? windowAmount(lattice, o, o.window, move, [state, after], i) : mean[i])
      const barrier = Math.max(Ekra + dE / 2, 0, dE)
      const displacement = new Array<number>(3 * n).fill(0)
      for (const { carrier, step } of move.movers) for (let a = 0; a < 3; a++) displacement[3 * carrier + a] += step[a]
      out.push({
        from: s,
        to: end,
        rate: event.attemptFrequency * Math.exp(-barrier / kT),
        displacement,
        event: move.event,
      })
    }
    for (const { site, carrier, rate, mu } of o.exchange ?? []) {
      const filled = state[site] === carrier + 1
      if (!filled && state[site] !== 0) continue
      after.set(state)
      after[site] = filled ? 0 : carrier + 1
      const end = index.get(keyOf(after))
      if (end === undefined) continue
      const insertion = filled ? energy[s] - energy[end] - mu : energy[end] - energy[s] - mu
      out.push({
        from: s,
        to: end,
        rate: rate * Math.exp(((filled ? 1 : -1) * insertion) / (2 * kT)),
        displacement: new Array<number>(3 * n).fill(0),
        event: -1,
      })
    }
  })
  return {
    states,
    energy,
    boltzmann,
    from: Int32Array.from(out, one => one.from),
    to: Int32Array.from(out, one => one.to),
    rate: Float64Array.from(out, one => one.rate),
    displacement: Float64Array.from(out.flatMap(one => one.displacement)),
    event: Int32Array.from(out, one => one.event),
  }
}

type Instance = {
  readonly event: number
  readonly movers: readonly { carrier: number; from: number; to: number; step: readonly number[] }[]
  readonly surroundings: readonly { site: number; add: Float64Array }[]
}

/** Every event at every place, forward and backward; what reaches beyond an open face is none. */
const instancesOf = (lattice: Lattice, o: MasterOptions): Instance[] => {
  const at = ({ site, image }: Place, a: number): number =>
    lattice.sites[site].position[a] + image.reduce((sum, m, v) => sum + m * lattice.cell[3 * v + a], 0)
  const out: Instance[] = []
  for (const cell of cellsOf(o.repeats))
    lattice.events.forEach((event, e) => {
      const surroundings = event.surroundings
        .map(({ place, energy }) => ({ site: siteOf(lattice, o, cell, place), add: energy }))
        .filter(({ site }) => site >= 0)
      const movers = event.movers.map(({ carrier, from, to }) => ({
        carrier,
        from: siteOf(lattice, o, cell, from),
        to: siteOf(lattice, o, cell, to),
        step: [0, 1, 2].map(a => at(to, a) - at(from, a)),
      }))
      if (movers.some(({ from, to }) => from < 0 || to < 0)) return
      out.push({ event: e, movers, surroundings })
      const back = movers.map(({ carrier, from, to, step }) => ({
        carrier,
        from: to,
        to: from,
        step: step.map(x => -x),
      }))
      out.push({ event: e, movers: back, surroundings })
    })
  return out
}

/** x_i that a barrier in a slab sees: the mean over the movers' layers, before and after. */
const windowAmount = (
  lattice: Lattice,
  o: MasterOptions,
  { axis, kernel }: NonNullable<MasterOptions['window']>,
  { movers }: Instance,
  states: readonly Uint8Array[],
  carrier: number,
): number => {
  const perCell = lattice.sites.length
  const cells = cellsOf(o.repeats)
  const layers = o.repeats[axis]
  const units = (cells.length / layers) * lattice.formulaUnits
  let sum = 0
  for (const state of states)
    for (const site of movers.flatMap(({ from, to }) => [from, to])) {
      const l = cells[Math.floor(site / perCell)][axis]
      for (let m = 0; m < layers; m++) {
        const count = countOf(state, lattice.carriers.length, perCell, c => cells[c][axis] === m)[carrier]
        sum += (kernel[l * layers + m] * count) / units
      }
    }
  return sum / (4 * movers.length)
}

/** Stationary distribution of the generator itself, without any thought of Boltzmann: Qᵀp = 0, Σ p = 1. One closed class. */
export const stationary = ({ states, from, to, rate }: Master): Float64Array => {
  const n = states.length
  const A = new Float64Array(n * n)
  for (let t = 0; t < rate.length; t++) {
    A[to[t] * n + from[t]] += rate[t]
    A[from[t] * n + from[t]] -= rate[t]
  }
  A.fill(1, (n - 1) * n)
  const p = new Float64Array(n)
  p[n - 1] = 1
  const pivot = new Int32Array(n)
  if (!factorDense(A, n, pivot)) throw new RangeError('stationary: the states fall into several closed classes')
  solveDense(A, n, pivot, p)
  return p
}

/** Largest |flux s → s′ − flux s′ → s| over the largest flux, at Boltzmann's weights: 0 by detailed balance. */
export const imbalance = ({ boltzmann, from, to, rate }: Master): number => {
  const flux = new Map<string, number>()
  let largest = 0
  for (let t = 0; t < rate.length; t++) {
    if (from[t] === to[t]) continue
    const [a, b, sign] = from[t] < to[t] ? [from[t], to[t], 1] : [to[t], from[t], -1]
    const one = boltzmann[from[t]] * rate[t]
    largest = Math.max(largest, one)
    flux.set(`${a},${b}`, (flux.get(`${a},${b}`) ?? 0) + sign * one)
  }
  return Math.max(0, ...[...flux.values()].map(Math.abs)) / largest
}
