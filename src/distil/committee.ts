import { minimumImage } from '../crystal/minimum-image.ts'
import { type Structure, withPositions } from '../crystal/structure.ts'
import { aceEngine } from '../engine/ace/engine.ts'
import type { Engine } from '../engine/engine.ts'
import type { Distilled } from './distil.ts'

/** The fits that each lack one fold, as engines. */
export const committeeEngines = ({
  potential,
  committee,
}: Pick<Distilled, 'potential' | 'committee'>): readonly Engine[] =>
  committee.map((coefficients, k) => {
    const { grade: _grade, ...rest } = potential
    return aceEngine({ ...rest, coefficients, name: `${potential.name}, without fold ${k + 1}` })
  })

/** How far the members of a committee are apart: standard deviations of the energy per atom [eV] and of the worst force [eV/Å]. */
export type Disagreement = { readonly energy: number; readonly force: number }

export const disagreement = (engines: readonly Engine[], structure: Structure): Disagreement => {
  const n = structure.species.length
  const answers = engines.map(engine => engine.evaluate(structure))
  const spread = (of: (k: number) => number): number => {
    let sum = 0
    let squares = 0
    for (let k = 0; k < answers.length; k++) {
      sum += of(k)
      squares += of(k) ** 2
    }
    const mean = sum / answers.length
    return Math.max(0, squares / answers.length - mean * mean) * (answers.length / Math.max(1, answers.length - 1))
  }
  const reference = answers[0].energy
  let worst = 0
  for (let i = 0; i < n; i++) {
    let variance = 0
    for (let d = 0; d < 3; d++) variance += spread(k => answers[k].forces[3 * i + d])
    worst = Math.max(worst, variance)
  }
  return { energy: Math.sqrt(spread(k => answers[k].energy - reference)) / n, force: Math.sqrt(worst) }
}

export type CandidateOptions = {
  /** Structures between two neighbours on a path. */
  readonly between: number
  /** Copies of each with every atom displaced at random. */
  readonly copies: number
  /** Root mean square of a displacement's components [Å]. */
  readonly displacement: number
  /** Normal deviates of variance 1. */
  readonly normal: () => number
}

/**
 * Structures along paths: those given, those between consecutive ones of the same atoms (straight, by shortest images), and
 * displaced copies of all of them.
 */
export const pathCandidates = (paths: readonly Structure[], o: CandidateOptions): readonly Structure[] => {
  const along: Structure[] = []
  paths.forEach((structure, k) => {
    along.push(structure)
    const next = paths[k + 1]
    if (!next || next.species.join() !== structure.species.join()) return
    const shortest = minimumImage(structure.lattice, structure.periodic)
    const step = next.positions.map((x, c) => x - structure.positions[c])
    for (let i = 0; i < step.length; i += 3) shortest(step, i)
    for (let b = 1; b <= o.between; b++) {
      const t = b / (o.between + 1)
      along.push(
        withPositions(
          structure,
          structure.positions.map((x, c) => x + t * step[c]),
          structure.lattice.map((x, c) => x + t * (next.lattice[c] - x)),
        ),
      )
    }
  })
  const displaced = along.flatMap(structure =>
    Array.from({ length: o.copies }, () =>
      withPositions(
        structure,
        structure.positions.map(x => x + o.displacement * o.normal()),
      ),
    ),
  )
  return [...along, ...displaced]
}

/** The candidates a committee disagrees about most, by force, most doubtful first. */
export const mostDoubtful = (
  engines: readonly Engine[],
  candidates: readonly Structure[],
  count: number,
): readonly { readonly structure: Structure; readonly doubt: Disagreement }[] =>
  candidates
    .map(structure => ({ structure, doubt: disagreement(engines, structure) }))
    .sort((a, b) => b.doubt.force - a.doubt.force)
    .slice(0, count)
