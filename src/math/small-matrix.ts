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
    for (let i = k + 1; i < n; i++)
      if (Math.abs(m[start + i * n + k]) > Math.abs(m[start + best * n + k])) best = i
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
