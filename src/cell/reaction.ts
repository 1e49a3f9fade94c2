import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { SimulationError } from '../error.ts'
import { F, R } from '../units.ts'
import type { PorousElectrode } from './cell.ts'
import { exchangeSlopes } from './exchange-slopes.ts'
import { currentThroughFilm } from './film.ts'

/**
 * Below this content [per formula unit] the rate at which an ion leaves is continued in proportion to its content, through
 * zero: an ion at 0.5 V above its equilibrium settles at 1e-20, where ln x is out of a Newton step's reach but the rate is linear.
 */
export const linearBelow = 1e-12

/**
 * Where less than this share δ of a host's room is left, ions enter as if it were δ exp(room/δ − 1): a surface that is full takes
 * next to nothing, and one that is fuller still is at rest at a lower potential, by 1 V for 4e-7 of the room. Room itself is
 * known to round-off of the content only, 1e-16, which a volt beyond the last site would need. With 1e-9 surfaces that trade two ions
 * through such a room swing within 30 ns (λ ≈ ±1e7 ± 2e8 i 1/s), for 200 000 steps of a hold; with 1e-7 the last fluxes are cut (`drained`).
 */
export const crowdedBelow = 1e-8

/**
 * Below this concentration [mol/m³] an ion's rate of entering is continued in proportion to it, through zero, for the same
 * reason: at a limiting current it settles at 1e-5 mol/m³ and less.
 */
export const depletedBelow = 1e-4

/** Activities at concentrations no lower than `depletedBelow`; fills what is left of each, c_k/depletedBelow or 1. */
export const activitiesOf = (electrolyte: Electrolyte) => {
  const K = electrolyte.species.length
  const clamped = new Float64Array(K)
  const left = new Float64Array(K)
  const clamp = (c: Float64Array): void => {
    for (let k = 0; k < K; k++) {
      clamped[k] = Math.max(c[k], depletedBelow)
      left[k] = Math.min(c[k] / depletedBelow, 1)
    }
  }
  return {
    clamped,
    left,
    /** ln a_k, [K]. */
    fill(c: Float64Array, T: number, lnA: Float64Array): void {
      clamp(c)
      electrolyte.lnActivity(clamped, T, lnA)
    },
    /** a_k, [K]. */
    plain(c: Float64Array, T: number, a: Float64Array): void {
      clamp(c)
      if (electrolyte.activity) {
        electrolyte.activity(clamped, T, a)
        return
      }
      electrolyte.lnActivity(clamped, T, a)
      for (let k = 0; k < K; k++) a[k] = Math.exp(a[k])
    },
  }
}

/** Index of each carrier among the electrolyte's species; refused where one is missing. */
export const speciesIndex = (electrolyte: Electrolyte, symbols: readonly string[], where: string): Int32Array =>
  Int32Array.from(symbols, symbol => {
    const k = electrolyte.species.findIndex(s => s.name === symbol)
    if (k < 0)
      throw new SimulationError(
        `${where}: carrier ${symbol} is not in the electrolyte ${electrolyte.name} (it has ${electrolyte.species.map(s => s.name).join(', ')})`,
        { code: 'input', at: where },
      )
    return k
  })

/**
 * Butler–Volmer reactions of every carrier at one particle surface, anodic positive [A/m²]:
 *
 *   j_i = j0_i [exp(α_a z_i F η_i/RT) − exp(−α_c z_i F η_i/RT)],
 *   η_i = Δ − U_i − R_f Σ_k j_k,   Δ = φ_s − φ_e,
 *   U_i = E°_i − μ_i/(z_i F) + (RT/(z_i F)) ln a_i,
 *
 * j0_i = exchangeCurrent_i(x_s)·a_i^order. Written with v_i = z_i F (Δ − R_f Σj − E°_i)/RT + μ_i/RT the activities of the
 * standard law leave the anodic branch and both branches stay finite as x_i → 0 or a_i → 0.
 */
export type Reaction = {
  readonly n: number
  /** j_i [A/m²] of the last `evaluate`. */
  readonly j: Float64Array
  /**
   * Currents at surface contents x [n] and potentials μ [n] (μ(x) where there is no gradient term), all species' c [K].
   * False: not finite.
   */
  evaluate(x: Float64Array, mu: Float64Array, delta: number, c: Float64Array, T: number): boolean
  /** After `evaluate` at the same arguments: ∂j/∂Δ [n], ∂j/∂μ [n, n], ∂j/∂x at fixed μ [n, n], ∂j/∂c [n, K−1] (last species eliminated). */
  linearise(x: Float64Array, mu: Float64Array, delta: number, c: Float64Array, T: number): void
  /**
   * Set by the caller before `evaluate`, [n]: 1, or x_i/linearBelow of an ion below that content, whose x and μ are then those
   * of the limit; `byEmptiness` is its ∂j_i.
   */
  readonly emptiness: Float64Array
  readonly byEmptiness: Float64Array
  /**
   * Set by the caller, [1]: 1, or the room that is taken over `crowdedBelow` at a surface more crowded than that; `byRoom` [n] is its ∂j_i.
   */
  readonly room?: Float64Array
  readonly byRoom?: Float64Array
  /**
   * After `linearise`, [n]: what a film takes of each j_i per change of Σ j at a standing drop. It is counted in all slopes below, not in
   * `byEmptiness` and `byRoom`, which stand at a drop.
   */
  readonly filmShare: Float64Array
  readonly byDelta: Float64Array
  readonly byMu: Float64Array
  readonly byX: Float64Array
  readonly byC: Float64Array
  /**
   * Whether Σ j of the last `evaluate` grows with Δ: the rate of entering of an ion below zero, which is reversed, falls, and where it
   * outweighs the others no potential carries a current. Absent from laws whose ions get there by no more than is lost in a rate.
   */
  settled?(): boolean
}

/** Part of the slope of a current that reversed rates may take. */
export const mostReversed = 0.1

export const reactionOf = (electrode: PorousElectrode, electrolyte: Electrolyte, where: string): Reaction => {
  const { host, filmResistance } = electrode
  const { kinetics } = host
  const n = host.carriers.length
  const K = electrolyte.species.length
  const index = speciesIndex(electrolyte, kinetics.carriers, where)
  const z = Float64Array.from(host.carriers, c => c.charge)
  const charges = Float64Array.from(electrolyte.species, s => s.charge)
  const E0 = Float64Array.from(host.carriers, c => standardPotentialOf(electrolyte, c.symbol, where))
  const alphaA = Float64Array.from(kinetics.alphaAnodic as ArrayLike<number>)
  const alphaC = Float64Array.from(kinetics.alphaCathodic as ArrayLike<number>)
  const order = Float64Array.from(kinetics.electrolyteOrder as ArrayLike<number>)
  // The law as it mostly is: the activity in the rate of entering alone, and both branches from one exponential.
  const standard = order.every((value, i) => value === alphaA[i] && value + alphaC[i] === 1)
  const even = standard && alphaA.every((value, i) => value === alphaC[i])
  const j = new Float64Array(n)
  const activity = new Float64Array(K)
  const lnAByC = new Float64Array(K * K)
  const exchange = new Float64Array(n)
  const slopes = exchangeSlopes(kinetics)
  const lnByX = new Float64Array(n * n)
  const lnByMu = new Float64Array(n * n)
  const anodic = new Float64Array(n)
  const cathodic = new Float64Array(n)
  const entering = new Float64Array(n)
  const activities = activitiesOf(electrolyte)
  const { left, clamped } = activities
  const slope = new Float64Array(n)
  const emptiness = new Float64Array(n).fill(1)
  const byEmptiness = new Float64Array(n)
  const room = new Float64Array(1).fill(1)
  const byRoom = new Float64Array(n)
  const byDelta = new Float64Array(n)
  const response = new Float64Array(n)
  const filmShare = new Float64Array(n)
  const byMu = new Float64Array(n * n)
  const byX = new Float64Array(n * n)
  const byC = new Float64Array(n * (K - 1))

  /** Σ j at Δ − R_f s, filling j, anodic and cathodic parts. */
  const currents = (mu: Float64Array, potential: number, T: number): number => {
    const perRT = 1 / (R * T)
    const free = room[0]
    let total = 0
    for (let i = 0; i < n; i++) {
      const k = index[i]
      const v = (z[i] * F * (potential - E0[i]) + mu[i]) * perRT
      let leaving = exchange[i]
      let enter = leaving
      if (even) {
        const e = Math.exp(alphaA[i] * v)
        leaving *= e
        enter *= activity[k] / e
      } else {
        leaving *= Math.exp(alphaA[i] * v)
        enter *= Math.exp(-alphaC[i] * v)
        if (standard) enter *= activity[k]
        else {
          leaving *= activity[k] ** (order[i] - alphaA[i])
          enter *= activity[k] ** (order[i] + alphaC[i])
        }
      }
      const fading = left[k] * enter
      byEmptiness[i] = leaving
      entering[i] = enter
      byRoom[i] = -fading
      const out = emptiness[i] * leaving
      const into = free * fading
      anodic[i] = out
      cathodic[i] = into
      j[i] = out - into
      total += out - into
    }
    return total
  }

  /** The same where a film takes R_f s itself. */
  const throughAFilm = (mu: Float64Array, delta: number, T: number): number => {
    let total = 0
    currentThroughFilm(
      s => {
        total = currents(mu, delta - filmResistance * s, T)
        return total
      },
      () => {
        let rate = 0
        for (let i = 0; i < n; i++) rate += z[i] * (alphaA[i] * anodic[i] + alphaC[i] * cathodic[i])
        return (rate * filmResistance * F) / (R * T)
      },
    )
    return total
  }

  return {
    n,
    j,
    emptiness,
    byEmptiness,
    room,
    byRoom,
    filmShare,
    byDelta,
    byMu,
    byX,
    byC,
    evaluate(x, mu, delta, c, T) {
      activities.plain(c, T, activity)
      kinetics.exchangeCurrent(x, mu, T, exchange)
      return Number.isFinite(filmResistance > 0 ? throughAFilm(mu, delta, T) : currents(mu, delta, T))
    },
    linearise(x, mu, _delta, _c, T) {
      const FRT = F / (R * T)
      electrolyte.lnActivityJacobian(clamped, T, lnAByC)
      let stiffness = 1
      for (let i = 0; i < n; i++) {
        slope[i] = alphaA[i] * anodic[i] + alphaC[i] * cathodic[i] // ∂j_i/∂v_i
        byDelta[i] = slope[i] * z[i] * FRT
        stiffness += filmResistance * byDelta[i]
      }
      byMu.fill(0)
      for (let i = 0; i < n; i++) byMu[i * n + i] = slope[i] / (R * T)
      // μ and x move together on the surface: the slopes of ln j0 by either stand at fixed values of the other.
      slopes(x, mu, T, exchange, lnByX, lnByMu)
      for (let i = 0; i < n; i++)
        for (let l = 0; l < n; l++) {
          byX[i * n + l] = lnByX[i * n + l] * j[i]
          byMu[i * n + l] += lnByMu[i * n + l] * j[i]
        }
      const last = K - 1
      for (let i = 0; i < n; i++) {
        const k = index[i]
        const byLnA = (order[i] - alphaA[i]) * anodic[i] - (order[i] + alphaC[i]) * cathodic[i]
        const depleted = left[k] !== 1
        for (let m = 0; m < last; m++)
          byC[i * last + m] = depleted
            ? m === k
              ? (-room[0] * entering[i]) / depletedBelow
              : 0
            : byLnA * (lnAByC[k * K + m] - (charges[m] / charges[last]) * lnAByC[k * K + last])
      }
      if (filmResistance > 0) {
        // j_i = f_i(…, s), s = Σ_k j_k: each column loses byDelta_i R_f Σ_k column_k/(1 + R_f Σ byDelta).
        const drop = filmResistance / stiffness
        response.set(byDelta)
        for (let i = 0; i < n; i++) filmShare[i] = drop * response[i]
        throughFilm(byMu, n, response, drop)
        throughFilm(byX, n, response, drop)
        throughFilm(byC, last, response, drop)
        throughFilm(byDelta, 1, response, drop)
      }
    },
  }
}

/** matrix_im ← matrix_im − response_i drop Σ_k matrix_km, for each of the columns m. */
const throughFilm = (matrix: Float64Array, columns: number, response: Float64Array, drop: number): void => {
  const n = response.length
  for (let m = 0; m < columns; m++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += matrix[i * columns + m]
    for (let i = 0; i < n; i++) matrix[i * columns + m] -= response[i] * drop * sum
  }
}

/** E°_i of a metal in the electrolyte; refused where it is not stated. */
export const standardPotentialOf = (electrolyte: Electrolyte, symbol: string, where: string): number => {
  const value = electrolyte.standardPotential[symbol]
  if (value === undefined)
    throw new SimulationError(
      `${where}: electrolyte ${electrolyte.name} states no standard potential of ${symbol} (it has ${Object.keys(electrolyte.standardPotential).join(', ')})`,
      { code: 'input', at: where },
    )
  return value
}
