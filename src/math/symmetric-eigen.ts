/** Sweeps of Jacobi's method at most; it converges quadratically, 6 to 10 sweeps do for any small matrix. */
const maximumSweeps = 60

/**
 * Eigenvalues and orthonormal eigenvectors of a small symmetric matrix by Jacobi rotations, A = Q diag(λ) Qᵀ.
 *
 * @param a  A [n, n]; holds λ on its diagonal at return
 * @param q  Q [n, n], columns are the eigenvectors
 * Cost O(n³) a sweep; for n ≤ about 10.
 */
export const symmetricEigen = (a: Float64Array, n: number, q: Float64Array): void => {
  q.fill(0)
  for (let i = 0; i < n; i++) q[i * n + i] = 1
  for (let sweep = 0; sweep < maximumSweeps; sweep++) {
    let rotated = false
    for (let i = 0; i < n - 1; i++)
      for (let j = i + 1; j < n; j++) {
        const off = a[i * n + j]
        // Relative to the two diagonal entries, so that small eigenvalues keep their digits.
        if (!(off * off > 1e-32 * Math.abs(a[i * n + i] * a[j * n + j]))) continue
        rotated = true
        const theta = (a[j * n + j] - a[i * n + i]) / (2 * off)
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta))
        const c = 1 / Math.hypot(1, t)
        const s = t * c
        for (let k = 0; k < n; k++) {
          const x = a[k * n + i]
          const y = a[k * n + j]
          a[k * n + i] = c * x - s * y
          a[k * n + j] = s * x + c * y
        }
        for (let k = 0; k < n; k++) {
          const x = a[i * n + k]
          const y = a[j * n + k]
          a[i * n + k] = c * x - s * y
          a[j * n + k] = s * x + c * y
        }
        a[i * n + j] = a[j * n + i] = 0
        for (let k = 0; k < n; k++) {
          const x = q[k * n + i]
          const y = q[k * n + j]
          q[k * n + i] = c * x - s * y
          q[k * n + j] = s * x + c * y
        }
      }
    if (!rotated) return
  }
}

/**
 * Lower Cholesky factor A = C Cᵀ in place (the upper triangle is cleared).
 *
 * @returns false where A is not positive definite
 */
export const cholesky = (a: Float64Array, n: number): boolean => {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k]
      if (i === j) {
        if (!(sum > 0)) return false
        a[j * n + j] = Math.sqrt(sum)
      } else {
        a[i * n + j] = sum / a[j * n + j]
        a[j * n + i] = 0
      }
    }
  }
  return true
}
