import type { Frame } from '../crystal/formats/extxyz-frame.ts'
import type { Structure } from '../crystal/structure.ts'
import { refuse } from '../error.ts'

/** Beyond these a label is a mistake, of a unit or of the teacher: no sum of squares survives it [eV/Å], [eV per atom]. */
const largestForce = 1e4
const largestEnergy = 1e7

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
 * @throws SimulationError (`input`) where energy or forces are missing or no sensible numbers
 */
export const labelled = (frame: Frame, at: string): Labelled => {
  const { structure, energy, forces, stress, info } = frame
  const bad = forces?.findIndex(force => !(Math.abs(force) < largestForce)) ?? -1
  if (bad >= 0)
    refuse(`${at}: force on atom ${Math.floor(bad / 3) + 1}`, forces![bad], `a number below ${largestForce} [eV/Å]`)
  if (energy !== undefined && !(Math.abs(energy) < largestEnergy * structure.species.length))
    refuse(`${at}: energy`, energy, `a number below ${largestEnergy} an atom [eV]`)
  return {
    structure,
    energy: energy ?? refuse(`${at}: energy`, 'nothing', 'a number [eV] in the comment line, as energy=-12.3'),
    forces: forces ?? refuse(`${at}: forces`, 'nothing', 'a column forces:R:3 [eV/Å] in Properties'),
    ...(stress ? { stress } : {}),
    label: String(info.config ?? info.config_type ?? ''),
  }
}

/**
 * The group of a label: steps of one relaxation and images of one band belong together, and are trained or held out together.
 * `pair_0.1_s12` → `pair_0.1`, `neb_i2_s0`, `neb_end8` → `neb`.
 */
export const groupOf = (label: string): string => label.replace(/(_i\d+)?(_s\d+)?$/, '').replace(/_end\d+$/, '')
