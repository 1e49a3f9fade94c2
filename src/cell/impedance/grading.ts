import type { Cell, Mesh } from '../cell.ts'
import { type Points, pointsOf } from '../points.ts'

/**
 * Widths of cells crowded at both ends of a region, where the layers of thickness δ₀ and δ₁ are,
 *
 *   density ∝ w₀/(s + δ₀) + w₁/(L − s + δ₁) + floor/L,
 *
 * so that cells are a fixed fraction of the layer at the ends and of the distance from them further in: one mesh serves
 * every frequency below the highest.
 *
 * @returns [points], m, summing to `thickness`
 */
export const layeredWidths = (
  thickness: number,
  points: number,
  layers: { readonly start: Layer; readonly end: Layer },
): Float64Array => {
  const { start, end } = layers
  const L = thickness
  const filled = (s: number): number =>
    start.weight * Math.log((s + start.thickness) / start.thickness) +
    end.weight * Math.log((L + end.thickness) / (L - s + end.thickness)) +
    (uniformShare * s) / L
  const total = filled(L)
  const widths = new Float64Array(points)
  let from = 0
  for (let k = 0; k < points; k++) {
    const to = k === points - 1 ? L : position(filled, (total * (k + 1)) / points, from, L)
    widths[k] = to - from
    from = to
  }
  return widths
}

/** A layer at an end of a region: its thickness [m] and the weight it is given. */
export type Layer = { readonly thickness: number; readonly weight: number }

/** Weight of the evenly spread part. */
const uniformShare = 1
/** Bisections of a region's thickness: 2^−50 of it. */
const bisections = 50

const position = (filled: (s: number) => number, target: number, low: number, high: number): number => {
  let [a, b] = [low, high]
  for (let step = 0; step < bisections; step++) {
    const middle = 0.5 * (a + b)
    if (filled(middle) < target) a = middle
    else b = middle
  }
  return 0.5 * (a + b)
}

/** Layers of the regions of a cell at the highest frequency. */
export type CellLayers = {
  readonly anode?: { readonly start: Layer; readonly end: Layer }
  readonly separator: { readonly start: Layer; readonly end: Layer }
  readonly cathode: { readonly start: Layer; readonly end: Layer }
}

export const layeredPoints = (cell: Cell, mesh: Mesh, layers: CellLayers): Points =>
  pointsOf(cell, mesh, {
    ...(cell.anode.kind === 'porous' && layers.anode
      ? { anode: layeredWidths(cell.anode.thickness, mesh.points, layers.anode) }
      : {}),
    separator: layeredWidths(cell.separator.thickness, mesh.points, layers.separator),
    cathode: layeredWidths(cell.cathode.thickness, mesh.points, layers.cathode),
  })
