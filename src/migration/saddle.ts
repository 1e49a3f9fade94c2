import { type Structure, withPositions } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import { evaluated, report, type Search } from '../engine/search.ts'
import { lbfgs } from '../solve/lbfgs.ts'
import { dot, largestOf } from '../solve/stepper.ts'
import { lowestModes } from './modes.ts'
import { checkAnswer, fixedMask, usualCurvature } from './relax.ts'

/** A curvature below this counts as negative [eV/Å²]: translations of the whole are 0 within the noise of forces. */
const negative = -0.01

export type SaddleCheck = {
  /** Largest true force on an atom [eV/Å]. */
  readonly largestForce: number
  /** Modes of negative curvature; where the search for them stopped early, at least this many. */
  readonly negativeModes: number
  /** The lowest curvatures [eV/Å²] and their residuals. */
  readonly curvatures: Float64Array
  readonly residuals: Float64Array
  /** Directions of the lowest, unit vectors [3n]. */
  readonly directions: readonly Float64Array[]
  readonly forceCalls: number
  /** True where it is a first-order saddle: largest force within tolerance, one negative mode and no more. */
  readonly verified: boolean
  readonly why: string
}

/**
 * Is it a first-order saddle: no force, exactly one direction downhill? The two lowest modes are found from forces.
 *
 * @param forces          at the structure, from the engine, [3n]
 * @param guess           direction in which it is thought to fall: the tangent of the path
 * @param forceTolerance  [eV/Å]
 */
export function* checkSaddle<P = never>(
  structure: Structure,
  o: {
    readonly forces: Float64Array
    readonly guess?: Float64Array
    readonly forceTolerance?: number
    readonly fixed?: readonly number[]
  },
): Search<P, SaddleCheck> {
  const { forceTolerance = 0.05 } = o
  const fixed = fixedMask(structure, o.fixed)
  const bare = fixed ? o.forces.map((f, k) => (fixed[k] ? 0 : f)) : o.forces
  const largestForce = largestOf(bare, 3)
  const modes = yield* lowestModes<P>(structure, {
    count: 2,
    ...(o.guess ? { guesses: [o.guess] } : {}),
    ...(o.fixed ? { fixed: o.fixed } : {}),
  })
  const negativeModes = modes.curvatures.filter(value => value < negative).length
  const sure =
    modes.curvatures.length < 2 || modes.curvatures[1] - modes.residuals[1] > negative || modes.outcome === 'converged'
  const why =
    largestForce > forceTolerance
      ? `largest force ${largestForce.toPrecision(2)} eV/Å, over ${forceTolerance}`
      : negativeModes !== 1
        ? `${negativeModes === 0 ? 'no negative mode: not a saddle' : 'more than one negative mode'}`
        : sure
          ? ''
          : `the second curvature, ${modes.curvatures[1].toPrecision(2)} ± ${modes.residuals[1].toPrecision(2)} eV/Å², is not settled`
  return {
    largestForce,
    negativeModes,
    curvatures: modes.curvatures,
    residuals: modes.residuals,
    directions: modes.directions,
    forceCalls: modes.forceCalls,
    verified: why === '',
    why,
  }
}

export type SaddleSearchOptions = {
  /** Where it is thought to fall [3n]; else the softest direction is looked for. */
  readonly direction?: Float64Array
  readonly forceTolerance?: number
  readonly maxSteps?: number
  readonly maxStep?: number
  /** Directions asked for at each step to turn the mode. */
  readonly turns?: number
  readonly fixed?: readonly number[]
}

export type SaddleProgress = {
  readonly step: number
  readonly energy: number
  readonly largestForce: number
  readonly curvature: number
  readonly structure: Structure
}

export type Saddle = {
  readonly structure: Structure
  readonly evaluation: Evaluation
  readonly energy: number
  readonly largestForce: number
  readonly curvature: number
  readonly mode: Float64Array
  readonly steps: number
  readonly forceCalls: number
  readonly outcome: 'converged' | 'step-limit'
}

/**
 * A saddle from a guess, by following the softest mode: at each step the mode N is turned by a few forces beside the
 * structure (a dimer), and the force climbs along it and falls across it,
 *
 *   F′ = F − 2 (F·N) N where the curvature along N is negative, −(F·N) N where it is not yet.
 *
 * Source: Henkelman1999
 */
export function* findSaddle(start: Structure, o: SaddleSearchOptions = {}): Search<SaddleProgress, Saddle> {
  const { forceTolerance = 0.05, maxSteps = 300, maxStep = 0.1, turns = 4 } = o
  const fixed = fixedMask(start, o.fixed)
  const size = start.positions.length
  const x = start.positions.slice()
  const step = new Float64Array(size)
  const force = new Float64Array(size)
  const stepper = lbfgs({ size, maxStep, curvature: usualCurvature, watchForce: true })
  let mode = o.direction
  let convex = true
  let forceCalls = 0
  for (let count = 0; ; count++) {
    const structure = withPositions(start, x.slice())
    const [evaluation] = yield* evaluated<SaddleProgress>([structure])
    checkAnswer(evaluation, 'saddle search', structure)
    const bare = fixed ? evaluation.forces.map((f, k) => (fixed[k] ? 0 : f)) : evaluation.forces
    const modes = yield* lowestModes<SaddleProgress>(structure, {
      count: 1,
      forces: evaluation.forces,
      ...(fixed === undefined && isFree(evaluation.forces) ? { exclude: translations(size) } : {}),
      displacement: 1e-3,
      tolerance: 0.1,
      maxDirections: mode ? turns : 5 * turns,
      ...(mode ? { guesses: [mode] } : {}),
      ...(o.fixed ? { fixed: o.fixed } : {}),
    })
    forceCalls += 1 + modes.forceCalls
    mode = modes.directions[0]
    const curvature = modes.curvatures[0]
    const largestForce = largestOf(bare, 3)
    const { energy } = evaluation
    yield* report<SaddleProgress>({ step: count, energy, largestForce, curvature, structure })
    const converged = largestForce <= forceTolerance && curvature < negative
    if (converged || count >= maxSteps)
      return {
        structure,
        evaluation,
        energy,
        largestForce,
        curvature,
        mode,
        steps: count,
        forceCalls,
        outcome: converged ? 'converged' : 'step-limit',
      }
    const along = dot(bare, mode)
    if (convex !== curvature >= 0) {
      convex = curvature >= 0
      stepper.reset()
    }
    if (convex) {
      // straight up the mode until the surface bends
      const by = along === 0 ? maxStep : -Math.sign(along) * maxStep
      for (let k = 0; k < size; k++) step[k] = by * mode[k]
      stepper.reset()
    } else {
      for (let k = 0; k < size; k++) force[k] = bare[k] - 2 * along * mode[k]
      stepper.step(x, force, step)
    }
    for (let k = 0; k < size; k++) x[k] += step[k]
  }
}

/** True where the forces add up to nothing: moving the whole costs nothing, and is no mode to follow. */
const isFree = (forces: Float64Array): boolean => {
  if (forces.length < 6) return false
  const net = [0, 0, 0]
  let all = 0
  forces.forEach((f, k) => {
    net[k % 3] += f
    all += Math.abs(f)
  })
  return Math.hypot(...net) < 1e-6 * all
}

const translations = (size: number): Float64Array[] =>
  [0, 1, 2].map(d => Float64Array.from({ length: size }, (_, k) => (k % 3 === d ? Math.sqrt(3 / size) : 0)))
