import { type NeighbourList, neighbourList } from '../../crystal/neighbours.ts'
import { type Structure, volume } from '../../crystal/structure.ts'
import { refuse } from '../../error.ts'
import type { Engine, Evaluation } from '../engine.ts'
import type { AceBasis } from './basis.ts'
import { compile, energyOf } from './compile.ts'
import { environmentOf } from './environment.ts'
import { type Grade, gradeOf } from './grade.ts'
import { type Repulsion, repulsionOf } from './repulsion.ts'

/** A fitted potential. */
export type AcePotential = {
  readonly name: string
  /** Whose energies it learnt. */
  readonly teacher?: string
  readonly basis: AceBasis
  /** For each kind its constant [eV], then its terms [eV]. */
  readonly coefficients: Float64Array
  readonly repulsion: Repulsion
  /** How to tell what lies outside the training; absent where the file has none. */
  readonly grade?: Grade
}

/**
 * The engine of a linear atomic cluster expansion: energy, forces and stress by one pass to the densities and one back.
 *
 *   U = Σ_i [ c_0 + Σ_t c_t B_t(A_i) ] + Σ_pairs V_rep,   F_j = −Σ_i (∂U/∂A_i)·∂A_i/∂r_j
 *
 * Cost: linear in the atoms, in their neighbours and in the terms whose kinds of neighbours are present.
 * Source: Drautz2019 (the expansion), Lysogorskiy2021 (densities first, their slopes on the way back)
 */
export const aceEngine = (potential: AcePotential): Engine => {
  const { basis, coefficients, repulsion } = potential
  const kinds = basis.species.length
  const env = environmentOf(basis)
  const { constant, groups } = compile(basis, coefficients)
  const grade = potential.grade && gradeOf(potential.grade, basis)
  const slope = new Float64Array(Math.max(...env.channels))
  const pulled = new Float64Array(3)
  const pair = new Float64Array(2)
  let list: NeighbourList | undefined

  const evaluate = (structure: Structure): Evaluation => {
    const n = structure.species.length
    const kindOf = new Int32Array(n)
    for (let i = 0; i < n; i++) {
      kindOf[i] = basis.species.indexOf(structure.species[i])
      if (kindOf[i] < 0) refuse(`${potential.name}: species[${i}]`, structure.species[i], basis.species.join(', '))
    }
    list = neighbourList(structure, basis.primitives.cutoff, list)
    const { index, delta, distance } = list
    const forces = new Float64Array(3 * n)
    const virial = new Float64Array(9)
    let energy = 0
    let extrapolation = 0
    for (let i = 0; i < n; i++) {
      const s = kindOf[i]
      const { density, present, from, to } = env.gather(i, list, kindOf)
      slope.fill(0, 0, env.channels[s])
      energy += constant[s] + energyOf(groups[s], present, density, slope)
      if (grade) extrapolation = Math.max(extrapolation, grade(s, density))
      for (let p = from; p < to; p++) {
        env.pull(s, p, list, kindOf, slope, pulled)
        const j = index[p]
        const range = repulsion.range[s * kinds + kindOf[j]]
        if (distance[p] < range) {
          // half from either side
          repulsionOf(distance[p], range, repulsion.strength, pair)
          energy += 0.5 * pair[0]
          const along = (0.5 * pair[1]) / distance[p]
          for (let d = 0; d < 3; d++) pulled[d] += along * delta[3 * p + d]
        }
        for (let d = 0; d < 3; d++) {
          forces[3 * j + d] -= pulled[d]
          forces[3 * i + d] += pulled[d]
          for (let e = 0; e < 3; e++) virial[3 * d + e] += pulled[d] * delta[3 * p + e]
        }
      }
    }
    const V = volume(structure)
    const stress = new Float64Array(9)
    for (let d = 0; d < 3; d++)
      for (let e = 0; e < 3; e++) stress[3 * d + e] = (0.5 * (virial[3 * d + e] + virial[3 * e + d])) / V
    return grade ? { energy, forces, stress, extrapolation } : { energy, forces, stress }
  }
  const { name, teacher } = potential
  return {
    name,
    ...(teacher === undefined ? {} : { theory: `fitted to ${teacher}` }),
    elements: basis.species,
    evaluate,
  }
}
