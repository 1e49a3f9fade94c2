import { refuse } from '../../error.ts'
import type { AceBasis } from './basis.ts'
import type { AcePotential } from './engine.ts'

/** What a potential was made from and how good it is, for people; every value is text or numbers as the fit wrote them. */
export type Card = Readonly<Record<string, unknown>>

/**
 * A potential as a JSON file:
 *
 * - `format` "dualion-ace", `formatVersion` 1, `name`, `card` (teacher, version, licence, data hash, errors, domain);
 * - `species` [kinds]; `cutoff` and `bond` [Å], `primitives` (how many radial functions g_k), `degree` L;
 * - `radial`: for each (centre, neighbour, l), l running fastest, the matrix W as a list of numbers;
 * - `terms`: for each kind the blocks of each term, −1 where it has fewer than three;
 * - `coefficients` [eV]: for each kind its constant, then its terms;
 * - `repulsion`: `strength` [eV] and `range` [Å] of each pair of kinds;
 * - `grade`: for each kind `terms`, `mean`, `whitening`, `limit` (see `grade.ts`).
 */
export type PotentialFile = {
  readonly format: 'dualion-ace'
  readonly formatVersion: number
  readonly name: string
  readonly card: Card
  readonly species: readonly string[]
  readonly cutoff: number
  readonly bond: number
  readonly primitives: number
  readonly degree: number
  readonly radial: readonly (readonly number[])[]
  readonly terms: readonly (readonly number[])[]
  readonly coefficients: readonly number[]
  readonly repulsion: { readonly strength: number; readonly range: readonly number[] }
  readonly grade?: readonly {
    readonly terms: readonly number[]
    readonly mean: readonly number[]
    readonly whitening: readonly number[]
    readonly limit: number
  }[]
}

/** Digits of a number in the file: energies come back to 1e-8 eV. */
const digits = (count: number) => (value: number) => Number(value.toPrecision(count))

export const toPotentialFile = (potential: AcePotential, card: Card): PotentialFile => {
  const { name, basis, coefficients, repulsion, grade } = potential
  const { cutoff, bond, count } = basis.primitives
  const list = (values: ArrayLike<number>, figures: number) => Array.from(values, digits(figures))
  return {
    format: 'dualion-ace',
    formatVersion: 1,
    name,
    card,
    species: basis.species,
    cutoff,
    bond,
    primitives: count,
    degree: basis.degree,
    radial: basis.radial.map(W => list(W, 17)),
    terms: basis.terms.map(({ blocks }) => Array.from(blocks)),
    coefficients: list(coefficients, 12),
    repulsion,
    ...(grade
      ? {
          grade: grade.kinds.map(({ terms, mean, whitening, limit }) => ({
            terms: Array.from(terms),
            mean: list(mean, 9),
            whitening: list(whitening, 7),
            limit: digits(7)(limit),
          })),
        }
      : {}),
  }
}

/**
 * The potential of a file's content.
 *
 * @param file  its name, for messages
 * @throws SimulationError (`input`) for what is no such file
 */
export const fromPotentialFile = (content: unknown, file: string): AcePotential => {
  const data = content as PotentialFile
  if (data?.format !== 'dualion-ace') refuse(`${file}: format`, data?.format, 'dualion-ace')
  if (data.formatVersion !== 1) refuse(`${file}: formatVersion`, data.formatVersion, '1')
  const kinds = data.species.length
  const expect = (field: string, got: number, wanted: number) => {
    if (got !== wanted) refuse(`${file}: ${field}`, got, `${wanted} entries`)
  }
  expect('radial', data.radial.length, kinds * kinds * (data.degree + 1))
  expect('terms', data.terms.length, kinds)
  expect('repulsion.range', data.repulsion.range.length, kinds * kinds)
  expect(
    'coefficients',
    data.coefficients.length,
    data.terms.reduce((sum, list) => sum + 1 + list.length / 3, 0),
  )
  const bad = data.coefficients.findIndex(value => !Number.isFinite(value))
  if (bad >= 0) refuse(`${file}: coefficients[${bad}]`, data.coefficients[bad], 'a finite number')
  const basis: AceBasis = {
    species: data.species,
    primitives: { cutoff: data.cutoff, bond: data.bond, count: data.primitives },
    degree: data.degree,
    radial: data.radial.map(W => Float64Array.from(W)),
    terms: data.terms.map(list => ({ blocks: Int32Array.from(list), count: list.length / 3 })),
  }
  const { teacher } = data.card ?? {}
  return {
    name: data.name,
    ...(typeof teacher === 'string' ? { teacher } : {}),
    basis,
    coefficients: Float64Array.from(data.coefficients),
    repulsion: data.repulsion,
    ...(data.grade
      ? {
          grade: {
            kinds: data.grade.map(({ terms, mean, whitening, limit }) => ({
              terms: Int32Array.from(terms),
              mean: Float64Array.from(mean),
              whitening: Float64Array.from(whitening),
              limit,
            })),
          },
        }
      : {}),
  }
}
