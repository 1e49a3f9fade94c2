import type { Cell, Mesh } from './cell.ts'
import { regionWidths } from './mesh.ts'

/** Grading of an electrode's points towards the separator, where the reaction peaks: width ratio e^grading. */
export const electrodeGrading = 0.75

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
  /**
   * Resistance to ionic transport between a cell's mean and its faces, distance/B [m]. In an electrode the distances are
   * those over which a parabola about the collector (the profile under a uniform reaction) is exact on the graded cells.
   */
  readonly resistanceBefore: Float64Array
  readonly resistanceAfter: Float64Array
  /** Distance between the means of a cell and the one before it for the solid's current, a parabola about the separator [m]. */
  readonly solidDistance: Float64Array
  /** Distance between the collector and the mean of the cell beside it, for the solid's current [m]: anode, cathode. */
  readonly collectorDistance: readonly [number, number]
  /** First point and number of points of each region; a planar anode has its single point 0. */
  readonly anode: { readonly first: number; readonly count: number }
  readonly separator: { readonly first: number; readonly count: number }
  readonly cathode: { readonly first: number; readonly count: number }
  /** Name of the region of a point, for messages. */
  region(p: number): string
}

/** Widths of the cells of each region [m], where others than the model's are wanted; [points] each. */
export type Widths = {
  readonly anode?: Float64Array
  readonly separator: Float64Array
  readonly cathode: Float64Array
}

export const pointsOf = (cell: Cell, mesh: Mesh, widths?: Widths): Points => {
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
    resistanceBefore: new Float64Array(count),
    resistanceAfter: new Float64Array(count),
    solidDistance: new Float64Array(count),
    collectorDistance: [0, 0] as [number, number],
    anode: { first: 0, count: anodeCount },
    separator: { first: anodeCount, count: N },
    cathode: { first: anodeCount + N, count: N },
    region: (p: number): string => (p < anodeCount ? 'anode' : p < anodeCount + N ? 'separator' : 'cathode'),
  }
  const place = (first: number, widths: Float64Array, porosity: number, efficiency: number, from: number): number => {
    let edge = from
    for (let k = 0; k < widths.length; k++) {
      const p = first + k
      points.width[p] = widths[k]
      points.x[p] = edge + 0.5 * widths[k]
      points.volume[p] = porosity * widths[k]
      points.resistanceBefore[p] = points.resistanceAfter[p] = (0.5 * widths[k]) / efficiency
      edge += widths[k]
    }
    return edge
  }
  /** Replaces midpoint distances of an electrode by those exact for a parabola; `toSeparator` +1 for the anode, −1 for the cathode. */
  const refine = (first: number, efficiency: number, toSeparator: 1 | -1): void => {
    const at = (k: number): number => (toSeparator > 0 ? first + k : first + N - 1 - k)
    // ⟨s²⟩ of each cell and s of its face towards the separator, s counted from the collector.
    const outer = new Float64Array(N)
    const meanSquare = new Float64Array(N)
    let inner = 0
    for (let k = 0; k < N; k++) {
      outer[k] = inner + points.width[at(k)]
      meanSquare[k] = (inner * inner + inner * outer[k] + outer[k] * outer[k]) / 3
      inner = outer[k]
    }
    const length = inner
    const [towards, back] =
      toSeparator > 0
        ? [points.resistanceAfter, points.resistanceBefore]
        : [points.resistanceBefore, points.resistanceAfter]
    for (let k = 0; k < N; k++) {
      towards[at(k)] = (outer[k] ** 2 - meanSquare[k]) / (2 * outer[k] * efficiency)
      if (k > 0) back[at(k)] = (meanSquare[k] - outer[k - 1] ** 2) / (2 * outer[k - 1] * efficiency)
    }
    // The solid's current vanishes at the separator: s' = length − s.
    const solidSquare = (k: number): number => {
      const near = length - outer[k]
      const far = near + points.width[at(k)]
      return (near * near + near * far + far * far) / 3
    }
    for (let k = 1; k < N; k++) {
      const distance = (solidSquare(k - 1) - solidSquare(k)) / (2 * (length - outer[k - 1]))
      points.solidDistance[toSeparator > 0 ? at(k) : at(k) + 1] = distance
    }
    points.collectorDistance[toSeparator > 0 ? 0 : 1] = (length ** 2 - solidSquare(0)) / (2 * length)
  }
  let edge = 0
  if (planar) points.volume[0] = cell.reservoir
  else
    edge = place(
      0,
      widths?.anode ?? regionWidths(anode.thickness, N, electrodeGrading),
      anode.porosity,
      anode.transportEfficiency,
      0,
    )
  edge = place(
    anodeCount,
    widths?.separator ?? regionWidths(separator.thickness, N, 0),
    separator.porosity,
    separator.transportEfficiency,
    edge,
  )
  place(
    anodeCount + N,
    widths?.cathode ?? regionWidths(cathode.thickness, N, -electrodeGrading),
    cathode.porosity,
    cathode.transportEfficiency,
    edge,
  )
  if (anode.kind === 'porous') refine(0, anode.transportEfficiency, 1)
  refine(anodeCount + N, cathode.transportEfficiency, -1)
  return points
}
