/** Solver of a small dense system by Gauss–Jordan elimination with row pivoting, plain and independent of `src/math`. */
export const dense = (matrix: Float64Array, n: number): ((rhs: Float64Array) => Float64Array) => {
  // Rows measured by their own size: they may have different units.
  const rows = Array.from({ length: n }, (_, i) => {
    const row = Array.from(matrix.subarray(i * n, (i + 1) * n))
    const size = Math.max(...row.map(Math.abs))
    return { row: row.map(v => v / size), size }
  })
  return rhs => {
    const m = rows.map(({ row, size }, i) => [...row, rhs[i] / size])
    for (let k = 0; k < n; k++) {
      let best = k
      for (let i = k + 1; i < n; i++) if (Math.abs(m[i][k]) > Math.abs(m[best][k])) best = i
      const pivot = m[best]
      m[best] = m[k]
      m[k] = pivot
      for (let i = 0; i < n; i++) {
        if (i === k) continue
        const factor = m[i][k] / pivot[k]
        for (let j = k; j <= n; j++) m[i][j] -= factor * pivot[j]
      }
    }
    return Float64Array.from(m, (row, i) => row[n] / row[i])
  }
}
