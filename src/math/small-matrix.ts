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
  if (n === 3) return invertThree(m, start)
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

/** n = 3 in locals: the rows in the order of their pivots, r0, r1, r2; columns of the inverse follow them. */
const invertThree = (m: Float64Array, start: number): boolean => {
  const size0 = Math.abs(m[start])
  const size1 = Math.abs(m[start + 3])
  const size2 = Math.abs(m[start + 6])
  const r0 = size0 >= size1 ? (size0 >= size2 ? 0 : 2) : size1 >= size2 ? 1 : 2
  let r1 = r0 === 0 ? 1 : 0
  let r2 = r0 === 2 ? 1 : 2
  const p = 1 / m[start + 3 * r0]
  const t1 = m[start + 3 * r0 + 1] * p
  const t2 = m[start + 3 * r0 + 2] * p
  let f1 = m[start + 3 * r1]
  let f2 = m[start + 3 * r2]
  let a = m[start + 3 * r1 + 1] - f1 * t1
  let c = m[start + 3 * r2 + 1] - f2 * t1
  if (Math.abs(c) > Math.abs(a)) {
    const row = r1
    r1 = r2
    r2 = row
    const factor = f1
    f1 = f2
    f2 = factor
    const entry = a
    a = c
    c = entry
  }
  const b = m[start + 3 * r1 + 2] - f1 * t2
  const d = m[start + 3 * r2 + 2] - f2 * t2
  const q = 1 / a
  const g = c * q
  const s = 1 / (d - g * b)
  // L⁻¹ of the three rows: [1, 0, 0], [−f1 p, 1, 0], [l, −g, 1]; then back through U.
  const l = (g * f1 - f2) * p
  const x20 = s * l
  const x21 = -s * g
  const x10 = -q * (f1 * p + b * x20)
  const x11 = q * (1 - b * x21)
  const x12 = -q * b * s
  if (!Number.isFinite(p * q * s)) return false
  m[start + r0] = p - t1 * x10 - t2 * x20
  m[start + r1] = -t1 * x11 - t2 * x21
  m[start + r2] = -t1 * x12 - t2 * s
  m[start + 3 + r0] = x10
  m[start + 3 + r1] = x11
  m[start + 3 + r2] = x12
  m[start + 6 + r0] = x20
  m[start + 6 + r1] = x21
  m[start + 6 + r2] = s
  return true
}

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
