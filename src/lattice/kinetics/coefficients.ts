/** Transport coefficients and their errors, from sums over the blocks of a walk. */
import { pseudoValues } from '../../math/time-series.ts'
import { e, kB, NA, R } from '../../units.ts'
import type { Estimate } from '../thermodynamics/averages.ts'
import { columns } from './displacements.ts'
import { ionsOf } from './inside.ts'
import type { Walk } from './walk.ts'

/**
 * The coefficients from the rows of the blocks.
 *
 * @param o.own    which L_ij the walk tells (D*_i where it tells L_ii), [n, n]: others have no part in the conductivity; all if absent
 * @param o.haven  H_R that `excess` is about
 */
export const coefficientsOf = (
  walk: Walk,
  rows: readonly Float64Array[],
  o: { readonly own?: readonly boolean[]; readonly haven?: number } = {},
) => {
  const { tables, temperature } = walk
  const { lattice, run } = tables
  const n = lattice.carriers.length
  const d = lattice.dimension
  const ions = ionsOf(walk)
  const volume = run.cells * lattice.volume * angstrom ** 3
  const concentrations = ions.map(count => count / (volume * NA))
  const toL = angstrom ** 2 / (volume * kB * temperature * NA ** 2)
  const toD = angstrom ** 2
  const at = columns(n)
  const z = lattice.carriers.map(({ charge }) => charge)
  const F = e * NA
  const trace = (row: Float64Array, offset: number) => row[offset] + row[offset + 4] + row[offset + 8]
  const pairs = Array.from({ length: n * n }, (_, k) => k)
  const singles = Array.from({ length: n }, (_, i) => i)
  const absent = (i: number) => ions[i] === 0
  const own = (k: number) => o.own?.[k] ?? true

  const results = (row: Float64Array): number[] => {
    const L = pairs.map(k => {
      const mirror = (k % n) * n + Math.floor(k / n)
      return ((trace(row, 9 * k) + trace(row, 9 * mirror)) / 2 / d) * toL
    })
    const part = pairs.flatMap(k => {
      const mirror = (k % n) * n + Math.floor(k / n)
      return [0, 1, 2].map(p => ((row[at.parts + 3 * k + p] + row[at.parts + 3 * mirror + p]) / 2 / d) * toL)
    })
    const axes = singles.flatMap(i => [0, 1, 2].map(a => (absent(i) ? Number.NaN : row[at.tracer + 3 * i + a] * toD)))
    const Dtr = singles.map(i => (axes[3 * i] + axes[3 * i + 1] + axes[3 * i + 2]) / d)
    const Dj = singles.map(i => (absent(i) ? Number.NaN : (R * temperature * L[i * n + i]) / concentrations[i]))
    const f = singles.map(i => (Dtr[i] * d) / (row[at.hops + i] * toD))
    const HR = singles.map(i => Dtr[i] / Dj[i])
    const tensor = Array.from({ length: 9 * n * n }, (_, k) => {
      const [i, j, a, b] = [Math.floor(k / 9 / n), Math.floor(k / 9) % n, Math.floor(k / 3) % 3, k % 3]
      return ((row[k] + row[9 * (j * n + i) + 3 * b + a]) / 2) * toL
    })
    const share = pairs.map(k => (part[3 * k + 2] + part[3 * k + 1] / 2) / L[k])
    const sigma = F * F * pairs.reduce((sum, k) => (own(k) ? sum + z[Math.floor(k / n)] * z[k % n] * L[k] : sum), 0)
    const ideal =
      ((F * F) / (R * temperature)) *
      singles.reduce((sum, i) => sum + (absent(i) || !own(i * n + i) ? 0 : z[i] * z[i] * concentrations[i] * Dtr[i]), 0)
    const half = singles.map(i => (trace(row, at.slopes + 9 * (i * n + i)) / d) * toL - L[i * n + i])
    const halfTracer = singles.map(i => {
      const k = at.slopes + at.tracer + 3 * i
      return ((row[k] + row[k + 1] + row[k + 2]) / d) * toD - Dtr[i]
    })
    return [
      L,
      part,
      axes,
      Dtr,
      Dj,
      f,
      HR,
      tensor,
      share,
      [sigma, ideal / sigma, ideal, ideal - (o.haven ?? 0) * sigma],
      half,
      halfTracer,
    ].flat()
  }

  const all = estimates(rows, results)
  let next = 0
  const take = (count: number) => {
    next += count
    return all.slice(next - count, next)
  }
  const inErrors = ({ value, error }: Estimate) => value / error
  const L = take(n * n)
  const parts = take(3 * n * n)
  const DtrAxes = take(3 * n)
  const Dtr = take(n)
  const Dj = take(n)
  const f = take(n)
  const HR = take(n)
  const tensor = take(9 * n * n)
  const pairShare = take(n * n)
  const [conductivity, conductivityHR, ideal, excess] = take(4)
  const drift = { L: take(n).map(inErrors), Dtr: take(n).map(inErrors) }
  return {
    carriers: lattice.carriers.map(({ symbol }) => symbol),
    temperature,
    amounts: ions.map(count => count / run.formulaUnits),
    ions,
    concentrations,
    ...{ Dtr, DtrAxes, Dj, f, HR, L, tensor, parts, pairShare, conductivity, conductivityHR, ideal, excess, drift },
  }
}

export type Coefficients = ReturnType<typeof coefficientsOf>

/** [m] */
export const angstrom = 1e-10

/** Functions of the means of blocks, with their jackknife errors: blocks are long beside the memory of the walk. */
const estimates = (rows: readonly Float64Array[], f: (means: Float64Array) => number[]): Estimate[] => {
  const blocks = rows.length
  const all = new Float64Array(blocks * rows[0].length)
  rows.forEach((row, b) => {
    all.set(row, b * row.length)
  })
  const { values, series } = pseudoValues(all, blocks, f)
  return series.map((one, k) => {
    const mean = one.reduce((a, b) => a + b, 0) / blocks
    const variance = one.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (blocks - 1)
    return { value: values[k], error: Math.sqrt(variance / blocks) }
  })
}
