import { packedLength } from './cholesky.ts'

/**
 * A += Σ_r x_r x_rᵀ on the rows and columns `active` of a packed symmetric matrix: the normal equations of a batch of rows.
 *
 * @param a        packed lower triangle (see `cholesky.ts`)
 * @param columns  x [active, rows], one variable after another
 * @param active   which variables, ascending, [active]
 * Inner products sixteen at a time, over pieces of rows short enough that eight columns stay in the innermost cache.
 * Cost active²·rows operations.
 */
export const rankUpdate = (a: Float64Array, columns: Float64Array, rows: number, active: Int32Array): void => {
  const n = active.length
  const whole = n - (n % 4)
  for (let i = 0; i < whole; i += 4) {
    const x0 = i * rows
    const x1 = x0 + rows
    const x2 = x1 + rows
    const x3 = x2 + rows
    const a0 = packedLength(active[i])
    const a1 = packedLength(active[i + 1])
    const a2 = packedLength(active[i + 2])
    const a3 = packedLength(active[i + 3])
    for (let j = 0; j <= i; j += 4) {
      const y0 = j * rows
      const y1 = y0 + rows
      const y2 = y1 + rows
      const y3 = y2 + rows
      let [s00, s01, s02, s03] = [0, 0, 0, 0]
      let [s10, s11, s12, s13] = [0, 0, 0, 0]
      let [s20, s21, s22, s23] = [0, 0, 0, 0]
      let [s30, s31, s32, s33] = [0, 0, 0, 0]
      for (let r = 0; r < rows; r++) {
        const b0 = columns[y0 + r]
        const b1 = columns[y1 + r]
        const b2 = columns[y2 + r]
        const b3 = columns[y3 + r]
        const c0 = columns[x0 + r]
        s00 += c0 * b0
        s01 += c0 * b1
        s02 += c0 * b2
        s03 += c0 * b3
        const c1 = columns[x1 + r]
        s10 += c1 * b0
        s11 += c1 * b1
        s12 += c1 * b2
        s13 += c1 * b3
        const c2 = columns[x2 + r]
        s20 += c2 * b0
        s21 += c2 * b1
        s22 += c2 * b2
        s23 += c2 * b3
        const c3 = columns[x3 + r]
        s30 += c3 * b0
        s31 += c3 * b1
        s32 += c3 * b2
        s33 += c3 * b3
      }
      const [k0, k1, k2, k3] = [active[j], active[j + 1], active[j + 2], active[j + 3]]
      a[a0 + k0] += s00
      a[a1 + k0] += s10
      a[a2 + k0] += s20
      a[a3 + k0] += s30
      a[a1 + k1] += s11
      a[a2 + k1] += s21
      a[a3 + k1] += s31
      a[a2 + k2] += s22
      a[a3 + k2] += s32
      a[a3 + k3] += s33
      if (j === i) continue // the diagonal block has no upper triangle
      a[a0 + k1] += s01
      a[a0 + k2] += s02
      a[a0 + k3] += s03
      a[a1 + k2] += s12
      a[a1 + k3] += s13
      a[a2 + k3] += s23
    }
  }
  for (let i = whole; i < n; i++) {
    const row = packedLength(active[i])
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let r = 0; r < rows; r++) sum += columns[i * rows + r] * columns[j * rows + r]
      a[row + active[j]] += sum
    }
  }
}
