import type { Engine } from '../../src/engine/engine.ts'

/**
 * Surfaces whose minima and saddles are known, as engines: distances in Å and energies in eV by name only. Coordinates that
 * the law does not have are held at 0 by a spring, so that every stationary point has a full set of modes.
 */

/** Spring that holds what the surface does not have [eV/Å²]. */
const hold = 500

const amplitudes = [-200, -100, -170, 15]
const terms = [
  { a: -1, b: 0, c: -10, x: 1, y: 0 },
  { a: -1, b: 0, c: -10, x: 0, y: 0.5 },
  { a: -6.5, b: 11, c: -6.5, x: -0.5, y: 1.5 },
  { a: 0.7, b: 0.6, c: 0.7, x: -1, y: 1 },
]

/**
 * One atom on the surface of Müller and Brown,
 *
 *   V(x, y) = Σ A_k exp(a_k (x − x_k)² + b_k (x − x_k)(y − y_k) + c_k (y − y_k)²)
 *
 * Minima (−0.558224, 1.441726), (−0.050011, 0.466694), (0.623499, 0.028038); saddles (−0.822002, 0.624313) at −40.664844
 * and (0.212487, 0.292988) at −72.248940.
 */
export const muellerBrown = (): Engine => ({
  name: 'Müller–Brown',
  elements: ['*'],
  external: true,
  evaluate({ positions: [x, y, z] }) {
    let energy = 0.5 * hold * z * z
    const forces = Float64Array.of(0, 0, -hold * z)
    terms.forEach(({ a, b, c, x: x0, y: y0 }, k) => {
      const [dx, dy] = [x - x0, y - y0]
      const value = amplitudes[k] * Math.exp(a * dx * dx + b * dx * dy + c * dy * dy)
      energy += value
      forces[0] -= value * (2 * a * dx + b * dy)
      forces[1] -= value * (b * dx + 2 * c * dy)
    })
    return { energy, forces }
  },
})

/** Sato's parameters and bonds of AB, BC, AC: [d (eV), a]; one length and one steepness for all. */
const bonds = { AB: [4.746, 0.05], BC: [4.746, 0.3], AC: [3.445, 0.05] } as const
const bondLength = 0.742
const steepness = 1.942

/**
 * Three atoms A, B, C (in this order) by London, Eyring, Polanyi and Sato,
 *
 *   V = Σ Q_i − √(Σ J_i² − J_AB J_BC − J_BC J_AC − J_AB J_AC),  Q, J each over 1 + its Sato parameter
 *
 * a function of the three distances, in space. Collinear saddle r_AB 1.149378, r_BC 0.862469 Å at −3.176913 eV, 0.4739 eV
 * above A at 10 Å from BC.
 */
export const leps = (): Engine => ({
  name: 'LEPS',
  elements: ['*'],
  evaluate({ positions: r }) {
    const sides = [['AB', 0, 1] as const, ['BC', 1, 2] as const, ['AC', 0, 2] as const].map(([bond, i, j]) => {
      const [d, sato] = bonds[bond]
      const delta = [0, 1, 2].map(k => r[3 * j + k] - r[3 * i + k])
      const length = Math.hypot(...delta)
      const e = Math.exp(-steepness * (length - bondLength))
      return {
        i,
        j,
        delta,
        length,
        Q: ((d / 2) * (1.5 * e * e - e)) / (1 + sato),
        dQ: ((d / 2) * -steepness * (3 * e * e - e)) / (1 + sato),
        J: ((d / 4) * (e * e - 6 * e)) / (1 + sato),
        dJ: ((d / 4) * -steepness * (2 * e * e - 6 * e)) / (1 + sato),
      }
    })
    const [AB, BC, AC] = sides.map(side => side.J)
    const root = Math.sqrt(AB * AB + BC * BC + AC * AC - AB * BC - BC * AC - AB * AC)
    const forces = new Float64Array(9)
    for (const { i, j, delta, length, J, dQ, dJ } of sides) {
      const slope = dQ - (dJ * (3 * J - AB - BC - AC)) / (2 * root)
      for (let k = 0; k < 3; k++) {
        forces[3 * i + k] += (slope * delta[k]) / length
        forces[3 * j + k] -= (slope * delta[k]) / length
      }
    }
    return { energy: sides.reduce((sum, side) => sum + side.Q, 0) - root, forces }
  },
})

/**
 * Two atoms, each in a double well along x, tied to one another,
 *
 *   V = (x₁² − 1)² + (x₂² − 1)² + k (x₁ − x₂)²
 *
 * from (−1, −1) to (1, 1). `coupledDoubleWellSaddle` says how they cross.
 */
export const coupledDoubleWell = (k: number): Engine => ({
  name: `two coupled double wells, k = ${k}`,
  elements: ['*'],
  external: true,
  evaluate({ positions: r }) {
    const [a, b] = [r[0], r[3]]
    const tie = 2 * k * (a - b)
    const sideways = [1, 2, 4, 5]
    const forces = new Float64Array(6)
    forces[0] = -4 * a * (a * a - 1) - tie
    forces[3] = -4 * b * (b * b - 1) + tie
    for (const i of sideways) forces[i] = -hold * r[i]
    return {
      energy:
        (a * a - 1) ** 2 +
        (b * b - 1) ** 2 +
        k * (a - b) ** 2 +
        sideways.reduce((sum, i) => sum + 0.5 * hold * r[i] ** 2, 0),
      forces,
    }
  },
})

/**
 * Lowest saddles between (−1, −1) and (1, 1), in closed form (stationary points: x₁ = x₂; x₁ = −x₂ = ±√(1 − k); or
 * (x₁ + x₂)² = 1 − 3k/2 with (x₁ − x₂)² = 1 + k/2).
 *
 * - k ≥ 1: concerted, both at once through (0, 0), V = 2.
 * - ⅔ ≤ k < 1: one saddle still, but one ahead of the other, at (√(1 − k), −√(1 − k)), V = 4k − 2k².
 * - k < ⅔: stepwise, over V = (1 + k/2)², with a minimum between at x₁ = −x₂, V = 4k − 2k².
 */
export const coupledDoubleWellSaddle = (
  k: number,
): {
  readonly mechanism: 'concerted' | 'asynchronous' | 'stepwise'
  readonly energy: number
  /** x of either atom at the first saddle where the first atom leads. */
  readonly x: readonly [number, number]
} => {
  if (k >= 1) return { mechanism: 'concerted', energy: 2, x: [0, 0] }
  const s = Math.sqrt(1 - k)
  if (k >= 2 / 3) return { mechanism: 'asynchronous', energy: 4 * k - 2 * k * k, x: [s, -s] }
  const [u, v] = [-Math.sqrt(1 - 1.5 * k), Math.sqrt(1 + k / 2)]
  return { mechanism: 'stepwise', energy: (1 + k / 2) ** 2, x: [(u + v) / 2, (u - v) / 2] }
}
