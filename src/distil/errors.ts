import { volume } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import type { Labelled } from './labelled.ts'

/** How far an engine is from the labels, over the frames of one kind. */
export type Errors = {
  readonly frames: number
  readonly atoms: number
  /** Root mean square and largest error of the energy per atom [eV]. */
  readonly energy: number
  readonly worstEnergy: number
  /** Root mean square of the error of force components [eV/Å], and of the components themselves. */
  readonly force: number
  readonly forceSize: number
  readonly worstForce: number
  /** Root mean square of the error of stress components [eV/Å³]; NaN where no frame has any. */
  readonly stress: number
  /** Largest extrapolation grade [–]; NaN where the engine gives none. */
  readonly extrapolation: number
}

/** Gathers errors by kind, frame after frame. */
export const errorsByKind = () => {
  const sums = new Map<string, Float64Array>()
  return {
    add: (kind: string, frame: Labelled, found: Evaluation): void => {
      let s = sums.get(kind)
      if (!s) {
        s = new Float64Array(11)
        sums.set(kind, s)
      }
      const n = frame.structure.species.length
      s[0]++
      s[1] += n
      const perAtom = (found.energy - frame.energy) / n
      s[2] += perAtom * perAtom
      s[3] = Math.max(s[3], Math.abs(perAtom))
      for (let k = 0; k < 3 * n; k++) {
        const off = found.forces[k] - frame.forces[k]
        s[4] += off * off
        s[5] += frame.forces[k] ** 2
        s[6] = Math.max(s[6], Math.abs(off))
      }
      if (frame.stress && found.stress) {
        for (let k = 0; k < 9; k++) s[7] += (found.stress[k] - frame.stress[k]) ** 2
        s[8] += 9
      }
      if (found.extrapolation !== undefined) {
        s[9] = Math.max(s[9], found.extrapolation)
        s[10]++
      }
    },
    errors: (): Readonly<Record<string, Errors>> =>
      Object.fromEntries(
        [...sums].map(([kind, s]) => [
          kind,
          {
            frames: s[0],
            atoms: s[1],
            energy: Math.sqrt(s[2] / s[0]),
            worstEnergy: s[3],
            force: Math.sqrt(s[4] / (3 * s[1])),
            forceSize: Math.sqrt(s[5] / (3 * s[1])),
            worstForce: s[6],
            stress: Math.sqrt(s[7] / s[8]),
            extrapolation: s[10] > 0 ? s[9] : Number.NaN,
          },
        ]),
      ),
  }
}

/** A label with its energy and the engine's, both for the cell [eV]. */
export type EnergyPair = { readonly teacher: number; readonly found: number }

/** An energy difference that matters: a window against a site, a pair against another. */
export type Difference = {
  readonly name: string
  /** E(to) − E(from) of the teacher and its error in the engine [eV]. */
  readonly teacher: number
  readonly error: number
}

/** Signed errors of differences between labelled frames; names that are not there are left out. */
export const differencesOf = (
  asked: readonly { readonly name: string; readonly from: string; readonly to: string }[],
  energies: ReadonlyMap<string, EnergyPair>,
): readonly Difference[] =>
  asked.flatMap(({ name, from, to }) => {
    const [a, b] = [energies.get(from), energies.get(to)]
    if (!a || !b) return []
    const teacher = b.teacher - a.teacher
    return [{ name, teacher, error: b.found - a.found - teacher }]
  })

/** Six components of V·σ in the order of a design's rows (xx, yy, zz, yz, xz, xy) [eV]. */
export const virialOf = ({ structure, stress }: Labelled): readonly number[] => {
  if (!stress) return [0, 0, 0, 0, 0, 0]
  const V = volume(structure)
  return [stress[0] * V, stress[4] * V, stress[8] * V, stress[5] * V, stress[2] * V, stress[1] * V]
}
