import type { AceBasis } from '../engine/ace/basis.ts'
import { type AcePotential, aceEngine } from '../engine/ace/engine.ts'
import { refuse } from '../error.ts'
import { finish } from '../run.ts'
import { pairStatistics, withTerms } from './choose-basis.ts'
import { type CrossValidated, coefficientDegrees, crossValidateSteps, type Trial } from './cross-validate.ts'
import { coefficientOffsets, designer } from './design.ts'
import { type Difference, differencesOf, type EnergyPair, type Errors, errorsByKind, virialOf } from './errors.ts'
import { gradeStatistics, type SurroundingMoments } from './grade-statistics.ts'
import { groupOf, type Labelled } from './labelled.ts'
import { addEquations, addRows, type NormalEquations, normalEquations } from './normal-equations.ts'
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
  let learner: (ReturnType<typeof learning> & ReturnType<typeof choose>) | undefined
  let solved: { fit: CrossValidated; potential: AcePotential } | undefined
  let judged: { engine: ReturnType<typeof aceEngine>; potential: AcePotential } | undefined
  const errors = errorsByKind()
  const energies = new Map<string, EnergyPair>()

  const begun = () => {
    if (!learner) {
      const chosen = choose(recipe, pairs, trained)
      learner = { ...learning(recipe, chosen.basis), ...chosen }
    }
    return learner
  }

  return {
    look: (frame: Labelled): void => {
      if (kindOf(frame) !== undefined) return
      trained++
      pairs.add(frame.structure)
    },
    learn: (frame: Labelled): void => begun().learn(frame),
    /** Takes in what `learning` made of another part of the frames, with the same basis. */
    absorb: (part: Learnt): void => begun().absorb(part),
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

/** Basis and hard cores for the distances that occur. */
const choose = (recipe: Recipe, pairs: ReturnType<typeof pairStatistics>, trained: number) => {
  if (trained < recipe.folds) refuse('data', `${trained} frames to train on`, `at least ${recipe.folds}`)
  const species = recipe.species.length > 0 ? recipe.species : pairs.species()
  const stranger = pairs.species().find(symbol => !species.includes(symbol))
  if (stranger !== undefined) refuse('data', stranger, `the elements of the recipe: ${species.join(', ')}`)
  const { primitives, radial } = recipe.size
  const basis = withTerms(
    { species, primitives, degree: radial.length - 1, radial: pairs.radial(species) },
    recipe.size,
  )
  const range = species.flatMap(a =>
    species.map(b => {
      const shortest = pairs.shortest(a, b)
      return Number.isFinite(shortest) ? recipe.repulsion.share * shortest : 0
    }),
  )
  return { basis, repulsion: { strength: recipe.repulsion.strength, range } }
}

/** What the second pass leaves: plain data that may come from another thread. */
export type Learnt = { readonly folds: readonly NormalEquations[]; readonly surroundings: SurroundingMoments }

/** The second pass, over all frames or a part of them. */
export const learning = (recipe: Recipe, basis: AceBasis) => {
  const heldOut = holdOut(recipe)
  const offsets = coefficientOffsets(basis)
  const folds = Array.from({ length: recipe.folds }, () => normalEquations(offsets[offsets.length - 1]))
  const design = designer(basis)
  const statistics = gradeStatistics(basis)
  return {
    folds,
    statistics,
    learnt: (): Learnt => ({ folds, surroundings: statistics.moments() }),
    learn: (frame: Labelled): void => {
      const group = groupOf(frame.label)
      if (heldOut(frame.label, group) !== undefined) return
      statistics.add(frame.structure)
      const target = Float64Array.from([frame.energy, ...frame.forces, ...virialOf(frame)])
      const fold = folds[scatter(group, 'fold') % recipe.folds]
      addRows(fold, design(frame.structure), target, rowWeights(frame, recipe.noise))
    },
    absorb: (part: Learnt): void => {
      folds.forEach((fold, k) => {
        addEquations(fold, part.folds[k], 1)
      })
      statistics.absorb(part.surroundings)
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
