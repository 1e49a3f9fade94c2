import { type Structure, volume, withPositions } from '../crystal/structure.ts'
import type { Engine, Evaluation } from '../engine/engine.ts'
import { identity, multiply, rowsTimes, transpose } from '../math/mat3.ts'
import { type Check, spread, within } from './check.ts'

/** Steps of the central differences [Å], and of the strain [–]; each law is tried at the step and at half of it. */
const step = 4e-3
const strainStep = 1e-3

/** Single coordinates that are moved, besides three collective displacements. */
const coordinates = 9

export type EngineCheckOptions = {
  /**
   * What the engine claims for itself [eV per atom]: 0 for a closed formula, the truncation of a sum, the noise of a
   * self-consistent one. It widens the laws that compare two energies.
   */
  readonly accuracy?: number
  /** False for a law of one molecule or of atoms by number, which repeats neither in space nor in order. */
  readonly repeats?: boolean
}

/**
 * The laws every engine must obey: F = −∂U/∂r and V σ = ∂U/∂ε with errors that fall as the step squared; the same energy,
 * forces and stress after moving, reordering, turning and mirroring the whole, and n times them in n cells; forces that sum
 * to nothing (these not where `external`); the input left alone, the same bits twice, earlier answers kept.
 *
 * @param structure  atoms off their places (no force may be 0 by symmetry), in any cell
 */
export const checkEngine = (
  engine: Engine,
  structure: Structure,
  { accuracy = 0, repeats = true }: EngineCheckOptions = {},
): readonly Check[] => {
  const here = engine.evaluate(structure)
  const n = structure.species.length
  const size = { force: largest(here.forces) + 1e-3, energy: Math.abs(here.energy) + n }
  // Round-off of sums over all neighbours; positions are themselves good to 1e-15 of the cell.
  const same = { energy: 1e-12 * size.energy + accuracy * n, force: 1e-10 * size.force + 10 * accuracy }
  const compare = (law: string, other: Evaluation, expected: Evaluation): Check[] => [
    within(`${law}: the same energy [eV]`, other.energy - expected.energy, same.energy),
    within(`${law}: the same forces [eV/Å]`, difference(other.forces, expected.forces), same.force),
    ...(expected.stress && other.stress
      ? [
          within(
            `${law}: the same stress [eV/Å³]`,
            difference(other.stress, expected.stress),
            1e-10 * (largest(expected.stress) + size.force / volume(structure)) + same.energy,
          ),
        ]
      : []),
  ]
  return [
    ...behaviour(engine, structure, here),
    ...derivatives(engine, structure, here, size, accuracy),
    ...(engine.external ? [] : wholes(structure, here, size, compare, engine)),
    ...(engine.external || !repeats ? [] : orders(structure, here, compare, engine)),
  ]
}

/** What a search relies on, whatever the law. */
const behaviour = (engine: Engine, structure: Structure, here: Evaluation): readonly Check[] => {
  const before = structuredClone(structure)
  const kept = structuredClone(here)
  const again = engine.evaluate(structure)
  engine.evaluate(moved(structure, displacement(structure, 0, 0.05), 1))
  const numbers = [here.energy, ...here.forces, ...(here.stress ?? [])]
  return [
    within('all numbers finite', numbers.filter(value => !Number.isFinite(value)).length, 0),
    within('one force for each coordinate', here.forces.length - structure.positions.length, 0),
    within('input not written to', same(before, structure) ? 0 : 1, 0),
    within('same input, same bits', same(again, kept) ? 0 : 1, 0),
    within('earlier answers kept', same(here, kept) ? 0 : 1, 0),
  ]
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b))
const plain = (value: unknown): unknown =>
  value instanceof Float64Array
    ? Array.from(value, String)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]))
      : String(value)

/** F and σ against differences of the energy. */
const derivatives = (
  engine: Engine,
  structure: Structure,
  here: Evaluation,
  size: { force: number; energy: number },
  accuracy: number,
): readonly Check[] => {
  const m = structure.positions.length
  const directions = [
    ...Array.from({ length: Math.min(coordinates, m) }, (_, k) => {
      const one = new Float64Array(m)
      one[Math.floor((k * m) / Math.min(coordinates, m))] = 1
      return one
    }),
    ...[1, 2, 3].map(k => displacement(structure, k, 1)),
  ]
  const noise = 4e-16 * size.energy + accuracy * 1e-3
  const slopes = directions.map(d =>
    slope(s => engine.evaluate(moved(structure, d, s)).energy, -dot(here.forces, d), step, noise),
  )
  // after the step's own error is taken out by the two steps, h⁴ of it is left
  const checks = summed('F = −∂U/∂r', '[eV/Å]', slopes, 3e-5 * size.force + noise / step)
  if (!here.stress) return checks
  const { stress } = here
  const V = volume(structure)
  const strains = [0, 1, 2, 3, 4, 5].map(k => {
    const [i, j] = [
      [0, 0],
      [1, 1],
      [2, 2],
      [1, 2],
      [0, 2],
      [0, 1],
    ][k]
    const strain = new Float64Array(9)
    strain[3 * i + j] += 0.5
    strain[3 * j + i] += 0.5
    return slope(
      s => engine.evaluate(strained(structure, strain, s)).energy,
      V * dot(stress, strain),
      strainStep,
      noise,
    )
  })
  const skew = Math.max(...[1, 2, 5].map((at, k) => Math.abs(stress[at] - stress[[3, 6, 7][k]])))
  const virial = V * largest(stress) + size.force
  return [
    ...checks,
    ...summed('V σ = ∂U/∂ε', '[eV]', strains, 3e-5 * virial + noise / strainStep),
    within('stress symmetric [eV/Å³]', skew, (1e-10 * virial) / V + accuracy),
  ]
}

/** A derivative by central differences at h and h/2: error of each, and after extrapolation; noise of the coarse one. */
const slope = (energyAt: (s: number) => number, expected: number, h: number, noise: number) => {
  const central = (at: number) => (energyAt(at) - energyAt(-at)) / (2 * at)
  const [coarse, fine] = [central(h), central(h / 2)]
  return {
    error: (4 * fine - coarse) / 3 - expected,
    coarse: coarse - expected,
    fine: fine - expected,
    noise: noise / h,
  }
}

const summed = (law: string, unit: string, slopes: readonly ReturnType<typeof slope>[], tolerance: number): Check[] => {
  const [coarse, fine] = [Math.hypot(...slopes.map(s => s.coarse)), Math.hypot(...slopes.map(s => s.fine))]
  // an error this near to round-off falls as it likes
  const visible = coarse > 200 * Math.hypot(...slopes.map(s => s.noise))
  return [
    within(`${law} ${unit}`, worst(slopes.map(s => s.error)), tolerance),
    // exactly 2 for a smooth law; the next term of the series moves it by a few per cent
    within(
      `${law}: order of the error of central differences, less 2`,
      visible ? Math.log2(coarse / fine) - 2 : 0,
      0.3,
    ),
  ]
}

/** Moving, turning and mirroring everything, and what follows from it for the forces. */
const wholes = (
  structure: Structure,
  here: Evaluation,
  size: { force: number },
  compare: (law: string, other: Evaluation, expected: Evaluation) => Check[],
  engine: Engine,
): readonly Check[] => {
  const sums = [0, 1, 2].map(d => here.forces.reduce((sum, force, i) => sum + (i % 3 === d ? force : 0), 0))
  const shifted = structure.positions.map((r, i) => r + [0.31, -1.7, 0.9][i % 3])
  const turn = rotation(0.7, 1.1, -0.4)
  const mirror = multiply(turn, Float64Array.of(-1, 0, 0, 0, 1, 0, 0, 0, 1))
  const turned = (by: Float64Array): Evaluation => ({
    energy: here.energy,
    forces: rowsTimes(here.forces, by),
    ...(here.stress ? { stress: multiply(multiply(transpose(by), here.stress), by) } : {}),
  })
  const evaluated = (by: Float64Array) =>
    engine.evaluate(withPositions(structure, rowsTimes(structure.positions, by), rowsTimes(structure.lattice, by)))
  return [
    within('Σ F = 0 [eV/Å]', largest(sums), 1e-10 * size.force * structure.species.length),
    ...compare('moved', engine.evaluate(withPositions(structure, shifted)), here),
    ...compare('turned with the cell', evaluated(turn), turned(turn)),
    ...compare('mirrored with the cell', evaluated(mirror), turned(mirror)),
  ]
}

/** Another order of the atoms, an atom's image instead of itself, and n cells. */
const orders = (
  structure: Structure,
  here: Evaluation,
  compare: (law: string, other: Evaluation, expected: Evaluation) => Check[],
  engine: Engine,
): readonly Check[] => {
  const { lattice: A, periodic = [true, true, true], species, positions } = structure
  const n = species.length
  const order = Array.from({ length: n }, (_, i) => n - 1 - i)
  const reordered = engine.evaluate({
    species: order.map(i => species[i]),
    lattice: A,
    positions: Float64Array.from(order.flatMap(i => [...positions.subarray(3 * i, 3 * i + 3)])),
    periodic,
  })
  const forces = new Float64Array(3 * n)
  order.forEach((from, to) => {
    forces.set(reordered.forces.subarray(3 * to, 3 * to + 3), 3 * from)
  })
  const checks = compare('reordered', { ...reordered, forces }, here)
  const along = periodic.indexOf(true)
  if (along < 0) return checks
  const vector = A.subarray(3 * along, 3 * along + 3)
  const image = positions.slice()
  for (let d = 0; d < 3; d++) image[d] -= 2 * vector[d]
  const twice = engine.evaluate({
    species: [...species, ...species],
    lattice: A.map((a, i) => (Math.floor(i / 3) === along ? 2 * a : a)),
    positions: Float64Array.from([...positions, ...positions.map((r, i) => r + vector[i % 3])]),
    periodic,
  })
  return [
    ...checks,
    ...compare('an image of an atom for itself', engine.evaluate(withPositions(structure, image)), here),
    ...compare('half of two cells', { ...twice, energy: twice.energy / 2, forces: twice.forces.slice(0, 3 * n) }, here),
  ]
}

/** A displacement of all atoms by fixed, evenly spread numbers, of at most `most` a coordinate [Å]. */
const displacement = ({ positions }: Structure, seed: number, most: number): Float64Array => {
  const points = spread(3, positions.length / 3 + seed)
  return Float64Array.from(positions, (_, i) => most * (2 * points[Math.floor(i / 3) + seed][i % 3] - 1))
}

const moved = (structure: Structure, direction: Float64Array, by: number): Structure =>
  withPositions(
    structure,
    structure.positions.map((r, i) => r + by * direction[i]),
  )

/** Cell and positions times 1 + sε. */
const strained = (structure: Structure, strain: Float64Array, s: number): Structure => {
  const by = identity().map((one, i) => one + s * strain[i])
  return withPositions(structure, rowsTimes(structure.positions, by), rowsTimes(structure.lattice, by))
}

const rotation = (a: number, b: number, c: number): Float64Array => {
  const about = (angle: number, i: number, j: number) => {
    const m = identity()
    m[4 * i] = m[4 * j] = Math.cos(angle)
    m[3 * i + j] = Math.sin(angle)
    m[3 * j + i] = -Math.sin(angle)
    return m
  }
  return multiply(multiply(about(a, 0, 1), about(b, 1, 2)), about(c, 0, 2))
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
const largest = (values: Iterable<number>): number => Math.max(0, ...Array.from(values, Math.abs))
/** The value farthest from 0; NaN where there is one. */
const worst = (values: readonly number[]): number =>
  values.reduce((a, b) => (Number.isNaN(a) || Math.abs(b) < Math.abs(a) ? a : b), 0)
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? largest(Array.from(a, (value, i) => value - b[i])) : Number.NaN
