/** An electrolyte of full Onsager form in a cell file: one of three ways to say 𝓛, and a look at whether it can be. */
import { correlatedOnsager, type EquivalentLaw, equivalents, sharedConcentration } from '../electrolyte/correlated.ts'
import type { Electrolyte, Species } from '../electrolyte/electrolyte.ts'
import { fullElectrolyte } from '../electrolyte/full.ts'
import { ionicActivities } from '../electrolyte/ionic-strength.ts'
import { stefanMaxwellOnsager } from '../electrolyte/stefan-maxwell.ts'
import { refuse } from '../error.ts'
import { arrheniusFactor } from '../laws/arrhenius.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { R, roomTemperature } from '../units.ts'
import { curveOf } from './curve.ts'
import { concentrationReach, type ElectrolyteContext, type ElectrolyteRecipe } from './electrolyte-recipe.ts'
import { suggestion } from './nearest.ts'

type FullRecipe = Extract<ElectrolyteRecipe, { kind: 'full' }>
type CurveValue = Parameters<typeof curveOf>[0] & {}
/** What a curve of the file becomes: a law of x = Σ z c of the cations and of T. */
type LawOf = (value: CurveValue, key: string) => EquivalentLaw

/** Name of the solvent in a pair, as Li-solvent. */
const solvent = 'solvent'
/** How far kl may be from lk, and an eigenvalue below zero, relative to √(kk ll): rounded digits of a table. */
const rounded = 1e-6
/** Compositions at which 𝓛 and the activities are looked at: parts of the start, with each ion alone also scarce. */
const lookedAt = [0.1, 0.5, 1, 1.5, 2]
const scarce = 0.05

/** @throws SimulationError (`input`) where 𝓛 is missing, said twice, not symmetric or not positive semidefinite */
export const fullOf = (r: FullRecipe, context: ElectrolyteContext): Electrolyte => {
  const { fileName, notes } = context
  const at = `${fileName}: electrolyte`
  const { species } = r
  const names = species.map(s => s.name)
  const twice = names.findIndex((name, k) => names.indexOf(name) < k)
  if (twice >= 0) refuse(`${at}.species[${twice}].name`, names[twice], 'each ion once')
  const concentration = species.map(s => s.concentration)
  const reach = concentrationReach * equivalents(species, concentration)
  const energy = r.activationEnergy ?? 0
  const curve = (value: CurveValue, key: string, most: number) =>
    curveOf(value, {
      at: `${at}.${key}`,
      range: [0, most],
      notes,
      ...(typeof value === 'object' && 'interpolation' in value
        ? { interpolation: value.interpolation as 'linear' | 'pchip' }
        : {}),
    })
  const law: LawOf = (value, key) => {
    const { value: of } = curve(value, key, reach)
    return energy === 0 ? x => of(x) : (x, T) => of(x) * arrheniusFactor(energy, T)
  }
  const strength = species.reduce((sum, s) => sum + 0.5 * s.charge ** 2 * s.concentration, 0)
  const activities =
    r.activityCoefficient === undefined
      ? undefined
      : ionicActivities(
          species,
          r.referenceConcentration,
          curve(r.activityCoefficient, 'activityCoefficient', concentrationReach * strength),
        )
  const electrolyte = fullElectrolyte({
    name: r.name,
    species: species.map(({ name, charge }) => ({ name, charge })),
    concentration,
    referenceConcentration: r.referenceConcentration,
    onsager: onsagerOf(r, law, at),
    ...activities,
    standardPotential: r.standardPotential,
    ...(r.density === undefined ? {} : { density: r.density }),
    sources: context.sources,
  })
  lookAt(electrolyte, formOf(r), at)
  return electrolyte
}

const formOf = (r: FullRecipe): string => forms.find(form => r[form] !== undefined) ?? ''
const forms = ['diffusivity', 'onsager', 'stefanMaxwell'] as const

const onsagerOf = (r: FullRecipe, law: LawOf, at: string): ReturnType<typeof correlatedOnsager> => {
  const { species, diffusivity, onsager, stefanMaxwell } = r
  const K = species.length
  const said = forms.filter(form => r[form] !== undefined)
  if (said.length !== 1)
    return refuse(at, said.length === 0 ? 'none' : said.join(' and '), `one of ${forms.join(', ')}`)
  if (stefanMaxwell) return stefanMaxwellOf(species, stefanMaxwell, law, at)
  if (onsager) {
    square(onsager, species, `${at}.onsager`)
    const RT = R * roomTemperature
    const values = onsager.flatMap((row, k) =>
      row.map((value, l) => {
        const c = sharedConcentration(species[k].concentration, species[l].concentration)
        if (!(c > 0))
          return refuse(`${at}.species[${k}].concentration`, 0, '> 0 beside onsager, which is that of the start')
        return (value * RT) / c
      }),
    )
    symmetric(values, K, `${at}.onsager`, onsager.flat())
    return correlatedOnsager(
      species,
      values.map((value, kl) => law(value, `onsager[${kl}]`)),
    )
  }
  square(diffusivity!, species, `${at}.diffusivity`)
  const laws = diffusivity!.flatMap((row, k) => row.map((value, l) => law(value, `diffusivity[${k}][${l}]`)))
  const x0 = equivalents(
    species,
    species.map(s => s.concentration),
  )
  for (const part of lookedAt) {
    const values = laws.map(of => of(part * x0, roomTemperature))
    symmetric(values, K, `${at}.diffusivity`, values)
  }
  return correlatedOnsager(species, laws)
}

const square = (rows: readonly (readonly unknown[])[], species: readonly Species[], at: string): void => {
  const order = species.map(s => s.name).join(', ')
  const wrong = rows.find(row => row.length !== species.length)
  if (rows.length !== species.length) refuse(at, `${rows.length} rows`, `${species.length} rows: ${order}`)
  if (wrong) refuse(at, `a row of ${wrong.length}`, `rows of ${species.length}: ${order}`)
}

/** Refuses kl that differs from lk; `said` is what the file says. */
const symmetric = (values: readonly number[], K: number, at: string, said: readonly number[]): void => {
  for (let k = 0; k < K; k++)
    for (let l = 0; l < k; l++) {
      const size = Math.sqrt(Math.abs(values[k * K + k] * values[l * K + l]))
      if (!(Math.abs(values[k * K + l] - values[l * K + k]) <= rounded * size))
        refuse(
          `${at}[${k}][${l}]`,
          said[k * K + l],
          `${said[l * K + k]}, as [${l}][${k}]: the matrix is symmetric (Onsager)`,
        )
    }
}

const stefanMaxwellOf = (
  species: readonly Species[],
  o: NonNullable<FullRecipe['stefanMaxwell']>,
  law: LawOf,
  at: string,
): ReturnType<typeof correlatedOnsager> => {
  const K = species.length
  const field = `${at}.stefanMaxwell.diffusivity`
  const names = [...species.map(s => s.name), solvent]
  const pairs = names.flatMap((a, k) => names.slice(k + 1).map(b => [a, b] as const))
  const spellings = pairs.flatMap(([a, b]) => [`${a}-${b}`, `${b}-${a}`])
  for (const key of Object.keys(o.diffusivity))
    if (!spellings.includes(key))
      refuse(
        `${field}.${key}`,
        'an unknown pair',
        `${pairs.map(pair => pair.join('-')).join(', ')}${suggestion(key, spellings)}`,
      )
  const of = (a: string, b: string): EquivalentLaw => {
    const value = o.diffusivity[`${a}-${b}`] ?? o.diffusivity[`${b}-${a}`]
    if (value === undefined)
      return refuse(field, `none of ${a}-${b}`, 'every pair of ions, and every ion with the solvent')
    return law(value, `stefanMaxwell.diffusivity.${a}-${b}`)
  }
  const between = new Array<EquivalentLaw | undefined>(K * K)
  for (let k = 0; k < K; k++) for (let l = k + 1; l < K; l++) between[k * K + l] = of(names[k], names[l])
  return stefanMaxwellOnsager(species, {
    solvent: o.solvent,
    withSolvent: species.map(s => of(s.name, solvent)),
    between,
  })
}

/** Refuses coefficients that make entropy negative, or a solution that unmixes, where a discharge goes. */
const lookAt = (electrolyte: Electrolyte, form: string, at: string): void => {
  const { species, concentration } = electrolyte
  const K = species.length
  const matrix = new Float64Array(K * K)
  for (const part of lookedAt)
    for (let rare = -1; rare < K; rare++) {
      const c = Float64Array.from(concentration, (value, k) => part * value * (k === rare ? scarce : 1))
      const where = `at ${species.map((s, k) => `${s.name} ${significant(c[k])}`).join(', ')} mol/m³`
      electrolyte.onsager(c, roomTemperature, matrix)
      const own = species.findIndex((_, k) => c[k] > 0 && !(matrix[k * K + k] > 0))
      if (own >= 0)
        refuse(
          `${at}.${form}: 𝓛 of ${species[own].name} with itself ${where}`,
          matrix[own * K + own],
          '> 0 [mol²/(J·m·s)]',
        )
      const least = leastEigenvalue(matrix, K, c)
      if (!(least >= -rounded))
        refuse(
          `${at}.${form}: smallest eigenvalue of 𝓛_kl/√(𝓛_kk 𝓛_ll) ${where}`,
          significant(least),
          'none below 0: 𝓛 is positive semidefinite',
        )
      electrolyte.lnActivityJacobian(c, roomTemperature, matrix)
      const stiffness = leastEigenvalue(matrix, K, c)
      if (!(stiffness > 0))
        refuse(
          `${at}.activityCoefficient: smallest eigenvalue of ∂ln a_k/∂c_l, each over its diagonal, ${where}`,
          significant(stiffness),
          '> 0: else the solution parts into two',
        )
    }
}

/** Smallest eigenvalue of M_kl/√(M_kk M_ll) over the ions that are there; NaN where an M_kk is not positive. */
const leastEigenvalue = (M: Float64Array, K: number, c: Float64Array): number => {
  const there = [...c.keys()].filter(k => c[k] > 0)
  const n = there.length
  const scaled = new Float64Array(n * n)
  there.forEach((k, i) => {
    there.forEach((l, j) => {
      scaled[i * n + j] = M[k * K + l] / Math.sqrt(M[k * K + k] * M[l * K + l])
    })
  })
  if (!scaled.every(Number.isFinite)) return Number.NaN
  symmetricEigen(scaled, n, new Float64Array(n * n))
  return Math.min(...there.map((_, i) => scaled[i * n + i]))
}

const significant = (value: number): number => Number(value.toPrecision(4))
