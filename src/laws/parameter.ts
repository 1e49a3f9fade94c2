import { refuse } from '../error.ts'
import type { Sources } from '../scales.ts'

/**
 * One number of the material library, as data: its value, the spread within which it may be swept, its unit and where
 * it comes from. `range` is what is not known, not a limit of the code: an override may leave it, and is then its
 * owner's claim. `bounds` is what the laws can take; an override outside them is refused.
 */
export type Parameter = {
  readonly value: number
  readonly range: readonly [low: number, high: number]
  readonly bounds?: readonly [low: number, high: number]
  readonly unit: string
  /** What it means, in one phrase. */
  readonly meaning: string
  /** Reference key, `computed …`, `fitted to …` or `assumed …`. */
  readonly source: string
}

export type Parameters = Readonly<Record<string, Parameter>>
/** Numbers by parameter name: the overrides of a recipe. */
export type Overrides<P extends Parameters = Parameters> = { readonly [K in keyof P]?: number }
export type Values<P extends Parameters> = { readonly [K in keyof P]: number }

/** Source of a number that the caller gave instead of the library's own. */
const given = 'assumed: given by the caller'

/**
 * The parameters' values with the overrides in place.
 *
 * @throws input error naming an unknown key (and those that exist) or a value that is not a finite number
 */
export const valuesOf = <P extends Parameters>(
  owner: string,
  parameters: P,
  overrides: Overrides<NoInfer<P>>,
): Values<P> => {
  const values: Record<string, number> = {}
  for (const key of Object.keys(parameters)) values[key] = parameters[key].value
  for (const [key, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(parameters, key)) {
      refuse(`${owner}.${key}`, value, `a parameter of ${owner}: ${Object.keys(parameters).join(', ')}`)
    }
    if (value === undefined) continue
    if (!takes(parameters[key], value)) refuse(`${owner}.${key}`, value, allowedNumber(parameters[key]))
    values[key] = value
  }
  return values as Values<P>
}

/** True of a number that the laws can take. */
export const takes = ({ bounds }: Parameter, value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && (!bounds || (value >= bounds[0] && value <= bounds[1]))

/** What a parameter may be, in words: `a number ≥ 0 and ≤ 3 [eV] (stated spread 0.27 to 0.68)`. */
export const allowedNumber = ({ bounds, range, unit }: Parameter): string =>
  bounds
    ? `a number ≥ ${bounds[0]} and ≤ ${bounds[1]} [${unit}] (stated spread ${range[0]} to ${range[1]})`
    : `a finite number [${unit}]`

/** Where each number comes from, by parameter name; an override says that it is one. */
export const sourcesOf = (parameters: Parameters, overrides: Overrides = {}): Sources =>
  Object.fromEntries(
    Object.entries(parameters).map(([key, { source, value }]) => {
      const override = overrides[key]
      return [key, override === undefined || override === value ? source : given]
    }),
  )

/** The parameters under a prefix, `host.barrierMg`, so that one flat record of numbers describes a whole cell. */
export const prefixed = (prefix: string, parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([key, value]) => [`${prefix}.${key}`, value]))

/** The overrides that belong to a prefix, without it. */
export const withPrefix = (prefix: string, overrides: Overrides): Overrides =>
  Object.fromEntries(
    Object.entries(overrides)
      .filter(([key]) => key.startsWith(`${prefix}.`))
      .map(([key, value]) => [key.slice(prefix.length + 1), value]),
  )
