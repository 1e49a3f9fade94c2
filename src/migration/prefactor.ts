import { type Structure, withPositions } from '../crystal/structure.ts'
import { evaluated, type Search } from '../engine/search.ts'
import { refuse } from '../error.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { e, NA } from '../units.ts'

/**
 * Hessian of some atoms, the others held, by central differences of forces, [3m, 3m] eV/Å², made symmetric.
 *
 * @param atoms         which, [m]
 * @param displacement  δ [Å]; error O(δ²)
 * Cost 6m forces, asked for at once.
 */
export function* partialHessian<P = never>(
  structure: Structure,
  o: { readonly atoms: readonly number[]; readonly displacement?: number },
): Search<P, Float64Array> {
  const { atoms, displacement = 0.01 } = o
  for (const a of atoms)
    if (!Number.isInteger(a) || a < 0 || a >= structure.species.length)
      refuse('atoms', a, `an atom from 0 to ${structure.species.length - 1}`)
  const size = 3 * atoms.length
  const moved = (k: number, by: number) => {
    const positions = structure.positions.slice()
    positions[3 * atoms[Math.floor(k / 3)] + (k % 3)] += by
    return withPositions(structure, positions)
  }
  const asked = Array.from({ length: size }, (_, k) => [moved(k, displacement), moved(k, -displacement)]).flat()
  const answers = yield* evaluated<P>(asked)
  const H = new Float64Array(size * size)
  const component = (forces: Float64Array, k: number) => forces[3 * atoms[Math.floor(k / 3)] + (k % 3)]
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const slope = (component(answers[2 * i].forces, j) - component(answers[2 * i + 1].forces, j)) / (2 * displacement)
      H[i * size + j] -= slope / 2
      H[j * size + i] -= slope / 2
    }
  return H
}

/** √(eV/Å²/u)/2π in 1/s. */
const frequencyUnit = Math.sqrt((e * 1e20) / (1e-3 / NA)) / (2 * Math.PI)

/**
 * Frequencies of a mass-weighted Hessian [1/s], ascending; imaginary ones as negative numbers.
 *
 * @param masses  of the atoms of H [g/mol]
 */
export const frequencies = (H: ArrayLike<number>, masses: readonly number[]): Float64Array => {
  const size = 3 * masses.length
  const D = Float64Array.from(
    { length: size * size },
    (_, k) => H[k] / Math.sqrt(masses[Math.floor(Math.floor(k / size) / 3)] * masses[Math.floor((k % size) / 3)]),
  )
  symmetricEigen(D, size, new Float64Array(size * size))
  return Float64Array.from({ length: size }, (_, i) => {
    const value = D[i * size + i]
    return Math.sign(value) * Math.sqrt(Math.abs(value)) * frequencyUnit
  }).sort()
}

export type Prefactor = {
  /** ν₀ [1/s]; NaN where the saddle has not one imaginary mode, or the start any. */
  readonly attemptFrequency: number
  readonly start: Float64Array
  readonly saddle: Float64Array
  readonly forceCalls: number
}

/**
 * Attempt frequency of harmonic transition-state theory, from the modes of some atoms with the others held,
 *
 *   ν₀ = Π_i ν_i(start) / Π′_j ν_j(saddle), the imaginary mode left out
 *
 * @param atoms  those that shape the move: movers and their neighbours
 * @param mass   by species [g/mol]
 * Source: Vineyard1957
 */
export function* vibrationalPrefactor<P = never>(
  start: Structure,
  saddle: Structure,
  o: {
    readonly atoms: readonly number[]
    readonly mass: Readonly<Record<string, number>>
    readonly displacement?: number
  },
): Search<P, Prefactor> {
  const masses = o.atoms.map(
    a => o.mass[start.species[a]] ?? refuse('mass', undefined, `a mass of ${start.species[a]}`),
  )
  const below = frequencies(yield* partialHessian<P>(start, o), masses)
  const above = frequencies(yield* partialHessian<P>(saddle, o), masses)
  const sound = below[0] > 0 && above[0] < 0 && !(above[1] < 0)
  let logarithm = 0
  for (const nu of below) logarithm += Math.log(nu)
  for (const nu of above.subarray(1)) logarithm -= Math.log(nu)
  return {
    attemptFrequency: sound ? Math.exp(logarithm) : Number.NaN,
    start: below,
    saddle: above,
    forceCalls: 12 * o.atoms.length,
  }
}
