import { refuse } from '../error.ts'
import { finish } from '../run.ts'
import { type HamiltonianTables, hamiltonianTablesSteps, sitesABreath } from './hamiltonian-tables.ts'
import type { Lattice } from './lattice.ts'
import type { LatticeSupercell } from './supercell.ts'

/**
 * Energies of a lattice on a supercell, from flat tables.
 *
 * An occupation is `sigma`, [sites + 1], 0 = vacancy, i + 1 = carrier i, the last always 0. Its *fields*, [sites + 1, n], hold
 * what carrier i would have at site s with all other sites as they are, ε + ΣV [eV]. They make a trial move two look-ups and a
 * changed site one pass over its neighbours; being exact (see `HamiltonianTables`) they can be kept up for ever. Mean-field terms
 * depend on counts only and are apart. No function here allocates, besides `occupation` and `fields`.
 */
export type Hamiltonian = {
  readonly lattice: Lattice
  readonly run: LatticeSupercell
  readonly tables: HamiltonianTables
  /** A change of energy from here on [eV] cannot be: a site or a cluster forbids it. */
  readonly forbids: number
  /** An empty occupation, [sites + 1]. */
  occupation(): Uint8Array
  /** Fields of an occupation [eV], [sites + 1, n]. */
  fields(sigma: Uint8Array, out?: Float64Array): Float64Array
  /** The same, some sites after the other. */
  fieldsSteps(sigma: Uint8Array, out?: Float64Array): Generator<undefined, Float64Array>
  /** Sites and clusters of H [eV], from nothing but `sigma`; Infinity for an occupation that cannot be. */
  energy(sigma: Uint8Array): number
  /** N Σ_terms h(n) [eV] for counts of ions by carrier, [n], in `formulaUnits` (default: of the whole run). */
  meanField(counts: ArrayLike<number>, formulaUnits?: number): number
  /** ε + ΣV [eV] of state `a` at site s from `sigma` alone, whatever sits there; 0 for the vacancy. */
  local(sigma: Uint8Array, s: number, a: number): number
  /** Put state `b` on site s and keep up the fields. */
  set(sigma: Uint8Array, fields: Float64Array, s: number, b: number): void
  /** What clusters over both s and t add [eV] with state a at s, b at t and the others as in `sigma`. */
  coupling(sigma: Uint8Array, s: number, t: number, a: number, b: number): number
  /** H(b at s) − H(σ) [eV] without mean-field terms. */
  change(sigma: Uint8Array, fields: Float64Array, s: number, b: number): number
  /** The same for exchanging the states of s and t: a hop where t is empty. */
  exchange(sigma: Uint8Array, fields: Float64Array, s: number, t: number): number
  /** The same with the k-th of the sites that share a cluster with s (`touched`), without a search for it where all are pairs. */
  exchangeNear(sigma: Uint8Array, fields: Float64Array, s: number, k: number): number
  /**
   * The same for two ions that move at once, s → t and u → v; t may be u (the leader's site) or v be s. Each cluster counts once.
   * `sigma` is changed and put back; `fields` are those of `sigma`.
   */
  pairChange(sigma: Uint8Array, fields: Float64Array, s: number, t: number, u: number, v: number): number
}

/** @throws SimulationError (`input`) where arrays do not fit the lattice */
export const hamiltonian = (lattice: Lattice, run: LatticeSupercell): Hamiltonian =>
  finish(hamiltonianSteps(lattice, run))

/** The same, some sites after the other: tables of millions of sites take a while. */
export function* hamiltonianSteps(lattice: Lattice, run: LatticeSupercell): Generator<undefined, Hamiltonian> {
  const tables = yield* hamiltonianTablesSteps(lattice, run)
  checkMeanField(lattice)
  const { carriers: n, states, siteEnergy, kind, row, others, energies } = tables
  const { memberStart, pairEnd, memberOthers, memberTable, forbidden } = tables
  const { sites, formulaUnits: all } = run
  const weights = lattice.meanField.map(term => term.weights)
  const coefficients = lattice.meanField.map(term => term.coefficients)
  const onlyPairs = pairEnd.every((end, u) => end === memberStart[u + 1])
  const { runStart, runTable, runLength } = runsOfPairs(tables)

  /** ΣV of state a at s over its memberships; over those that hold site t only where `t` ≥ 0, which counts as state `at`. */
  const sum = (sigma: Uint8Array, s: number, a: number, t: number, at: number): number => {
    const u = kind[s]
    const end = memberStart[u + 1]
    const pairs = pairEnd[u]
    let total = 0
    let k = row[s]
    let m = memberStart[u]
    if (t < 0) for (; m < pairs; m++) total += energies[memberTable[m] + a * states + sigma[others[k++]]]
    else for (; m < pairs; m++) if (others[k++] === t) total += energies[memberTable[m] + a * states + at]
    for (; m < end; m++) {
      let index = a
      let holds = t < 0
      for (let q = memberOthers[m]; q > 0; q--) {
        const o = others[k++]
        if (o === t) {
          holds = true
          index = index * states + at
        } else index = index * states + sigma[o]
      }
      if (holds) total += energies[memberTable[m] + index]
    }
    return total
  }

  const local: Hamiltonian['local'] = (sigma, s, a) => siteEnergy[kind[s] * states + a] + sum(sigma, s, a, -1, 0)
  const coupling: Hamiltonian['coupling'] = (sigma, s, t, a, b) => sum(sigma, s, a, t, b)

  /** Fields of the sites of the larger memberships, as s goes from a to b. */
  const spread = (sigma: Uint8Array, fields: Float64Array, s: number, a: number, b: number): void => {
    const u = kind[s]
    const end = memberStart[u + 1]
    let k = row[s] + pairEnd[u] - memberStart[u]
    for (let m = pairEnd[u]; m < end; m++) {
      const count = memberOthers[m]
      const table = memberTable[m]
      if (count === 2) {
        const o = others[k]
        const p = others[k + 1]
        const y = sigma[o]
        const z = sigma[p]
        const toB = table + b * states * states
        const toA = table + a * states * states
        if (z > 0)
          for (let i = 0; i < n; i++) {
            const at = (i + 1) * states + z
            fields[o * n + i] += energies[toB + at] - energies[toA + at]
          }
        if (y > 0)
          for (let i = 0; i < n; i++) {
            const at = y * states + i + 1
            fields[p * n + i] += energies[toB + at] - energies[toA + at]
          }
      } else {
        for (let q = 0; q < count; q++) {
          const o = others[k + q]
          for (let i = 0; i < n; i++) {
            let toA = a
            let toB = b
            for (let r = 0; r < count; r++) {
              const state = r === q ? i + 1 : sigma[others[k + r]]
              toA = toA * states + state
              toB = toB * states + state
            }
            fields[o * n + i] += energies[table + toB] - energies[table + toA]
          }
        }
      }
      k += count
    }
  }

  const set: Hamiltonian['set'] = (sigma, fields, s, b) => {
    const a = sigma[s]
    if (a === b) return
    const u = kind[s]
    let k = row[s]
    for (let r = runStart[u]; r < runStart[u + 1]; r++) {
      const toB = runTable[r] + b * states + 1
      const toA = runTable[r] + a * states + 1
      const end = k + runLength[r]
      if (n === 1) {
        const d = energies[toB] - energies[toA]
        for (; k < end; k++) fields[others[k]] += d
      } else if (n === 2) {
        const d = energies[toB] - energies[toA]
        const e = energies[toB + 1] - energies[toA + 1]
        for (; k < end; k++) {
          const o = 2 * others[k]
          fields[o] += d
          fields[o + 1] += e
        }
      } else {
        for (; k < end; k++)
          for (let i = 0; i < n; i++) fields[others[k] * n + i] += energies[toB + i] - energies[toA + i]
      }
    }
    if (!onlyPairs) spread(sigma, fields, s, a, b)
    sigma[s] = b
  }

  const change: Hamiltonian['change'] = (sigma, fields, s, b) => {
    const a = sigma[s]
    return (b > 0 ? fields[s * n + b - 1] : 0) - (a > 0 ? fields[s * n + a - 1] : 0)
  }

  const exchange: Hamiltonian['exchange'] = (sigma, fields, s, t) => {
    const a = sigma[s]
    const b = sigma[t]
    if (a === b) return 0
    // each field still holds the state that the other site leaves
    let delta = change(sigma, fields, s, b) + change(sigma, fields, t, a)
    if (a > 0) delta -= sum(sigma, s, a, t, a)
    if (b > 0) delta -= sum(sigma, s, b, t, b)
    if (a > 0 && b > 0) delta += sum(sigma, s, a, t, b) + sum(sigma, s, b, t, a)
    return delta
  }

  const fieldsBetween = (sigma: Uint8Array, out: Float64Array, begin: number, end: number): void => {
    for (let s = begin; s < end; s++) for (let i = 0; i < n; i++) out[s * n + i] = local(sigma, s, i + 1)
  }

  function* fieldsSteps(
    sigma: Uint8Array,
    out: Float64Array = new Float64Array((sites + 1) * n),
  ): Generator<undefined, Float64Array> {
    for (let s = 0; s < sites; s += sitesABreath) {
      yield
      fieldsBetween(sigma, out, s, Math.min(sites, s + sitesABreath))
    }
    for (let i = 0; i < n; i++) out[sites * n + i] = 0
    return out
  }

  // pairs of each site with sites that are all different: the k-th that it touches is the other of its k-th pair
  const { touched, touchedStart } = tables
  const pairOfTouched = onlyPairs && touched.length === others.length

  return {
    lattice,
    run,
    tables,
    forbids: forbidden / 2,
    occupation: () => new Uint8Array(sites + 1),

    fields: (sigma, out) => finish(fieldsSteps(sigma, out)),
    fieldsSteps,

    energy(sigma) {
      let total = 0
      let forbid = false
      for (let s = 0; s < sites; s++) {
        const a = sigma[s]
        if (a === 0) continue
        const u = kind[s]
        const own = siteEnergy[u * states + a]
        if (own >= forbidden / 2) forbid = true
        total += own
        let k = row[s]
        for (let m = memberStart[u]; m < memberStart[u + 1]; m++) {
          let index = a
          for (let q = memberOthers[m]; q > 0; q--) index = index * states + sigma[others[k++]]
          const V = energies[memberTable[m] + index]
          if (V >= forbidden / 2) forbid = true
          // each of its sites sees the cluster once
          total += V / (memberOthers[m] + 1)
        }
      }
      return forbid ? Infinity : total
    },

    meanField(counts, formulaUnits = all) {
      let total = 0
      for (let k = 0; k < weights.length; k++) {
        let content = 0
        for (let i = 0; i < n; i++) content += (weights[k][i] * counts[i]) / formulaUnits
        const c = coefficients[k]
        let h = 0
        for (let p = c.length - 1; p >= 0; p--) h = h * content + c[p]
        total += h
      }
      return total * formulaUnits
    },

    local,
    set,
    coupling,
    change,

    exchange,

    exchangeNear(sigma, fields, s, k) {
      const t = touched[touchedStart[s] + k]
      if (!pairOfTouched) return exchange(sigma, fields, s, t)
      const a = sigma[s]
      const b = sigma[t]
      if (a === b) return 0
      const table = memberTable[memberStart[kind[s]] + k]
      const delta = change(sigma, fields, s, b) + change(sigma, fields, t, a)
      // the vacancy's energies are 0
      return (
        delta -
        energies[table + a * states + a] -
        energies[table + b * states + b] +
        energies[table + a * states + b] +
        energies[table + b * states + a]
      )
    },

    pairChange(sigma, fields, s, t, u, v) {
      const a = sigma[s]
      const b = sigma[u]
      let delta = -fields[s * n + a - 1]
      sigma[s] = 0
      delta -= local(sigma, u, b)
      sigma[u] = 0
      delta += local(sigma, t, a)
      sigma[t] = a
      delta += local(sigma, v, b)
      sigma[t] = 0
      sigma[u] = b
      sigma[s] = a
      return delta
    },
  }
}

/** Pairs of equal energies that stand together, by site of the cell: from runStart[kind] to runStart[kind + 1]. */
const runsOfPairs = ({ memberStart, pairEnd, memberTable }: HamiltonianTables) => {
  const runStart = new Int32Array(pairEnd.length + 1)
  const runTable: number[] = []
  const runLength: number[] = []
  for (let u = 0; u < pairEnd.length; u++) {
    for (let m = memberStart[u]; m < pairEnd[u]; m++) {
      const last = runTable.length - 1
      if (m > memberStart[u] && runTable[last] === memberTable[m]) runLength[last]++
      else {
        runTable.push(memberTable[m])
        runLength.push(1)
      }
    }
    runStart[u + 1] = runTable.length
  }
  return { runStart, runTable: Int32Array.from(runTable), runLength: Int32Array.from(runLength) }
}

const checkMeanField = (lattice: Lattice): void => {
  for (const [k, { label, weights, coefficients }] of lattice.meanField.entries()) {
    const field = `meanField[${k}] (${label})`
    if (weights.length !== lattice.carriers.length)
      refuse(`${field}.weights`, weights.length, `${lattice.carriers.length} weights, one for each carrier`)
    if (!weights.every(Number.isFinite))
      refuse(
        `${field}.weights`,
        weights.find(w => !Number.isFinite(w)),
        'finite numbers',
      )
    if (!coefficients.every(Number.isFinite))
      refuse(
        `${field}.coefficients`,
        coefficients.find(c => !Number.isFinite(c)),
        'finite numbers',
      )
  }
}
