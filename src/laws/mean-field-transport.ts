import type { Sources, Transport } from '../scales.ts'
import { R } from '../units.ts'
import { hopRate } from './arrhenius.ts'
import { pairDiffusivity } from './mean-field-pair.ts'
import { singleDiffusivity } from './mean-field-single.ts'
import { checkSiteFreeEnergy, groupSteps, type SiteFreeEnergy } from './site-free-energy.ts'

/** One kind of move: a lone ion (no leader), or two ions at once, the follower behind the leader. */
export type Move = {
  readonly follower: string
  readonly leader?: string
  /** E_b [eV]. */
  readonly barrier: number
  /** ν₀ [1/s]; 0 switches the move off. */
  readonly attemptFrequency: number
}

/**
 * Mean-field transport on the sites of a host: lone hops and pair hops, no vacancy correlations.
 *
 *   L = (a²/RT)(m/V_m) x_v [ Σ_i w_i x̂_i e_i e_iᵀ + Σ_ij w_ij x̂_i x̂_j (e_i + e_j)(e_i + e_j)ᵀ ]
 *
 * the second sum over ordered pairs (i follows, j leads; i = j once); w = ν₀ exp(−E_b/k_BT) towards one given neighbour.
 * D̃ = L Θ V_m of the same free energy is given in closed form with the 1/x_i and 1/x_v of Θ cancelled by hand,
 *
 *   D̃_ik = a² { x_v M_ik + (m/RT) x̂_i [ λ_i Q_ik + Σ_{j≠i} p_ij x̂_j Q_jk ] },
 *   M_ii = λ_i = w_i + 4 w_ii x̂_i + Σ_{j≠i} p_ij x̂_j,   M_ik = p_ik x̂_i,   p_ij = w_ij + w_ji,
 *   Q = x_v (Θ − RT diag(1/x)) = RT m ωωᵀ/max² + x_v (J + Σ_s A_s σ_s(1 − σ_s)/w_s n_s n_sᵀ)
 *
 * so it is exact and free of round-off at x_i → 0 and at x_v → 0; for one ion and two the slope of the steps is a table, good to 1e-10 of it.
 *
 * @param o.law          the free energy, whose sites, weights and room are those of the hops
 * @param o.hopLength    a [m], between neighbouring sites
 * @param o.molarVolume  V_m [m³/mol of formula units]
 * @param o.moves        each kind at most once
 * @returns L [mol²/(J·m·s)] and D̃ [m²/s], [n, n]; no allocation when `out` is given
 * @throws RangeError for a move of a carrier the law does not have, or one given twice
 * Source: computed: mean-field closure of the hop rates, checked against label splitting and L Θ V_m
 */
export const meanFieldTransport = (o: {
  readonly law: SiteFreeEnergy
  readonly hopLength: number
  readonly molarVolume: number
  readonly moves: readonly Move[]
  readonly sources: Sources
}): Transport => {
  const { law } = o
  const n = checkSiteFreeEnergy(law)
  const { sites, max } = law
  const a2 = o.hopLength * o.hopLength
  const J = Float64Array.from(law.interaction)
  const groups = groupSteps(law)
  const share = Float64Array.from(law.weights, w => w / max)
  const moves = movesOf(law.carriers, o.moves)

  // Rates at the last temperature seen; a cell changes T once per step, not once per face.
  let known = Number.NaN
  /** w_i, and p_ij (4 w_ii on the diagonal) */
  const w = new Float64Array(n)
  const p = new Float64Array(n * n)
  const prepare = (T: number): void => {
    if (T === known) return
    known = T
    w.fill(0)
    p.fill(0)
    for (const { i, j, rate } of moves) {
      if (j < 0) w[i] += rate(T)
      else if (i === j) p[i * n + i] += 4 * rate(T)
      else {
        p[i * n + j] += rate(T)
        p[j * n + i] = p[i * n + j]
      }
    }
  }

  const xHat = new Float64Array(n)
  const Q = new Float64Array(n * n)
  /** Sets x̂ and returns x_v, both kept ≥ 0 so that L stays positive semidefinite when a Newton step overshoots. */
  const occupy = (x: ArrayLike<number>): number => {
    let v = 1
    for (let i = 0; i < n; i++) {
      v -= share[i] * x[i]
      xHat[i] = x[i] > 0 ? x[i] / sites : 0
    }
    return Math.max(v, 0)
  }
  /** λ_i = w_i + 4 w_ii x̂_i + Σ_{j≠i} p_ij x̂_j */
  const mobility = (i: number): number => {
    let sum = w[i]
    for (let j = 0; j < n; j++) sum += p[i * n + j] * xHat[j]
    return sum
  }

  const general: NonNullable<Transport['diffusivity']> = (x, T, out = new Float64Array(n * n)) => {
    prepare(T)
    const v = occupy(x)
    const room = R * T * sites
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) Q[i * n + k] = room * share[i] * share[k] + v * J[i * n + k]
    }
    for (let g = 0; g < groups.length; g++) {
      const { direction, inverseWidth, heights, factors } = groups[g]
      let xi = 0
      for (let i = 0; i < n; i++) xi += direction[i] * x[i]
      const decay = Math.exp(-xi * inverseWidth)
      let slope = 0
      for (let s = 0; s < heights.length; s++) {
        const q = decay * factors[s]
        slope += (heights[s] * q) / ((1 + q) * (1 + q))
      }
      slope *= v * inverseWidth
      for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) Q[i * n + k] += slope * direction[i] * direction[k]
    }
    const scale = sites / (R * T)
    for (let i = 0; i < n; i++) {
      const lambda = mobility(i)
      for (let k = 0; k < n; k++) {
        let pull = lambda * Q[i * n + k]
        for (let j = 0; j < n; j++) if (j !== i) pull += p[i * n + j] * xHat[j] * Q[j * n + k]
        const ideal = i === k ? lambda : p[i * n + k] * xHat[i]
        out[i * n + k] = a2 * (v * ideal + scale * xHat[i] * pull)
      }
    }
    return out
  }

  const rates = { law, groups, a2, w, p, prepare }
  const written = n === 1 ? singleDiffusivity(rates) : n === 2 ? pairDiffusivity(rates) : undefined

  return {
    carriers: law.carriers,
    sources: o.sources,
    diffusivity: general,
    ...written,

    onsager(x, T, out = new Float64Array(n * n)) {
      prepare(T)
      const v = occupy(x)
      const scale = (a2 * sites * v) / (R * T * o.molarVolume)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) out[i * n + j] = scale * p[i * n + j] * (xHat[i] * xHat[j])
        out[i * n + i] = scale * xHat[i] * mobility(i)
      }
      return out
    },
  }
}

/** Moves by index (leader −1 for a lone ion), with their rate laws. */
const movesOf = (carriers: readonly string[], moves: readonly Move[]) => {
  const seen = new Set<string>()
  return moves.map(move => {
    const i = carriers.indexOf(move.follower)
    const j = move.leader === undefined ? -1 : carriers.indexOf(move.leader)
    const label = `${move.follower} ${move.leader ?? 'alone'}`
    if (i < 0 || (move.leader !== undefined && j < 0)) {
      throw new RangeError(`meanFieldTransport: move ${label} names a carrier outside ${carriers.join(', ')}`)
    }
    if (seen.has(label)) throw new RangeError(`meanFieldTransport: move ${label} is given twice`)
    seen.add(label)
    return { i, j, rate: hopRate(move) }
  })
}
