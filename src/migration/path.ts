import { type Structure, withPositions } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import { evaluated, report, type Search } from '../engine/search.ts'
import { refuse } from '../error.ts'
import { fire } from '../solve/fire.ts'
import { lbfgs } from '../solve/lbfgs.ts'
import { largestOf, type Stepper } from '../solve/stepper.ts'
import {
  type Band,
  bandForces,
  highest,
  newBand,
  pathCoordinate,
  projectAcross,
  slideEvenly,
  spreadEvenly,
  tangents,
} from './band.ts'
import { idppPath, straightPath } from './first-guess.ts'
import { matchAtoms } from './match.ts'
import { checkAnswer, fixedMask, usualCurvature } from './relax.ts'

export type PathOptions = {
  /** Images in all, the two end states included; ≥ 3. */
  readonly images?: number
  /** The highest image climbs to the saddle. */
  readonly climb?: boolean
  /** The climber waits until the largest force of the band is below this [eV/Å]: climbing off a bad first guess can lose the way. */
  readonly climbBelow?: number
  /** Largest force on an atom of any image at the end [eV/Å], across the path and of the springs along it. */
  readonly forceTolerance?: number
  /** Spring constant between images [eV/Å²]. */
  readonly spring?: number
  /** `neb`: nudged elastic band; `string`: images spread evenly again after each step, no springs. */
  readonly method?: 'neb' | 'string'
  readonly maxSteps?: number
  /** Furthest that an atom moves in one step [Å]. */
  readonly maxStep?: number
  /** One of another make, for so many coordinates, sees the whole force of the band with its springs, as `fire` does. */
  readonly optimiser?: 'lbfgs' | 'fire' | ((size: number) => Stepper)
  /** Atoms that stay where they are. */
  readonly fixed?: readonly number[]
  /** Atoms whose pairing in the two states is known; the others are matched to their nearest. */
  readonly movers?: readonly number[]
  readonly firstGuess?: 'idpp' | 'straight'
  /** Images to go on from, in place of a first guess: ends included, atoms in the order of the start. */
  readonly from?: readonly Structure[]
  /** What is known of the end states: an engine is not asked again. */
  readonly ends?: readonly [Evaluation, Evaluation]
}

export type PathProgress = {
  readonly step: number
  /** Largest force of the band [eV/Å]. */
  readonly largestForce: number
  /** Energy of each image above the first [eV]. */
  readonly energies: Float64Array
  readonly climber: number
  /** What is known now, as a result. */
  readonly partial: () => Path
}

/** A chain of structures from one state to another. */
export type Path = {
  readonly images: readonly Structure[]
  /** Energy of each [eV]. */
  readonly energies: Float64Array
  readonly forces: readonly Float64Array[]
  /** Path coordinate [Å]: arc length over all atoms. */
  readonly s: Float64Array
  /** −dU/ds at each image [eV/Å], along the tangent. */
  readonly alongForces: Float64Array
  /** Image that climbed to the saddle, −1 where none did. */
  readonly climber: number
  /** Largest force of the band [eV/Å]. */
  readonly largestForce: number
  readonly steps: number
  readonly forceCalls: number
  /** How far outside its training a fitted potential was asked at each image [–]; absent where the engine does not say. */
  readonly extrapolation?: Float64Array
  /**
   * `no barrier`: no image between the ends is higher than both. `outside the potential`: an image went where the engine
   * is not to be trusted, far outside its training or into a hole far below both ends; nothing rests on such a path.
   */
  readonly outcome: 'converged' | 'step-limit' | 'no barrier' | 'outside the potential'
}

/** Furthest that an image slides along the path in one step [Å]. */
const mostSlide = 0.05
/** An image counts as a barrier where it is this much above both ends [eV]. */
const least = 1e-6
/** A band that has had this many steps to leave a bad first guess ends where an image is extrapolated this much [–] … */
const [settled, farOutside] = [20, 4]
/** … or lies this far below both ends [eV]: no state of the same ions does. */
const hole = 4

/**
 * A path of least energy between two states: nudged elastic band with improved tangents and a climbing image, or a string;
 * all images move in one optimiser, and all are asked for at once.
 *
 * @param start  relaxed, as `final`: they do not move
 * @param final  the same atoms in any order and in any cell of the lattice
 * @returns      a search; ends are evaluated once, and not at all where `ends` is given
 * @throws SimulationError (`input`) for states that do not fit; (`method`) where the engine answers NaN
 * Source: Henkelman2000a; Henkelman2000b; Smidstrup2014; E2007
 */
export function* relaxPath(start: Structure, final: Structure, o: PathOptions = {}): Search<PathProgress, Path> {
  const {
    climb = true,
    climbBelow = 1,
    forceTolerance = 0.05,
    spring = 0.1,
    method = 'neb',
    maxSteps = 500,
    maxStep = 0.2,
  } = o
  const images = o.from?.length ?? o.images ?? 7
  if (!(Number.isInteger(images) && images >= 3 && images <= 1000))
    refuse('images', images, 'a whole number ≥ 3 and ≤ 1000, the two end states included')
  if (!(forceTolerance > 0)) refuse('forceTolerance', forceTolerance, 'a number > 0 [eV/Å]')
  const fixed = fixedMask(start, o.fixed)
  const band = firstBand(start, final, images, o, fixed)
  const { size, R, energies, forces } = band
  const moving = R.subarray(size, (images - 1) * size)
  const G = new Float64Array(moving.length)
  const step = new Float64Array(moving.length)
  const across = moving.slice() // where the images would be without sliding: what the optimiser sees
  let climber = -1
  const stepper = stepperOf(G.length, {
    maxStep,
    optimiser: o.optimiser ?? 'lbfgs',
    project: v => projectAcross(band, climber, v),
  })
  const structureOf = (i: number) => withPositions(start, R.slice(i * size, (i + 1) * size))
  const between = Array.from({ length: images - 2 }, (_, i) => i + 1)
  const grades = new Float64Array(images).fill(Number.NaN)
  const put = (i: number, answer: Evaluation): void => {
    checkAnswer(answer, `path, image ${i}`)
    energies[i] = answer.energy
    grades[i] = answer.extrapolation ?? Number.NaN
    forces.set(answer.forces, i * size)
    if (fixed) for (let k = 0; k < size; k++) if (fixed[k]) forces[i * size + k] = 0
  }
  let forceCalls = 0
  o.ends?.forEach((answer, e) => {
    put(e === 0 ? 0 : images - 1, answer)
  })
  for (let count = 0; ; count++) {
    const wanted = count === 0 && !o.ends ? [0, ...between, images - 1] : between
    const answers = yield* evaluated<PathProgress>(wanted.map(structureOf))
    forceCalls += wanted.length
    wanted.forEach((i, k) => {
      put(i, answers[k])
    })
    const top = highest(band)
    const hill = energies[top] > Math.max(energies[0], energies[images - 1]) + least
    const climbs = climb && hill && (climber >= 0 || largestAcross(band, G, spring) < climbBelow)
    if (!climbs !== climber < 0) stepper.reset()
    climber = climbs ? top : -1
    bandForces(band, { spring: method === 'neb' ? spring : 0, climber }, G)
    const largestForce = largestOf(G, 3)
    const partial = (outcome: Path['outcome']) => (): Path =>
      pathOf(band, structureOf, {
        climber,
        largestForce,
        steps: count,
        forceCalls,
        outcome,
        ...(grades.every(Number.isNaN) ? {} : { extrapolation: grades.slice() }),
      })
    yield* report<PathProgress>({
      step: count,
      largestForce,
      energies: energies.map(e => e - energies[0]),
      climber,
      partial: partial('step-limit'),
    })
    // turning a force about the tangent may share it out between atoms: the saddle is to be at rest by its own
    const own = climber < 0 ? 0 : largestOf(forces.subarray(climber * size, (climber + 1) * size), 3)
    const done = Math.max(largestForce, own) <= forceTolerance && (climber >= 0 || !climb || !hill)
    if (done) return partial(hill ? 'converged' : 'no barrier')()
    if (count >= settled && isOutside(energies, grades)) return partial('outside the potential')()
    if (count >= maxSteps) return partial('step-limit')()
    if ((o.optimiser ?? 'lbfgs') !== 'lbfgs') stepper.step(moving, G, step)
    else {
      bandForces(band, { spring: 0, climber }, G)
      stepper.step(across, G, step)
      projectAcross(band, climber, step)
      for (let k = 0; k < step.length; k++) across[k] += step[k]
      if (method === 'neb') slideEvenly(band, climber, mostSlide, step)
    }
    for (let k = 0; k < step.length; k++) moving[k] += step[k]
    if (method === 'string') spreadEvenly(band, climber)
  }
}

const isOutside = (energies: Float64Array, grades: Float64Array): boolean => {
  const floor = Math.min(energies[0], energies[energies.length - 1]) - hole
  return energies.some(e => e < floor) || grades.some(grade => grade > farOutside)
}

/** Largest force of the band before anything climbs. */
const largestAcross = (band: Band, G: Float64Array, spring: number): number => {
  bandForces(band, { spring, climber: -1 }, G)
  return largestOf(G, 3)
}

const firstBand = (
  start: Structure,
  final: Structure,
  images: number,
  o: PathOptions,
  fixed: Uint8Array | undefined,
): Band => {
  if (o.from) {
    const band = newBand(images, start.positions.length)
    o.from.forEach((image, i) => {
      if (image.positions.length !== band.size)
        refuse(`from[${i}]`, image.species.length, `${start.species.length} atoms, as in the start`)
      band.R.set(image.positions, i * band.size)
    })
    return band
  }
  const matched = matchAtoms(start, final, o.movers ? { movers: o.movers } : {})
  return o.firstGuess === 'straight' ? straightPath(start, matched, images) : idppPath(start, matched, images, fixed)
}

/**
 * The optimiser of a band. L-BFGS sees only what pulls across the path and is kept from stepping along it, where springs a
 * hundred times softer than bonds would mislead it: images are slid to even distances by themselves.
 */
const stepperOf = (
  size: number,
  o: {
    readonly maxStep: number
    readonly optimiser: NonNullable<PathOptions['optimiser']>
    readonly project: (v: Float64Array) => void
  },
): Stepper => {
  const { maxStep, project } = o
  if (typeof o.optimiser === 'function') return o.optimiser(size)
  if (o.optimiser === 'fire') return fire({ size, timeStep: 0.1, maxStep })
  return lbfgs({
    size,
    maxStep,
    curvature: usualCurvature,
    watchForce: true,
    precondition: v => {
      for (let k = 0; k < v.length; k++) v[k] /= usualCurvature
      project(v)
    },
  })
}

const pathOf = (
  band: Band,
  structureOf: (i: number) => Structure,
  rest: Pick<Path, 'climber' | 'largestForce' | 'steps' | 'forceCalls' | 'outcome' | 'extrapolation'>,
): Path => {
  tangents(band)
  const { images, size, forces, tangents: T } = band
  const alongForces = new Float64Array(images)
  for (let i = 0; i < images; i++) for (let k = i * size; k < (i + 1) * size; k++) alongForces[i] += forces[k] * T[k]
  return {
    ...rest,
    images: Array.from({ length: images }, (_, i) => structureOf(i)),
    energies: band.energies.slice(),
    forces: Array.from({ length: images }, (_, i) => forces.slice(i * size, (i + 1) * size)),
    s: pathCoordinate(band),
    alongForces,
  }
}
