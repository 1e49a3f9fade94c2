/** The exact tracer of a periodic cluster with one vacancy, by linear equations: what a walk on that very cluster must give. */
import type { Lattice } from '../../src/lattice/lattice.ts'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'

/**
 * Correlation factor of the tracer. The vacancy sits beside the tracer after an exchange; g(v) is the mean of the next steps of the
 * tracer that have not been made, Σ of all later displacements, with the vacancy at v. With displacement u of the last exchange,
 *
 *   ⟨R²⟩/hops = ⟨u²⟩ + 2⟨u·g⟩,   g(v) = Σ_w p(v→w) [g(w) + …],
 *
 * where a jump of the vacancy onto the tracer moves the tracer by −jump and leaves the vacancy on the other side of it. All sites
 * are seen from the tracer, so it is a walk of the vacancy over the sites but one.
 */
export const oneVacancyFactor = (lattice: Lattice, size: readonly [number, number, number]): number => {
  const perCell = lattice.sites.length
  const [a, b, c] = size
  const sites = a * b * c * perCell
  const wrap = (x: number, n: number) => ((x % n) + n) % n
  const siteOf = (site: number, i: number, j: number, k: number) =>
    ((wrap(i, a) * b + wrap(j, b)) * c + wrap(k, c)) * perCell + site
  /** Jumps of a vacancy: to which site, and by what. */
  const jumps: { to: number; step: number[] }[][] = Array.from({ length: sites }, () => [])
  const position = (site: number, image: readonly number[]) =>
    [0, 1, 2].map(d => image.reduce((x, m, v) => x + m * lattice.cell[3 * v + d], lattice.sites[site].position[d]))
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++)
        for (const { movers } of lattice.events) {
          const { from, to } = movers[0]
          const [p, q] = [from, to].map(place =>
            siteOf(place.site, i + place.image[0], j + place.image[1], k + place.image[2]),
          )
          const start = position(from.site, from.image)
          const end = position(to.site, to.image)
          jumps[p].push({ to: q, step: end.map((x, d) => x - start[d]) })
          jumps[q].push({ to: p, step: end.map((x, d) => start[d] - x) })
        }
  // states: (tracer at a site of the home cell, vacancy anywhere else); a tracer that leaves the cell takes the frame along
  const states = perCell * sites
  const A = new Float64Array(states * states)
  const right = [0, 1, 2].map(() => new Float64Array(states))
  const shift = (site: number, by: number): number => {
    // `site` as seen when the cell of `by` becomes the home cell
    const cell = (s: number) => {
      const index = Math.floor(s / perCell)
      return [Math.floor(index / (b * c)), Math.floor(index / c) % b, index % c]
    }
    const [x, y] = [cell(site), cell(by)]
    return siteOf(site % perCell, x[0] - y[0], x[1] - y[1], x[2] - y[2])
  }
  const exchanges: { state: number; step: number[] }[] = []
  for (let t = 0; t < perCell; t++)
    for (let v = 0; v < sites; v++) {
      const row = t * sites + v
      A[row * states + row] += 1
      if (v === t) continue
      for (const { to, step } of jumps[v]) {
        const share = 1 / jumps[v].length
        if (to !== t) {
          A[row * states + t * sites + to] -= share
          continue
        }
        // the tracer goes where the vacancy was
        const next = (v % perCell) * sites + shift(t, v)
        A[row * states + next] -= share
        for (let d = 0; d < 3; d++) right[d][row] -= share * step[d]
        exchanges.push({ state: next, step: step.map(x => -x) })
      }
    }
  // sums of all displacements to come are known up to what the mean drift, 0, leaves free: pin one state and drop its equation
  const free = sites - 1
  for (let s = 0; s < states; s++) A[free * states + s] = s === free ? 1 : 0
  for (const one of right) one[free] = 0
  const pivot = new Int32Array(states)
  factorDense(A, states, pivot)
  const g = right.map(one => {
    solveDense(A, states, pivot, one)
    return one
  })
  let square = 0
  let cross = 0
  for (const { state, step } of exchanges)
    for (let d = 0; d < 3; d++) {
      square += step[d] ** 2
      cross += step[d] * g[d][state]
    }
  return 1 + (2 * cross) / square
}
