import type { AceBasis } from '../engine/ace/basis.ts'
import { type AcePotential, aceEngine } from '../engine/ace/engine.ts'
import { refuse } from '../error.ts'
import { finish } from '../run.ts'
import { pairStatistics, withTerms } from './choose-basis.ts'
import { type CrossValidated, coefficientDegrees, crossValidateSteps, type Trial } from './cross-validate.ts'
import { coefficientOffsets, designer } from './design.ts'
import { type Difference, differencesOf, type EnergyPair, type Errors, errorsByKind, virialOf } from './errors.ts'
import { gradeStatistics } from './grade-statistics.ts'
import { groupOf, type Labelled } from './labelled.ts'
import { addRows, normalEquations } from './normal-equations.ts'
import { holdOut, type Recipe, scatter } from './recipe.ts'
import { rowWeights } from './weights.ts'

/** A potential with what is known of its making. */
export type Distilled = {
  readonly potential: AcePotential
  readonly fit: Pick<CrossValidated, 'trials' | 'prior'>
  /** Fits that each lack one fold: their spread is the doubt of the data. */
  readonly committee: readonly Float64Array[]
  /** By kind; `trained` holds what was fitted to, all other kinds were not seen. */
  readonly errors: Readonly<Record<string, Errors>>
  readonly differences: readonly Difference[]
}

/**
 * A fit in passes over data that never stand in memory at once: every frame is given to `look`, then again to `learn`, then
 * to `judge`. Between the passes the basis is chosen and the equations are solved. Memory is that of the normal equations,
 * (folds + 2)·size²/2 numbers, however many frames there are.
 *
 * 1. look: which distances occur → radial functions, hard cores;
 * 2. learn: designs → normal equations by fold, mean and spread of the surroundings;
 * 3. solveSteps: cross-validation by group chooses the prior;
 * 4. reach: how far the training goes → extrapolation grade;
 * 5. judge: errors by kind, of the potential as an engine.
 */
export const distillation = (recipe: Recipe) => {
  const heldOut = holdOut(recipe)
  const pairs = pairStatistics(recipe.size)
  const kindOf = (frame: Labelled) => heldOut(frame.label, groupOf(frame.label))
  let trained = 0
  let learner: ReturnType<typeof learning> | undefined
  let solved: { fit: CrossValidated; potential: AcePotential } | undefined
  let judged: { engine: ReturnType<typeof aceEngine>; potential: AcePotential } | undefined
  const errors = errorsByKind()
  const energies = new Map<string, EnergyPair>()

  const begun = () => {
    learner ??= learning(recipe, pairs, trained)
    return learner
  }

  return {
    look: (frame: Labelled): void => {
      if (kindOf(frame) !== undefined) return
      trained++
      pairs.add(frame.structure)
    },
    learn: (frame: Labelled): void => {
      if (kindOf(frame) === undefined) begun().learn(frame)
    },
    /** The basis, known once all frames were looked at. */
    basis: (): AceBasis => begun().basis,
    *solveSteps(): Generator<Trial, CrossValidated> {
      const { basis, folds, repulsion, statistics } = begun()
      const fit = yield* crossValidateSteps(folds, coefficientDegrees(basis), recipe.priors)
      statistics.whiten()
      solved = { fit, potential: { name: recipe.name, basis, coefficients: fit.coefficients, repulsion } }
      return fit
    },
    reach: (frame: Labelled): void => {
      if (kindOf(frame) === undefined) learner!.statistics.reach(frame.structure)
    },
    judge: (frame: Labelled): void => {
      if (!judged) {
        const potential = { ...solved!.potential, grade: learner!.statistics.grade() }
        judged = { potential, engine: aceEngine(potential) }
      }
      const found = judged.engine.evaluate(frame.structure)
      errors.add(kindOf(frame) ?? 'trained', frame, found)
      if (!energies.has(frame.label)) energies.set(frame.label, { teacher: frame.energy, found: found.energy })
    },
    result: (): Distilled => ({
      potential: judged!.potential,
      fit: { trials: solved!.fit.trials, prior: solved!.fit.prior },
      committee: solved!.fit.committee,
      errors: errors.errors(),
      differences: differencesOf(recipe.differences, energies),
    }),
  }
}

/** What the second pass needs once the first is over. */
const learning = (recipe: Recipe, pairs: ReturnType<typeof pairStatistics>, trained: number) => {
  if (trained < recipe.folds) refuse('data', `${trained} frames to train on`, `at least ${recipe.folds}`)
  const species = recipe.species.length > 0 ? recipe.species : pairs.species()
  const stranger = pairs.species().find(symbol => !species.includes(symbol))
  if (stranger !== undefined) refuse('data', stranger, `the elements of the recipe: ${species.join(', ')}`)
  const basis = withTerms(
    {
      species,
      primitives: recipe.size.primitives,
      degree: recipe.size.radial.length - 1,
      radial: pairs.radial(species),
    },
    recipe.size,
  )
  const repulsion = {
    strength: recipe.repulsion.strength,
    range: species.flatMap(a =>
      species.map(b => {
        const shortest = pairs.shortest(a, b)
        return Number.isFinite(shortest) ? recipe.repulsion.share * shortest : 0
      }),
    ),
  }
  const offsets = coefficientOffsets(basis)
  const folds = Array.from({ length: recipe.folds }, () => normalEquations(offsets[species.length]))
  const design = designer(basis)
  const statistics = gradeStatistics(basis)
  return {
    basis,
    repulsion,
    folds,
    statistics,
    learn: (frame: Labelled): void => {
      statistics.add(frame.structure)
      const target = Float64Array.from([frame.energy, ...frame.forces, ...virialOf(frame)])
      const fold = folds[scatter(groupOf(frame.label), 'fold') % recipe.folds]
      addRows(fold, design(frame.structure), target, rowWeights(frame, recipe.noise))
    },
  }
}

/** The whole of it for frames that are at hand. */
export const distil = (frames: readonly Labelled[], recipe: Recipe): Distilled => {
  const work = distillation(recipe)
  for (const frame of frames) work.look(frame)
  for (const frame of frames) work.learn(frame)
  finish(work.solveSteps())
  for (const frame of frames) work.reach(frame)
  for (const frame of frames) work.judge(frame)
  return work.result()
}
