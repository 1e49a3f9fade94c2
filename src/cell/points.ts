import type { Cell, Mesh } from './cell.ts'
import { regionWidths } from './mesh.ts'

/** Grading of an electrode's points towards the separator, where the reaction peaks: width ratio e^grading. */
export const electrodeGrading = 1.5

/**
 * The points of the cell along x, anode to cathode: finite volumes of porous electrodes and separator. A planar metal
 * anode is one point of its own at x = 0, without volume unless a well-mixed reservoir stands there.
 */
export type Points = {
  readonly count: number
  /** Width h of each cell [m]; 0 for the planar anode's face. */
  readonly width: Float64Array
  /** Position of the centre [m]. */
  readonly x: Float64Array
  /** Volume of electrolyte per electrode area: ε h, or the reservoir [m]. */
  readonly volume: Float64Array
  /** Resistance of half the cell to transport, h/(2B) [m]. */
  readonly halfResistance: Float64Array
  /** First point and number of points of each region; a planar anode has its single point 0. */
  readonly anode: { readonly first: number; readonly count: number }
  readonly separator: { readonly first: number; readonly count: number }
  readonly cathode: { readonly first: number; readonly count: number }
  /** Name of the region of a point, for messages. */
  region(p: number): string
}

export const pointsOf = (cell: Cell, mesh: Mesh): Points => {
  const { anode, separator, cathode } = cell
  const N = mesh.points
  const planar = anode.kind === 'metal'
  const anodeCount = planar ? 1 : N
  const count = anodeCount + 2 * N
  const points = {
    count,
    width: new Float64Array(count),
    x: new Float64Array(count),
    volume: new Float64Array(count),
    halfResistance: new Float64Array(count),
    anode: { first: 0, count: anodeCount },
    separator: { first: anodeCount, count: N },
    cathode: { first: anodeCount + N, count: N },
    region: (p: number): string => (p < anodeCount ? 'anode' : p < anodeCount + N ? 'separator' : 'cathode'),
  }
  const place = (
    first: number,
    widths: Float64Array,
    porosity: number,
    efficiency: number,
    from: number,
  ): number => {
    let edge = from
    for (let k = 0; k < widths.length; k++) {
      const p = first + k
      points.width[p] = widths[k]
      points.x[p] = edge + 0.5 * widths[k]
      points.volume[p] = porosity * widths[k]
      points.halfResistance[p] = (0.5 * widths[k]) / efficiency
      edge += widths[k]
    }
    return edge
  }
  let edge = 0
  if (planar) points.volume[0] = cell.reservoir
  else
    edge = place(
      0,
      regionWidths(anode.thickness, N, electrodeGrading),
      anode.porosity,
      anode.transportEfficiency,
      0,
    )
  edge = place(
    anodeCount,
    regionWidths(separator.thickness, N, 0),
    separator.porosity,
    separator.transportEfficiency,
    edge,
  )
  place(
    anodeCount + N,
    regionWidths(cathode.thickness, N, -electrodeGrading),
    cathode.porosity,
    cathode.transportEfficiency,
    edge,
  )
  return points
}
