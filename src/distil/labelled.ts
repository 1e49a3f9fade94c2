import type { Frame } from '../crystal/formats/extxyz-frame.ts'
import type { Structure } from '../crystal/structure.ts'
import { refuse } from '../error.ts'

/** A structure with what a teacher said of it. */
export type Labelled = {
  readonly structure: Structure
  /** U [eV]. */
  readonly energy: number
  /** F [eV/Å], [n, 3]. */
  readonly forces: Float64Array
  /** σ [eV/Å³], [9], tension positive; absent where the teacher gave none. */
  readonly stress?: Float64Array
  /** What the file calls it (`config=`); empty where it has no name. */
  readonly label: string
}

/**
 * The labels of a frame.
 *
 * @param at  file and number of the frame, for messages
 * @throws SimulationError (`input`) where energy or forces are missing
 */
export const labelled = (frame: Frame, at: string): Labelled => {
  const { structure, energy, forces, stress, info } = frame
  return {
    structure,
    energy: energy ?? refuse(`${at} energy`, undefined, 'a number [eV] in the comment line'),
    forces: forces ?? refuse(`${at} forces`, undefined, 'a column forces:R:3 [eV/Å]'),
    ...(stress ? { stress } : {}),
    label: String(info.config ?? info.config_type ?? ''),
  }
}

/**
 * The group of a label: steps of one relaxation and images of one band belong together, and are trained or held out together.
 * `pair_0.1_s12` → `pair_0.1`, `neb_i2_s0`, `neb_end8` → `neb`.
 */
export const groupOf = (label: string): string => label.replace(/(_i\d+)?(_s\d+)?$/, '').replace(/_end\d+$/, '')
