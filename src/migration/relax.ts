import { type Structure, volume, withPositions } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import { evaluated, report, type Search } from '../engine/search.ts'
import { refuse, SimulationError } from '../error.ts'
import { inverse, multiply, rowsTimes, transpose } from '../math/mat3.ts'
import { fire } from '../solve/fire.ts'
import { lbfgs } from '../solve/lbfgs.ts'
import { largestOf, type Stepper } from '../solve/stepper.ts'
import { springModel } from './precondition.ts'

/** Mean curvature of a bonded atom [eV/Å²] for the first step. Source: assumed: order of magnitude, later steps learn it */
export const usualCurvature = 30
/** An energy that rises by more than this [eV] in a step sends the search back. */
const rise = 0.01

export type RelaxOptions = {
  /** Largest force on an atom at the end [eV/Å]. */
  readonly forceTolerance?: number
  /** Relax the cell too; the engine must give stresses. */
  readonly cell?: boolean
  /** Largest component of the stress at the end [eV/Å³]. */
  readonly stressTolerance?: number
  readonly maxSteps?: number
  /** Furthest that an atom moves in one step [Å]. */
  readonly maxStep?: number
  readonly optimiser?: 'lbfgs' | 'fire'
  /** Atoms that stay where they are. */
  readonly fixed?: readonly number[]
}

export type RelaxProgress = {
  readonly step: number
  readonly energy: number
  readonly largestForce: number
  readonly largestStress?: number
  readonly structure: Structure
}

export type Relaxation = {
  readonly structure: Structure
  readonly evaluation: Evaluation
  readonly energy: number
  readonly largestForce: number
  readonly largestStress?: number
  readonly steps: number
  readonly forceCalls: number
  readonly outcome: 'converged' | 'step-limit'
}

/** 1 for each coordinate that does not move, [3n]: those of the structure, and whole atoms; nothing where all do. */
export const fixedMask = (structure: Structure, fixed: readonly number[] | undefined): Uint8Array | undefined => {
  if (structure.fixed === undefined && (fixed === undefined || fixed.length === 0)) return undefined
  const n = structure.species.length
  const mask = structure.fixed?.slice() ?? new Uint8Array(3 * n)
  for (const i of fixed ?? []) {
    if (!Number.isInteger(i) || i < 0 || i >= n) refuse('fixed', i, `an atom from 0 to ${n - 1}`)
    mask.fill(1, 3 * i, 3 * i + 3)
  }
  return mask
}

/** Refuses an answer that holds what is no number. */
export const checkAnswer = ({ energy, forces }: Evaluation, what: string, partial?: unknown): void => {
  let sum = energy
  for (let i = 0; i < forces.length; i++) sum += forces[i]
  if (!Number.isFinite(sum))
    throw new SimulationError(`${what}: the engine answered with an energy or a force that is no number`, {
      code: 'method',
      at: what,
      partial,
    })
}

/**
 * The nearest minimum of the energy in the positions, and where asked in the cell.
 *
 * The cell is the deformation D of the one it started from: A = A₀ D, r = x D, with forces −V D⁻ᵀ σ on D and F Dᵀ on x.
 * D − 1 is scaled so that a cell and its atoms are about as stiff.
 *
 * @returns  a search; one structure a step is asked for, and progress after each
 * @throws SimulationError (`input`) where the cell is to relax and the engine has no stress; (`method`) where it answers NaN
 */
export function* relax(start: Structure, o: RelaxOptions = {}): Search<RelaxProgress, Relaxation> {
  const { forceTolerance = 0.01, stressTolerance = 2e-4, maxSteps = 500, maxStep = 0.2, cell = false } = o
  const n = start.species.length
  const fixed = fixedMask(start, o.fixed)
  const size = 3 * n + (cell ? 9 : 0)
  const scale = Math.max(4, 0.6 * Math.sqrt(n)) // a cell of bulk modulus 1 eV/Å³ is then as stiff as a bonded atom
  const D = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
  const z = new Float64Array(size) // x, then D − 1 times `scale`
  z.set(start.positions)
  const force = new Float64Array(size)
  const step = new Float64Array(size)
  const last = new Float64Array(size)
  const springs = springModel(start, usualCurvature, fixed)
  const stepper: Stepper =
    o.optimiser === 'fire'
      ? fire({ size, timeStep: 0.1, maxStep })
      : lbfgs({
          size,
          maxStep,
          curvature: usualCurvature,
          ...(springs ? { precondition: cell ? withCell(springs, 3 * n) : springs } : {}),
        })

  const structureAt = (): Structure => {
    if (!cell) return withPositions(start, z.slice())
    for (let k = 0; k < 9; k++) D[k] = (k % 4 === 0 ? 1 : 0) + z[3 * n + k] / scale
    return withPositions(start, rowsTimes(z.subarray(0, 3 * n), D), multiply(start.lattice, D))
  }

  let lowest = Number.POSITIVE_INFINITY
  for (let count = 0; ; count++) {
    const structure = structureAt()
    const [evaluation] = yield* evaluated<RelaxProgress>([structure])
    checkAnswer(evaluation, 'relax', structure)
    const { energy, stress } = evaluation
    if (cell && stress === undefined)
      refuse('cell', 'relax', 'an engine that gives stresses; this one has none, so the cell must stay')
    const bare = evaluation.forces.slice()
    if (fixed) for (let k = 0; k < bare.length; k++) if (fixed[k]) bare[k] = 0
    const largestForce = largestOf(bare, 3)
    const largestStress = cell ? Math.max(...stress!.map(Math.abs)) : undefined
    const state = { energy, largestForce, structure, ...(largestStress === undefined ? {} : { largestStress }) }
    yield* report<RelaxProgress>({ step: count, ...state })
    const converged = largestForce <= forceTolerance && (largestStress ?? 0) <= stressTolerance
    if (converged || count >= maxSteps)
      return {
        ...state,
        evaluation,
        steps: count,
        forceCalls: count + 1,
        outcome: converged ? 'converged' : 'step-limit',
      }
    if (energy > lowest + rise && o.optimiser !== 'fire') {
      // back to where it was good, and shorter from there
      stepper.retreat()
      for (let k = 0; k < size; k++) {
        step[k] *= 0.25
        z[k] = last[k] + step[k]
      }
      continue
    }
    lowest = energy
    if (cell) {
      rowsTimes(bare, transpose(D), force.subarray(0, 3 * n))
      const pull = multiply(transpose(inverse(D)), stress!)
      const V = volume(structure)
      for (let k = 0; k < 9; k++) force[3 * n + k] = (-V * pull[k]) / scale
    } else force.set(bare)
    last.set(z)
    stepper.step(z, force, step)
    if (fixed) for (let k = 0; k < fixed.length; k++) if (fixed[k]) step[k] = 0
    for (let k = 0; k < size; k++) z[k] += step[k]
  }
}

/** The model for the atoms, a number for the cell behind them. */
const withCell = (springs: (v: Float64Array) => void, atoms: number) => (v: Float64Array) => {
  springs(v.subarray(0, atoms))
  for (let k = atoms; k < v.length; k++) v[k] /= usualCurvature
}
