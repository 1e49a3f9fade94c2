/** 3×3 matrices as flat, row-major arrays of nine numbers. */

/** a·b, both [9]. */
export const multiply = (
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  out: Float64Array = new Float64Array(9),
): Float64Array => {
  const result = out === a || out === b ? new Float64Array(9) : out
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) result[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j]
  if (result !== out) out.set(result)
  return out
}

export const determinant = (m: ArrayLike<number>): number =>
  m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6])

/**
 * m⁻¹, [9].
 *
 * @throws RangeError where m is singular or holds what is no number
 */
export const inverse = (m: ArrayLike<number>): Float64Array => {
  const d = 1 / determinant(m)
  if (!Number.isFinite(d)) throw new RangeError(`mat3.inverse: determinant ${determinant(m)}, must be finite and not 0`)
  return Float64Array.of(
    (m[4] * m[8] - m[5] * m[7]) * d,
    (m[2] * m[7] - m[1] * m[8]) * d,
    (m[1] * m[5] - m[2] * m[4]) * d,
    (m[5] * m[6] - m[3] * m[8]) * d,
    (m[0] * m[8] - m[2] * m[6]) * d,
    (m[2] * m[3] - m[0] * m[5]) * d,
    (m[3] * m[7] - m[4] * m[6]) * d,
    (m[1] * m[6] - m[0] * m[7]) * d,
    (m[0] * m[4] - m[1] * m[3]) * d,
  )
}

export const transpose = (m: ArrayLike<number>): Float64Array =>
  Float64Array.of(m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8])

export const identity = (): Float64Array => Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)

/** Row vectors times a matrix, v·m for every row of v [n, 3]; `out` may be v. */
export const rowsTimes = (
  v: ArrayLike<number>,
  m: ArrayLike<number>,
  out: Float64Array = new Float64Array(v.length),
): Float64Array => {
  for (let k = 0; k < v.length; k += 3) {
    const [x, y, z] = [v[k], v[k + 1], v[k + 2]]
    out[k] = x * m[0] + y * m[3] + z * m[6]
    out[k + 1] = x * m[1] + y * m[4] + z * m[7]
    out[k + 2] = x * m[2] + y * m[5] + z * m[8]
  }
  return out
}
