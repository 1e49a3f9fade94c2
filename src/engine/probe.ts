import { type Structure, volume, withPositions } from '../crystal/structure.ts'
import { identity, inverse, multiply, rowsTimes } from '../math/mat3.ts'
import type { Evaluation } from './engine.ts'
import { evaluated, type Search } from './search.ts'

/** How far atoms are moved off their places, then along the force to either side [Å], and the strain to either side [–]. */
const kick = 0.05
const move = 0.01
const strain = 0.002

/** Up to here energies and forces of a self-consistent code may differ by its noise [–]. */
const allowed = 0.05

/** Whether the energies of an engine fit its forces and its stress. */
export type Consistency = {
  /** ΔU between two places, and −∫F·dr between them [eV]. */
  readonly energyDifference: number
  readonly work: number
  /** The same for a strain, with ∫Vσ·dε; absent where the engine has no stress. */
  readonly strainEnergyDifference?: number
  readonly strainWork?: number
  /** Larger of the two relative differences [–]. */
  readonly error: number
  /** Whether the forces are slopes of the energy, to what self-consistent codes leave. */
  readonly forcesFit: boolean
  /** The same with the stress, where there is one. */
  readonly consistent: boolean
}

/**
 * A question to every new engine: is its force the slope of its energy? The atoms are moved off their places by fixed
 * numbers (a relaxed structure has no force to ask about), then to either side along the force; the energy between the two
 * ends is held against the work of the three forces by Simpson's rule (its own error is the fifth order of the step). The
 * same with the stress and a strain along it.
 */
export function* consistencyProbe(structure: Structure): Search<never, Consistency> {
  const turn = (i: number) => 2 * ((0.5 + (i + 1) * 0.6180339887498949) % 1) - 1
  const middle = withPositions(
    structure,
    structure.positions.map((r, i) => r + kick * turn(i)),
  )
  const [at] = yield* evaluated<never>([middle])
  const most = at.forces.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-12)
  const direction = at.forces.map(force => (move * force) / most)
  const moved = (s: number) =>
    withPositions(
      middle,
      middle.positions.map((r, i) => r + s * direction[i]),
    )
  const stretched = at.stress && strainAlong(middle, at.stress)
  const [back, forth, ...others] = yield* evaluated<never>([
    moved(-1),
    moved(1),
    ...(stretched ? [stretched.structure(-1), stretched.structure(1)] : []),
  ])
  const dot = (forces: Float64Array) => forces.reduce((sum, force, i) => sum + force * direction[i], 0)
  const energyDifference = forth.energy - back.energy
  const work = (-dot(back.forces) - 4 * dot(at.forces) - dot(forth.forces)) / 3
  const error = relative(energyDifference, work)
  if (!stretched || others.some(other => !other.stress))
    return { energyDifference, work, error, forcesFit: error <= allowed, consistent: error <= allowed }
  const strainEnergyDifference = others[1].energy - others[0].energy
  const strainWork = (stretched.slope(others[0], -1) + 4 * stretched.slope(at, 0) + stretched.slope(others[1], 1)) / 3
  const worse = Math.max(error, relative(strainEnergyDifference, strainWork))
  return {
    energyDifference,
    work,
    strainEnergyDifference,
    strainWork,
    error: worse,
    forcesFit: error <= allowed,
    consistent: worse <= allowed,
  }
}

/** The structure strained by s times a strain along its stress, and ∂U/∂s = V σ : ε(1 + sε)⁻¹. */
const strainAlong = (structure: Structure, stress: Float64Array) => {
  const most = stress.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-12)
  const epsilon = stress.map(value => (strain * value) / most)
  const by = (s: number) => identity().map((one, i) => one + s * epsilon[i])
  const strained = (s: number) =>
    withPositions(structure, rowsTimes(structure.positions, by(s)), rowsTimes(structure.lattice, by(s)))
  return {
    structure: strained,
    slope: (evaluation: Evaluation, s: number) => {
      const rate = multiply(epsilon, inverse(by(s)))
      return volume(strained(s)) * rate.reduce((sum, value, i) => sum + value * evaluation.stress![i], 0)
    },
  }
}

const relative = (a: number, b: number): number => {
  const size = Math.max(Math.abs(a), Math.abs(b))
  return size === 0 ? 0 : Math.abs(a - b) / size
}

/** The answer as a sentence. */
export const inWords = (c: Consistency): string => {
  const meV = (energy: number) => `${(1000 * energy).toPrecision(4)} meV`
  const pairs = [
    `ΔU ${meV(c.energyDifference)} against −∫F·dr ${meV(c.work)}`,
    ...(c.strainEnergyDifference === undefined || c.strainWork === undefined
      ? ['no stress']
      : [`ΔU ${meV(c.strainEnergyDifference)} against ∫Vσ·dε ${meV(c.strainWork)}`]),
  ].join('; ')
  return c.consistent
    ? `forces fit energies to ${(100 * c.error).toPrecision(2)} % (${pairs})`
    : c.forcesFit
      ? `WARNING: its stress does not fit its energies, off by ${(100 * c.error).toPrecision(2)} % (${pairs}); cells relaxed with it are not to be trusted`
      : `its forces do not fit its energies, off by ${(100 * c.error).toPrecision(2)} % (${pairs}); barriers from it are not to be trusted`
}
