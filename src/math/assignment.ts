/**
 * The assignment of least total cost: row i is paired with column result[i], each column once, by shortest augmenting
 * paths with potentials.
 *
 * @param cost  c [n, n], row-major, finite
 * @returns     columns [n]
 * Cost O(n³), far less where most rows have a cheap column of their own.
 * Source: computed: the optimum is certified by its dual potentials, cost_ij ≥ u_i + v_j with equality on the assignment
 */
export const assignment = (cost: Float64Array, n: number): Int32Array => {
  const u = new Float64Array(n + 1)
  const v = new Float64Array(n + 1)
  const rowOf = new Int32Array(n + 1) // of each column; 0: free, rows and columns count from 1 here
  const way = new Int32Array(n + 1)
  const least = new Float64Array(n + 1)
  const used = new Uint8Array(n + 1)
  for (let i = 1; i <= n; i++) {
    rowOf[0] = i
    let j0 = 0
    least.fill(Number.POSITIVE_INFINITY)
    used.fill(0)
    do {
      used[j0] = 1
      const row = rowOf[j0]
      let delta = Number.POSITIVE_INFINITY
      let j1 = 0
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue
        const reduced = cost[(row - 1) * n + j - 1] - u[row] - v[j]
        if (reduced < least[j]) {
          least[j] = reduced
          way[j] = j0
        }
        if (least[j] < delta) {
          delta = least[j]
          j1 = j
        }
      }
      if (!(delta < Number.POSITIVE_INFINITY)) throw new RangeError('assignment: every cost must be finite')
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          u[rowOf[j]] += delta
          v[j] -= delta
        } else least[j] -= delta
      }
      j0 = j1
    } while (rowOf[j0] !== 0)
    while (j0 !== 0) {
      const j1 = way[j0]
      rowOf[j0] = rowOf[j1]
      j0 = j1
    }
  }
  const columns = new Int32Array(n)
  for (let j = 1; j <= n; j++) columns[rowOf[j] - 1] = j - 1
  return columns
}
