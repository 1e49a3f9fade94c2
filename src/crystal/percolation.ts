/** An edge of a periodic graph: from node `from` of a cell to node `to`, `image` cells away. */
export type PeriodicEdge = {
  readonly from: number
  readonly to: number
  readonly image: readonly [number, number, number]
}

export type Component = {
  readonly nodes: readonly number[]
  /** Rank of the lattice that its cycles span: in how many directions it goes on for ever, 0 … 3. */
  readonly dimension: number
  /** Independent lattice vectors of cycles [whole cells], `dimension` of them. */
  readonly vectors: readonly (readonly number[])[]
}

/**
 * Connected parts of a periodic graph and their dimensions. Nodes of a part are walked from one of them, each with the cell in
 * which it is first met; every other edge then closes a cycle, whose lattice vector is the mismatch of the cells.
 *
 * @param nodes  how many
 */
export const components = (nodes: number, edges: readonly PeriodicEdge[]): Component[] => {
  const links: { to: number; image: readonly number[] }[][] = Array.from({ length: nodes }, () => [])
  for (const { from, to, image } of edges) {
    links[from].push({ to, image })
    links[to].push({ to: from, image: image.map(n => -n) })
  }
  const cell: (readonly number[] | undefined)[] = new Array(nodes)
  const found: Component[] = []
  for (let start = 0; start < nodes; start++) {
    if (cell[start]) continue
    const part = [start]
    cell[start] = [0, 0, 0]
    const vectors: number[][] = []
    for (let at = 0; at < part.length; at++) {
      const here = cell[part[at]]!
      for (const { to, image } of links[part[at]]) {
        const there = here.map((n, d) => n + image[d])
        const known = cell[to]
        if (known === undefined) {
          cell[to] = there
          part.push(to)
        } else if (vectors.length < 3) {
          const cycle = there.map((n, d) => n - known[d])
          if (isIndependent(vectors, cycle)) vectors.push(cycle)
        }
      }
    }
    found.push({ nodes: part.sort((a, b) => a - b), dimension: vectors.length, vectors })
  }
  return found
}

/** Whether a whole-number vector adds to the rank of others, up to two of them independent. */
const isIndependent = (vectors: readonly (readonly number[])[], v: readonly number[]): boolean => {
  if (v.every(n => n === 0)) return false
  if (vectors.length === 0) return true
  const [a, b] = vectors
  const cross = [a[1] * v[2] - a[2] * v[1], a[2] * v[0] - a[0] * v[2], a[0] * v[1] - a[1] * v[0]]
  if (vectors.length === 1) return cross.some(n => n !== 0)
  return cross[0] * b[0] + cross[1] * b[1] + cross[2] * b[2] !== 0
}

/** Whether a component goes on for ever along a lattice vector [whole cells]. */
export const goesAlong = ({ vectors }: Component, direction: readonly number[]): boolean =>
  vectors.length === 3 || (vectors.length > 0 && !isIndependent(vectors, direction))
