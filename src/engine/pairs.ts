import { type NeighbourList, neighbourList } from '../crystal/neighbours.ts'
import { type Structure, volume } from '../crystal/structure.ts'
import { refuse } from '../error.ts'
import type { Engine } from './engine.ts'

/** A law of two atoms: writes u(r) [eV] and du/dr [eV/Å] into out[0] and out[1]. */
export type PairLaw = (r: number, out: Float64Array) => void

/** Width of the shell within the cutoff in which a pair law goes to 0 [Å]. */
const taper = 1

/**
 * Energy of pairs within a cutoff,
 *
 *   U = ½ Σ_i Σ_j u(r_ij) s(r_ij),  F_i = Σ_j (us)′ r_ij/r_ij,  σ = (1/2V) Σ (us)′ r_ij ⊗ r_ij/r_ij
 *
 * over all periodic images, s going from 1 to 0 over the last Å with two continuous derivatives (1 − 10t³ + 15t⁴ − 6t⁵).
 * Cost linear in the atoms.
 *
 * @param cutoff  [Å], > 1
 * @param law     of two elements, undefined where they do not see each other
 */
export const pairEngine = (o: {
  readonly name: string
  readonly elements: readonly string[]
  readonly cutoff: number
  readonly law: (a: string, b: string) => PairLaw | undefined
}): Engine => {
  const { cutoff } = o
  if (!(cutoff > taper && cutoff < 100))
    throw new RangeError(`${o.name}: cutoff ${cutoff} Å, must be > ${taper} and < 100`)
  const laws = new Map<string, PairLaw | undefined>()
  const lawOf = (a: string, b: string) => {
    const key = `${a} ${b}`
    if (!laws.has(key)) laws.set(key, o.law(a, b))
    return laws.get(key)
  }
  let list: NeighbourList | undefined
  const value = new Float64Array(2)
  return {
    name: o.name,
    elements: o.elements,
    evaluate(structure) {
      mustKnow(o.name, o.elements, structure)
      list = neighbourList(structure, cutoff, list)
      const { start, index, delta, distance } = list
      const { species } = structure
      const n = species.length
      const kinds = [...new Set(species)]
      const kind = species.map(symbol => kinds.indexOf(symbol))
      const table = kinds.map(a => kinds.map(b => lawOf(a, b)))
      const forces = new Float64Array(3 * n)
      const stress = new Float64Array(9)
      const virial = 0.5 / volume(structure)
      let energy = 0
      for (let i = 0; i < n; i++) {
        const row = table[kind[i]]
        for (let k = start[i]; k < start[i + 1]; k++) {
          const law = row[kind[index[k]]]
          if (law === undefined) continue
          const r = distance[k]
          law(r, value)
          let u = value[0]
          let slope = value[1]
          const t = (r - cutoff) / taper + 1
          if (t > 0) {
            const s = 1 - t * t * t * (10 - 15 * t + 6 * t * t)
            slope = slope * s - (u * 30 * t * t * (1 - t) * (1 - t)) / taper
            u *= s
          }
          energy += 0.5 * u
          const over = slope / r
          for (let d = 0; d < 3; d++) {
            const x = delta[3 * k + d]
            forces[3 * i + d] += over * x
            for (let e = 0; e < 3; e++) stress[3 * d + e] += virial * over * x * delta[3 * k + e]
          }
        }
      }
      return { energy, forces, stress }
    },
  }
}

/** A table with one entry for each pair of elements, in either order: { 'Mg-S': … } is also S–Mg. */
export const ofPair = <T>(table: Readonly<Record<string, T>>, a: string, b: string): T | undefined =>
  table[`${a}-${b}`] ?? table[`${b}-${a}`]

/** Elements that a table of pairs names. */
export const elementsOfPairs = (table: Readonly<Record<string, unknown>>): readonly string[] => [
  ...new Set(Object.keys(table).flatMap(pair => pair.split('-'))),
]

/** Refuses a structure with an element that an engine does not know; '*' knows any. */
export const mustKnow = (name: string, known: readonly string[], { species }: Structure): void => {
  const stranger = known.includes('*') ? undefined : species.find(symbol => !known.includes(symbol))
  if (stranger !== undefined) refuse(`structure.species of ${name}`, stranger, known.join(', '))
}
