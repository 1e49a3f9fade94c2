import { F } from '../units.ts'
import type { Electrode } from './electrode.ts'
import type { Parts } from './parts.ts'

/** What turns the currents of an electrode's particles into the rows of its points. */
export type Interface = {
  readonly electrode: Electrode
  /** Surface of the particles of each point per electrode area, a h [count]. */
  readonly surface: Float64Array
  /** Species of each carrier among the fields, and the moles of it that a coulomb brings, 1/(z F), [n]. */
  readonly species: Int32Array
  readonly perCharge: Float64Array
  /** Of the surface [F/m²]. */
  readonly doubleLayer: number
}

/** The interfaces of both porous electrodes. A carrier that is the species left to electroneutrality has no row: none per charge. */
export const interfacesOf = ({ electrodes, points, K, z, species }: Parts): readonly Interface[] =>
  electrodes.map(electrode => {
    const { spec, first, count } = electrode
    const index = species(electrode)
    return {
      electrode,
      surface: points.width.slice(first, first + count).map(h => spec.areaDensity * h),
      species: index.map(k => (k < K - 1 ? k : 0)),
      perCharge: Float64Array.from(index, k => (k < K - 1 ? 1 / (z[k] * F) : 0)),
      doubleLayer: spec.doubleLayer,
    }
  })
