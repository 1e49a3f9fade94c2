import type { Sources, Transport } from '../scales.ts'
import { R } from '../units.ts'
import { hopRate } from './arrhenius.ts'
import { checkSiteFreeEnergy, groupSteps, type SiteFreeEnergy, type StepGroup } from './site-free-energy.ts'

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
 * so it is exact and free of round-off at x_i → 0 and at x_v → 0; for two ions the slope of the steps is a table, good to 1e-10 of it.
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
  // For two ions, at that temperature: a² w_0, a² p_00, a² p_01, a² w_1, m/(RT), m RT, a² p_11.
  const ofTwo = new Float64Array(7)
  const setRates = (T: number): void => {
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
    if (n === 2) ofTwo.set([a2 * w[0], a2 * p[0], a2 * p[1], a2 * w[1], sites / (R * T), R * T * sites, a2 * p[3]])
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
    if (T !== known) setRates(T)
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

  // For two ions: the slope of each group of steps along its direction, as a table.
  const rises = n === 2 ? groups.map(group => riseTable(group, law)) : []
  const perSite = 1 / sites
  const [a, b] = n === 2 ? share : [0, 0]
  const [aa, ab, bb] = [a * a, a * b, b * b]
  const [J00, J01, J11] = n === 2 ? [J[0], J[1], J[3]] : [0, 0, 0]

  /**
   * The same for two ions, written out in locals: the inner loop of every Li–Mg cell. The signs before what the sums begin with
   * tell the compiler that they are numbers: none is then boxed.
   */
  const two: NonNullable<Transport['diffusivity']> = (x, T, out = new Float64Array(4)) => {
    if (T !== known) setRates(T)
    const x0 = x[0]
    const x1 = x[1]
    const vacancy = 1 - a * x0 - b * x1
    const v = vacancy > 0 ? vacancy : 0
    const h0 = x0 > 0 ? x0 * perSite : 0
    const h1 = x1 > 0 ? x1 * perSite : 0
    let P00 = +J00
    let P01 = +J01
    let P11 = +J11
    for (let g = 0; g < rises.length; g++) {
      const { d0, d1, d00, d01, d11, from, perCell, last, cells } = rises[g]
      const t = (d0 * x0 + d1 * x1 - from) * perCell
      const k = t < 0 ? 0 : t < last ? t | 0 : last
      const u = t - k
      const at = 4 * k
      const slope = cells[at] + u * (cells[at + 1] + u * (cells[at + 2] + u * cells[at + 3]))
      P00 += slope * d00
      P01 += slope * d01
      P11 += slope * d11
    }
    const p01 = ofTwo[2]
    const scale = ofTwo[4]
    const room = ofTwo[5]
    const Q00 = room * aa + v * P00
    const Q01 = room * ab + v * P01
    const Q11 = room * bb + v * P11
    const lambda0 = ofTwo[0] + ofTwo[1] * h0 + p01 * h1
    const lambda1 = ofTwo[3] + ofTwo[6] * h1 + p01 * h0
    const s0 = scale * h0
    const s1 = scale * h1
    const cross0 = p01 * h1
    const cross1 = p01 * h0
    out[0] = v * lambda0 + s0 * (lambda0 * Q00 + cross0 * Q01)
    out[1] = v * cross1 + s0 * (lambda0 * Q01 + cross0 * Q11)
    out[2] = v * cross0 + s1 * (lambda1 * Q01 + cross1 * Q00)
    out[3] = v * lambda1 + s1 * (lambda1 * Q11 + cross1 * Q01)
    return out
  }

  /** D̃ as above and the derivative of D̃ u along x_0 and x_1 for a fixed u: ∂(D̃ u)_i/∂x_l, [2, 2]. */
  const twoSlopes: NonNullable<Transport['diffusivitySlopes']> = (x, u, T, out, slopes) => {
    if (T !== known) setRates(T)
    const x0 = x[0]
    const x1 = x[1]
    const vacancy = 1 - a * x0 - b * x1
    const v = vacancy > 0 ? vacancy : 0
    const open = vacancy > 0 ? 1 : 0
    const h0 = x0 > 0 ? x0 * perSite : 0
    const h1 = x1 > 0 ? x1 * perSite : 0
    const room = R * T * sites
    let P00 = +J00
    let P01 = +J01
    let P11 = +J11
    // ∂P/∂x_l = Σ slope' d_l d dᵀ
    let B000 = 0
    let B001 = 0
    let B011 = 0
    let B111 = 0
    for (let g = 0; g < rises.length; g++) {
      const { d0, d1, from, perCell, last, cells } = rises[g]
      const t = (d0 * x0 + d1 * x1 - from) * perCell
      const k = t < 0 ? 0 : t < last ? t | 0 : last
      const u = t - k
      const at = 4 * k
      const slope = cells[at] + u * (cells[at + 1] + u * (cells[at + 2] + u * cells[at + 3]))
      const bend = perCell * (cells[at + 1] + u * (2 * cells[at + 2] + 3 * u * cells[at + 3]))
      P00 += slope * d0 * d0
      P01 += slope * d0 * d1
      P11 += slope * d1 * d1
      B000 += bend * d0 * d0 * d0
      B001 += bend * d0 * d0 * d1
      B011 += bend * d0 * d1 * d1
      B111 += bend * d1 * d1 * d1
    }
    const Q00 = room * a * a + v * P00
    const Q01 = room * a * b + v * P01
    const Q11 = room * b * b + v * P11
    const p00 = p[0]
    const p01 = p[1]
    const p11 = p[3]
    const lambda0 = w[0] + p00 * h0 + p01 * h1
    const lambda1 = w[1] + p11 * h1 + p01 * h0
    const scale = sites / (R * T)
    const s0 = scale * h0
    const s1 = scale * h1
    const cross0 = p01 * h1
    const cross1 = p01 * h0
    out[0] = a2 * (v * lambda0 + s0 * (lambda0 * Q00 + cross0 * Q01))
    out[1] = a2 * (v * cross1 + s0 * (lambda0 * Q01 + cross0 * Q11))
    out[2] = a2 * (v * cross0 + s1 * (lambda1 * Q01 + cross1 * Q00))
    out[3] = a2 * (v * lambda1 + s1 * (lambda1 * Q11 + cross1 * Q01))
    // With q = Q u:  (D̃ u)_0 = a² [v (λ_0 u_0 + p h_0 u_1) + s_0 (λ_0 q_0 + p h_1 q_1)], and 1 likewise.
    const u0 = u[0]
    const u1 = u[1]
    const q0 = Q00 * u0 + Q01 * u1
    const q1 = Q01 * u0 + Q11 * u1
    const ideal0 = lambda0 * u0 + cross1 * u1
    const ideal1 = lambda1 * u1 + cross0 * u0
    const pull0 = lambda0 * q0 + cross0 * q1
    const pull1 = lambda1 * q1 + cross1 * q0
    for (let l = 0; l < 2; l++) {
      const vl = open * (l === 0 ? -a : -b)
      const h0l = l === 0 && x0 > 0 ? 1 / sites : 0
      const h1l = l === 1 && x1 > 0 ? 1 / sites : 0
      const Q00l = vl * P00 + v * (l === 0 ? B000 : B001)
      const Q01l = vl * P01 + v * (l === 0 ? B001 : B011)
      const Q11l = vl * P11 + v * (l === 0 ? B011 : B111)
      const q0l = Q00l * u0 + Q01l * u1
      const q1l = Q01l * u0 + Q11l * u1
      const lambda0l = p00 * h0l + p01 * h1l
      const lambda1l = p11 * h1l + p01 * h0l
      slopes[l] =
        a2 *
        (vl * ideal0 +
          v * (lambda0l * u0 + p01 * h0l * u1) +
          scale * h0l * pull0 +
          s0 * (lambda0l * q0 + lambda0 * q0l + p01 * (h1l * q1 + h1 * q1l)))
      slopes[2 + l] =
        a2 *
        (vl * ideal1 +
          v * (lambda1l * u1 + p01 * h1l * u0) +
          scale * h1l * pull1 +
          s1 * (lambda1l * q1 + lambda1 * q1l + p01 * (h0l * q0 + h0 * q0l)))
    }
  }

  return {
    carriers: law.carriers,
    sources: o.sources,
    diffusivity: n === 2 ? two : general,
    ...(n === 2 ? { diffusivitySlopes: twoSlopes } : {}),

    onsager(x, T, out = new Float64Array(n * n)) {
      if (T !== known) setRates(T)
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

/** How far beyond the room, in parts of it, a Newton iterate is still read from the table. */
const beyondRoom = 0.05

/** Cells of the table within the width of a step: error under 2e-11 of the slope. */
const cellsPerWidth = 96

/**
 * Σ_s (A_s/w) σ_s (1 − σ_s) of a group of steps of two ions against ξ = d·x, over all ξ that the room allows: cubics in
 * u = (ξ − from) perCell − k that meet with value and slope, their coefficients one cell after the other. Beyond its ends
 * the last cubic goes on as a straight line.
 */
type Rise = {
  readonly d0: number
  readonly d1: number
  /** Of d dᵀ. */
  readonly d00: number
  readonly d01: number
  readonly d11: number
  readonly from: number
  readonly perCell: number
  /** The straight cells at either end are 0 and `last`. */
  readonly last: number
  /** [last + 1, 4] */
  readonly cells: Float64Array
}

const riseTable = (
  { direction, inverseWidth, heights, factors }: StepGroup,
  { max, weights }: SiteFreeEnergy,
): Rise => {
  const rise = (xi: number): { readonly slope: number; readonly bend: number } => {
    const decay = Math.exp(-xi * inverseWidth)
    let slope = 0
    let bend = 0
    for (let s = 0; s < heights.length; s++) {
      const q = decay * factors[s]
      // σ (1 − σ) = q/(1 + q)², and its derivative σ (1 − σ)(1 − 2σ)/w.
      const one = (heights[s] * inverseWidth * q) / ((1 + q) * (1 + q))
      slope += one
      bend += (one * inverseWidth * (q - 1)) / (q + 1)
    }
    return { slope, bend }
  }
  const ends = [0, (direction[0] * max) / weights[0], (direction[1] * max) / weights[1]]
  const lowest = Math.min(...ends)
  const highest = Math.max(...ends)
  const margin = beyondRoom * (highest - lowest)
  const start = lowest - margin
  const count = Math.ceil((highest + margin - start) * inverseWidth * cellsPerWidth)
  const h = (highest + margin - start) / count
  const cells = new Float64Array(4 * (count + 2))
  const first = rise(start)
  // Cell 0 is the straight line below `start`, at which cell 1 begins; cell count + 1 the one above the room.
  cells.set([first.slope - h * first.bend, h * first.bend], 0)
  let left = first
  for (let k = 1; k <= count; k++) {
    const right = rise(start + k * h)
    const change = right.slope - left.slope
    const [g0, g1] = [h * left.bend, h * right.bend]
    cells.set([left.slope, g0, 3 * change - 2 * g0 - g1, g0 + g1 - 2 * change], 4 * k)
    left = right
  }
  cells.set([left.slope, h * left.bend], 4 * (count + 1))
  const [d0, d1] = direction
  const products = { d00: d0 * d0, d01: d0 * d1, d11: d1 * d1 }
  return { d0, d1, ...products, from: start - h, perCell: 1 / h, last: count + 1, cells }
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
