import { F } from '../units.ts'
import type { Electrode } from './electrode.ts'
import { loadConcentrations, type Parts } from './parts.ts'

/**
 * What several outputs need of the points of a state, looked up once: concentrations and ln a of every point, the content and
 * potential of every particle's surface. Buffers are overwritten by the next `fill`.
 */
export type PointValues = {
  /** [points, K] */
  readonly c: Float64Array
  readonly lnA: Float64Array
  readonly electrodes: readonly SurfaceValues[]
  fill(y: Float64Array, T: number): void
}

export type SurfaceValues = {
  readonly electrode: Electrode
  /** Species, E°_i [V] and z_i F [C/mol] of each carrier, [n]. */
  readonly species: Int32Array
  readonly standard: Float64Array
  readonly charge: Float64Array
  /** Surface contents and their μ [J/mol], [particles, n]. */
  readonly x: Float64Array
  readonly mu: Float64Array
  /** Scratch of one particle, [n]. */
  readonly content: Float64Array
  readonly entropy: Float64Array
}

export const pointValuesOf = (parts: Parts): PointValues => {
  const { cell, points, layout, electrodes, K, z } = parts
  const { electrolyte } = cell
  const c = new Float64Array(points.count * K)
  const lnA = new Float64Array(points.count * K)
  const here = new Float64Array(K)
  const ln = new Float64Array(K)
  const surfaces = electrodes.map((electrode): SurfaceValues => {
    const { carriers } = electrode.spec.host
    return {
      electrode,
      species: parts.species(electrode),
      standard: Float64Array.from(carriers, ({ symbol }) => electrolyte.standardPotential[symbol]),
      charge: Float64Array.from(carriers, ({ charge }) => charge * F),
      x: new Float64Array(electrode.count * electrode.n),
      mu: new Float64Array(electrode.count * electrode.n),
      content: new Float64Array(electrode.n),
      entropy: new Float64Array(electrode.n),
    }
  })
  return {
    c,
    lnA,
    electrodes: surfaces,
    fill(y, T) {
      for (let p = 0; p < points.count; p++) {
        loadConcentrations(y, layout.fields + p * layout.stride, z, here)
        electrolyte.lnActivity(here, T, ln)
        for (let k = 0; k < K; k++) {
          c[p * K + k] = here[k]
          lnA[p * K + k] = ln[k]
        }
      }
      for (const { electrode, x, mu } of surfaces) electrode.surfaces(y, T, x, mu)
    },
  }
}
