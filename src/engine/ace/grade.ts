import { type AceBasis, blocksOf } from './basis.ts'

/**
 * What the training looked like, by kind of centre: mean and whitening of a few invariants (two- and three-body terms of low
 * degree), and the longest whitened distance among the training atoms.
 */
export type Grade = {
  readonly kinds: readonly {
    /** Which terms, [count]. */
    readonly terms: Int32Array
    /** [count] */
    readonly mean: Float64Array
    /** L⁻¹ of the covariance L·Lᵀ, lower triangle row by row, [count (count + 1)/2]. */
    readonly whitening: Float64Array
    /** Largest |L⁻¹ (B − mean)| in training [–]; 0 where the kind was never a centre. */
    readonly limit: number
  }[]
}

/** Values of the terms of a grade, for one density: two bodies A_b, three Σ_m A_bm A_cm. */
export const gradeInvariants = (basis: AceBasis, centre: number, terms: ArrayLike<number>) => {
  const blocks = blocksOf(basis, centre)
  const at = new Int32Array(3 * terms.length)
  for (let k = 0; k < terms.length; k++) {
    const [i, j] = [0, 1].map(d => basis.terms[centre].blocks[3 * terms[k] + d])
    at[3 * k] = blocks[i].at
    at[3 * k + 1] = j < 0 ? -1 : blocks[j].at
    at[3 * k + 2] = 2 * blocks[i].l + 1
  }
  return (A: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < terms.length; k++) {
      const i = at[3 * k]
      const j = at[3 * k + 1]
      if (j < 0) {
        out[k] = A[i]
        continue
      }
      let sum = 0
      for (let m = 0; m < at[3 * k + 2]; m++) sum += A[i + m] * A[j + m]
      out[k] = sum
    }
  }
}

/**
 * Extrapolation grade of one atom,
 *
 *   γ = |L⁻¹ (B − ⟨B⟩)| / max over the training atoms of its kind,
 *
 * the Mahalanobis distance of its surroundings from those of the training: at most 1 on the training data, over 1 outside.
 * A kind that was never a centre is infinitely far.
 *
 * Cost: count²/2 multiplications. Source: computed
 */
export const gradeOf = (grade: Grade, basis: AceBasis) => {
  const kinds = grade.kinds.map((kind, s) => ({ ...kind, fill: gradeInvariants(basis, s, kind.terms) }))
  const values = new Float64Array(Math.max(1, ...grade.kinds.map(kind => kind.terms.length)))
  return (centre: number, A: Float64Array): number => {
    const { mean, whitening, limit, fill } = kinds[centre]
    if (limit === 0) return Number.POSITIVE_INFINITY
    fill(A, values)
    const count = mean.length
    for (let k = 0; k < count; k++) values[k] -= mean[k]
    let squared = 0
    for (let k = 0, at = 0; k < count; k++) {
      let sum = 0
      for (let l = 0; l <= k; l++, at++) sum += whitening[at] * values[l]
      squared += sum * sum
    }
    return Math.sqrt(squared) / limit
  }
}
