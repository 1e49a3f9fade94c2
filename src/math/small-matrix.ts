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
  if (n === 4) return invertFour(m, start)
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
 * n = 4 in locals: L U of the rows in the order of their pivots, r0 … r3, then the columns of U⁻¹ L⁻¹, which stand where the rows
 * came from.
 */
const invertFour = (m: Float64Array, at: number): boolean => {
  let r0 = 0
  let best = Math.abs(m[at])
  for (let i = 1; i < 4; i++) {
    const size = Math.abs(m[at + 4 * i])
    if (size > best) {
      best = size
      r0 = i
    }
  }
  let r1 = r0 === 1 ? 0 : 1
  let r2 = r0 === 2 ? 0 : 2
  let r3 = r0 === 3 ? 0 : 3
  let row = at + 4 * r0
  const q0 = 1 / m[row]
  const u01 = m[row + 1]
  const u02 = m[row + 2]
  const u03 = m[row + 3]
  row = at + 4 * r1
  let l10 = m[row] * q0
  let u11 = m[row + 1] - l10 * u01
  let u12 = m[row + 2] - l10 * u02
  let u13 = m[row + 3] - l10 * u03
  row = at + 4 * r2
  let l20 = m[row] * q0
  let u21 = m[row + 1] - l20 * u01
  let u22 = m[row + 2] - l20 * u02
  let u23 = m[row + 3] - l20 * u03
  row = at + 4 * r3
  let l30 = m[row] * q0
  let u31 = m[row + 1] - l30 * u01
  let u32 = m[row + 2] - l30 * u02
  let u33 = m[row + 3] - l30 * u03
  const size1 = Math.abs(u11)
  const size2 = Math.abs(u21)
  const size3 = Math.abs(u31)
  if (size2 > size1 && size2 >= size3) {
    ;[r1, r2] = [r2, r1]
    ;[l10, l20] = [l20, l10]
    ;[u11, u21] = [u21, u11]
    ;[u12, u22] = [u22, u12]
    ;[u13, u23] = [u23, u13]
  } else if (size3 > size1) {
    ;[r1, r3] = [r3, r1]
    ;[l10, l30] = [l30, l10]
    ;[u11, u31] = [u31, u11]
    ;[u12, u32] = [u32, u12]
    ;[u13, u33] = [u33, u13]
  }
  const q1 = 1 / u11
  let l21 = u21 * q1
  u22 -= l21 * u12
  u23 -= l21 * u13
  let l31 = u31 * q1
  u32 -= l31 * u12
  u33 -= l31 * u13
  if (Math.abs(u32) > Math.abs(u22)) {
    ;[r2, r3] = [r3, r2]
    ;[l20, l30] = [l30, l20]
    ;[l21, l31] = [l31, l21]
    ;[u22, u32] = [u32, u22]
    ;[u23, u33] = [u33, u23]
  }
  const q2 = 1 / u22
  const l32 = u32 * q2
  const q3 = 1 / (u33 - l32 * u23)
  if (!Number.isFinite(q0 * q1 * q2 * q3)) return false
  // L⁻¹, its diagonal 1.
  const a20 = l21 * l10 - l20
  const a31 = l32 * l21 - l31
  const a30 = l31 * l10 - l30 - l32 * a20
  const x30 = a30 * q3
  const x31 = a31 * q3
  const x32 = -l32 * q3
  const x20 = (a20 - u23 * x30) * q2
  const x21 = (-l21 - u23 * x31) * q2
  const x22 = (1 - u23 * x32) * q2
  const x23 = -u23 * q3 * q2
  const x10 = (-l10 - u12 * x20 - u13 * x30) * q1
  const x11 = (1 - u12 * x21 - u13 * x31) * q1
  const x12 = (-u12 * x22 - u13 * x32) * q1
  const x13 = (-u12 * x23 - u13 * q3) * q1
  let column = at + r0
  m[column] = (1 - u01 * x10 - u02 * x20 - u03 * x30) * q0
  m[column + 4] = x10
  m[column + 8] = x20
  m[column + 12] = x30
  column = at + r1
  m[column] = (-u01 * x11 - u02 * x21 - u03 * x31) * q0
  m[column + 4] = x11
  m[column + 8] = x21
  m[column + 12] = x31
  column = at + r2
  m[column] = (-u01 * x12 - u02 * x22 - u03 * x32) * q0
  m[column + 4] = x12
  m[column + 8] = x22
  m[column + 12] = x32
  column = at + r3
  m[column] = (-u01 * x13 - u02 * x23 - u03 * q3) * q0
  m[column + 4] = x13
  m[column + 8] = x23
  m[column + 12] = q3
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
