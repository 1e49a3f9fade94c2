/** Inverts the n×n matrix at m[start…] in place (Gauss–Jordan with row pivoting). False: singular. For n ≤ about 8. */
export const invertSmall = (m: Float64Array, start: number, n: number): boolean => {
  if (n === 1) {
    m[start] = 1 / m[start]
    return Number.isFinite(m[start])
  }
  if (n === 2) {
    const a = m[start]
    const b = m[start + 1]
    const c = m[start + 2]
    const d = m[start + 3]
    const inverse = 1 / (a * d - b * c)
    if (!Number.isFinite(inverse)) return false
    m[start] = d * inverse
    m[start + 1] = -b * inverse
    m[start + 2] = -c * inverse
    m[start + 3] = a * inverse
    return true
  }
  for (let k = 0; k < n; k++) pivotRow[k] = k
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (Math.abs(m[start + i * n + k]) > Math.abs(m[start + best * n + k])) best = i
    const pivot = m[start + best * n + k]
    if (!(Math.abs(pivot) > 0) || !Number.isFinite(pivot)) return false
    pivotRow[k] = best
    if (best !== k)
      for (let j = 0; j < n; j++) {
        const swap = m[start + k * n + j]
        m[start + k * n + j] = m[start + best * n + j]
        m[start + best * n + j] = swap
      }
    m[start + k * n + k] = 1
    const inverse = 1 / pivot
    for (let j = 0; j < n; j++) m[start + k * n + j] *= inverse
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = m[start + i * n + k]
      m[start + i * n + k] = 0
      for (let j = 0; j < n; j++) m[start + i * n + j] -= factor * m[start + k * n + j]
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    const best = pivotRow[k]
    if (best !== k)
      for (let i = 0; i < n; i++) {
        const swap = m[start + i * n + k]
        m[start + i * n + k] = m[start + i * n + best]
        m[start + i * n + best] = swap
      }
  }
  return true
}
const pivotRow = new Int32Array(64)

/**
 * Inverts the 2n×2n matrix [[A, B], [C, E]] at m[start…] in place, the second half of its unknowns eliminated first:
 *
 *   S = A − B E⁻¹ C,   inverse [[S⁻¹, −S⁻¹ B E⁻¹], [−E⁻¹ C S⁻¹, E⁻¹ + E⁻¹ C S⁻¹ B E⁻¹]]
 *
 * For halves of different units, whose sizes say nothing to a choice of pivots between them. False: E or S singular.
 */
export const invertHalves = (m: Float64Array, start: number, n: number): boolean => {
  const N = 2 * n
  const right = start + n
  const below = start + n * N
  const corner = below + n
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) halfE[i * n + j] = m[corner + i * N + j]
  if (!invertSmall(halfE, 0, n)) return false
  // X = B E⁻¹, Y = E⁻¹ C, S = A − X C.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let x = 0
      let y = 0
      for (let l = 0; l < n; l++) {
        x += m[right + i * N + l] * halfE[l * n + j]
        y += halfE[i * n + l] * m[below + l * N + j]
      }
      halfX[i * n + j] = x
      halfY[i * n + j] = y
    }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = m[start + i * N + j]
      for (let l = 0; l < n; l++) sum -= halfX[i * n + l] * m[below + l * N + j]
      halfS[i * n + j] = sum
    }
  if (!invertSmall(halfS, 0, n)) return false
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sx = 0
      let ys = 0
      for (let l = 0; l < n; l++) {
        sx += halfS[i * n + l] * halfX[l * n + j]
        ys += halfY[i * n + l] * halfS[l * n + j]
      }
      m[start + i * N + j] = halfS[i * n + j]
      m[right + i * N + j] = -sx
      m[below + i * N + j] = -ys
    }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = halfE[i * n + j]
      for (let l = 0; l < n; l++) sum -= m[below + i * N + l] * halfX[l * n + j]
      m[corner + i * N + j] = sum
    }
  return true
}
const halfE = new Float64Array(64)
const halfX = new Float64Array(64)
const halfY = new Float64Array(64)
const halfS = new Float64Array(64)
