/**
 * Exact transport coefficients of a master equation, second order in the jumps. With v_i(s) = Σ k ΔR_i the drift of carrier i in
 * state s and χ_i the answer of the states to it, Qχ_i = −v_i, the sum R_i + χ_i is a martingale, so
 *
 *   B_ij = lim ⟨R_i·R_j⟩/(2 d t) = (1/2d) Σ_s π_s Σ_s′ k_s→s′ (ΔR_i + Δχ_i)·(ΔR_j + Δχ_j)
 *
 * which is the jumps' own part (Δχ = 0) less 2 v_i·(−Q)⁻¹v_j/(2d). L_ij = B_ij/(V kT).
 */
import type { Cluster, Lattice, LatticeEvent } from '../../src/lattice/lattice.ts'
import { type Master, type MasterOptions, masterEquation } from './master-equation.ts'

/** ⟨R_i,a R_j,b⟩/(2t) [Å²/s] by carrier, [n, n, 3, 3], and the part of the jumps alone. */
export type ExactTensor = { readonly full: Float64Array; readonly jumps: Float64Array }

export const transportTensor = (master: Master, carriers: number): ExactTensor => {
  const { boltzmann, from, to, rate, displacement } = master
  const width = 3 * carriers
  const chi = Array.from({ length: width }, (_, c) => {
    const drift = new Float64Array(boltzmann.length)
    for (let t = 0; t < rate.length; t++) drift[from[t]] += rate[t] * displacement[t * width + c]
    return poisson(master, drift)
  })
  const full = new Float64Array(width * width)
  const jumps = new Float64Array(width * width)
  const step = new Float64Array(width)
  for (let t = 0; t < rate.length; t++) {
    const weight = 0.5 * boltzmann[from[t]] * rate[t]
    for (let c = 0; c < width; c++) step[c] = displacement[t * width + c] + chi[c][to[t]] - chi[c][from[t]]
    for (let c = 0; c < width; c++)
      for (let d = 0; d < width; d++) {
        const at = (Math.floor(c / 3) * carriers + Math.floor(d / 3)) * 9 + (c % 3) * 3 + (d % 3)
        jumps[at] += weight * displacement[t * width + c] * displacement[t * width + d]
        full[at] += weight * step[c] * step[d]
      }
  }
  return { full, jumps }
}

/**
 * χ of Qχ = −v by conjugate gradients on S = −π^½ Q π^−½, symmetric and positive semidefinite by detailed balance. Where the
 * states fall apart into classes that never meet, v sums to zero in each, and nothing need be known of them.
 */
export const poisson = ({ boltzmann, from, to, rate }: Master, drift: Float64Array): Float64Array => {
  const n = boltzmann.length
  const root = boltzmann.map(Math.sqrt)
  const diagonal = new Float64Array(n)
  for (let t = 0; t < rate.length; t++) if (from[t] !== to[t]) diagonal[from[t]] += rate[t]
  const scale = diagonal.map(d => (d > 0 ? 1 / Math.sqrt(d) : 0))
  // scaled by the diagonal on both sides: 1 − off
  const off = rate.map((k, t) =>
    from[t] === to[t] ? 0 : scale[from[t]] * k * (root[from[t]] / root[to[t]]) * scale[to[t]],
  )
  const times = (x: Float64Array): Float64Array => {
    const y = x.map((value, s) => (diagonal[s] > 0 ? value : 0))
    for (let t = 0; t < off.length; t++) y[from[t]] -= off[t] * x[to[t]]
    return y
  }
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += a[i] * b[i]
    return sum
  }
  const r = drift.map((v, s) => scale[s] * root[s] * v)
  const x = new Float64Array(n)
  const p = r.slice()
  let rr = dot(r, r)
  const start = rr
  // To 1e-13 of the start: round-off of a sum over some thousand states
  for (let k = 0; k < 20 * n + 100 && rr > 1e-26 * start; k++) {
    const Ap = times(p)
    const alpha = rr / dot(p, Ap)
    for (let s = 0; s < n; s++) {
      x[s] += alpha * p[s]
      r[s] -= alpha * Ap[s]
    }
    const next = dot(r, r)
    for (let s = 0; s < n; s++) p[s] = r[s] + (next / rr) * p[s]
    rr = next
  }
  if (rr > 1e-20 * start) throw new RangeError(`poisson: residual ${Math.sqrt(rr / start)}`)
  return x.map((value, s) => (root[s] > 0 ? (scale[s] * value) / root[s] : 0))
}

/**
 * The lattice with one more carrier that differs from `carrier` by its name only: a tracer, or one ion under two labels. Every
 * event of the ion is there once for each way to label its movers.
 */
export const withLabel = (
  lattice: Lattice,
  carrier: number,
  symbol = `${lattice.carriers[carrier].symbol}*`,
): Lattice => {
  const n = lattice.carriers.length
  const old = (i: number) => (i === n ? carrier : i)
  const more = (values: Float64Array, rows = values.length / n): Float64Array =>
    Float64Array.from({ length: rows * (n + 1) }, (_, k) => values[Math.floor(k / (n + 1)) * n + old(k % (n + 1))])
  const cluster = (one: Cluster): Cluster => {
    const order = one.places.length
    return {
      ...one,
      energy: Float64Array.from({ length: (n + 1) ** order }, (_, k) => {
        let index = 0
        for (let p = order - 1; p >= 0; p--) index = index * n + old(Math.floor(k / (n + 1) ** p) % (n + 1))
        return one.energy[index]
      }),
    }
  }
  const labelled = (event: LatticeEvent): LatticeEvent[] => {
    const same = event.movers.filter(mover => mover.carrier === carrier).length
    return Array.from({ length: 2 ** same }, (_, bits) => {
      let seen = 0
      return {
        ...event,
        movers: event.movers.map(mover =>
          mover.carrier === carrier && (bits >> seen++) & 1 ? { ...mover, carrier: n } : mover,
        ),
        surroundings: event.surroundings.map(one => ({ ...one, energy: more(one.energy) })),
        byAmount: more(event.byAmount),
      }
    })
  }
  return {
    ...lattice,
    carriers: [...lattice.carriers, { ...lattice.carriers[carrier], symbol }],
    siteEnergy: more(lattice.siteEnergy),
    clusters: lattice.clusters.map(cluster),
    meanField: lattice.meanField.map(one => ({ ...one, weights: more(one.weights) })),
    limits: lattice.limits.map(one => ({ ...one, weights: more(one.weights) })),
    events: lattice.events.flatMap(labelled),
  }
}

export type ExactTransport = {
  /** ⟨R_i·R_j⟩/(2 d t) [Å²/s], [n, n]: L_ij V kT */
  readonly collective: Float64Array
  /** The same of the jumps alone. */
  readonly jumps: Float64Array
  /** D*_i [Å²/s], [n]; NaN of a carrier that is not there */
  readonly tracer: Float64Array
  /** f_i = D*_i over what it would be without memory, [n] */
  readonly correlation: Float64Array
  /** States of the largest of the problems that were solved. */
  readonly states: number
}

/** L and D* of a lattice at fixed numbers, one ion of each carrier labelled in turn. */
export const exactTransport = (
  lattice: Lattice,
  o: Pick<MasterOptions, 'repeats' | 'temperature'> & { readonly numbers: readonly number[] },
): ExactTransport => {
  const n = lattice.carriers.length
  const d = lattice.dimension
  const tracer = new Float64Array(n).fill(Number.NaN)
  const correlation = new Float64Array(n).fill(Number.NaN)
  let collective: Float64Array = new Float64Array(n * n)
  let jumps: Float64Array = new Float64Array(n * n)
  let states = 0
  for (let carrier = 0; carrier < n; carrier++) {
    if (o.numbers[carrier] === 0) continue
    const labelled = withLabel(lattice, carrier)
    const numbers = [...o.numbers.map((count, i) => (i === carrier ? count - 1 : count)), 1]
    const master = masterEquation(labelled, { ...o, numbers, pinned: n })
    const tensor = transportTensor(master, n + 1)
    const trace = (of: Float64Array, i: number, j: number) => {
      const at = (i * (n + 1) + j) * 9
      return (of[at] + of[at + 4] + of[at + 8]) / d
    }
    const merged = (of: Float64Array): Float64Array => {
      const out = new Float64Array(n * n)
      for (let i = 0; i <= n; i++)
        for (let j = 0; j <= n; j++) out[(i === n ? carrier : i) * n + (j === n ? carrier : j)] += trace(of, i, j)
      return out
    }
    tracer[carrier] = trace(tensor.full, n, n)
    correlation[carrier] = tracer[carrier] / trace(tensor.jumps, n, n)
    collective = merged(tensor.full)
    jumps = merged(tensor.jumps)
    states = Math.max(states, master.states.length)
  }
  return { collective, jumps, tracer, correlation, states }
}
