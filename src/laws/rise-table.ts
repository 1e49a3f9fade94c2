import type { SiteFreeEnergy, StepGroup } from './site-free-energy.ts'

/** How far beyond the room, in parts of it, a Newton iterate is still read from the table. */
const beyondRoom = 0.05

/** Cells of the table within the width of a step: error under 2e-11 of the slope. */
const cellsPerWidth = 96

/**
 * Σ_s (A_s/w) σ_s (1 − σ_s) of a group of steps of one ion or two against ξ = d·x, over all ξ that the room allows: cubics in
 * u = (ξ − from) perCell − k that meet with value and slope, their coefficients one cell after the other. Beyond its ends
 * the last cubic goes on as a straight line.
 */
export type Rise = {
  /** d_0, d_1 (0 of one ion), from, perCell: in a typed array, since numbers of a record that begin a sum are boxed in every turn of a loop. */
  readonly line: Float64Array
  /** The straight cells at either end are 0 and `last`. */
  readonly last: number
  /** [last + 1, 4] */
  readonly cells: Float64Array
}

/** The table of a group. */
export const riseTable = (
  { direction, inverseWidth, heights, factors }: StepGroup,
  { max, weights }: SiteFreeEnergy,
): Rise => {
  const rise = (xi: number): { readonly slope: number; readonly bend: number } => {
    const decay = Math.exp(-xi * inverseWidth)
    let slope = 0
    let bend = 0
    for (let s = 0; s < heights.length; s++) {
      const q = decay * factors[s]
      // σ (1 − σ) = q/(1 + q)², and its derivative σ (1 − σ)(1 − 2σ)/w.
      const one = (heights[s] * inverseWidth * q) / ((1 + q) * (1 + q))
      slope += one
      bend += (one * inverseWidth * (q - 1)) / (q + 1)
    }
    return { slope, bend }
  }
  const ends = [0, ...Array.from(direction, (d, i) => (d * max) / weights[i])]
  const lowest = Math.min(...ends)
  const highest = Math.max(...ends)
  const margin = beyondRoom * (highest - lowest)
  const start = lowest - margin
  const count = Math.ceil((highest + margin - start) * inverseWidth * cellsPerWidth)
  const h = (highest + margin - start) / count
  const cells = new Float64Array(4 * (count + 2))
  const first = rise(start)
  // Cell 0 is the straight line below `start`, at which cell 1 begins; cell count + 1 the one above the room.
  cells.set([first.slope - h * first.bend, h * first.bend], 0)
  let left = first
  for (let k = 1; k <= count; k++) {
    const right = rise(start + k * h)
    const change = right.slope - left.slope
    const [g0, g1] = [h * left.bend, h * right.bend]
    cells.set([left.slope, g0, 3 * change - 2 * g0 - g1, g0 + g1 - 2 * change], 4 * k)
    left = right
  }
  cells.set([left.slope, h * left.bend], 4 * (count + 1))
  const line = Float64Array.of(direction[0], direction[1] ?? 0, start - h, 1 / h)
  return { line, last: count + 1, cells }
}
