import { refuse } from '../error.ts'
import { suggestion } from '../file/nearest.ts'

/** Refuses a value that is not what a field holds; the same said as JSON Schema. */
type Check = ((value: unknown, field: string) => void) & { readonly schema: Readonly<Record<string, unknown>> }

const checked = (check: (value: unknown, field: string) => void, schema: Readonly<Record<string, unknown>>): Check =>
  Object.assign(check, { schema })

/** Most radial functions, degrees and frames: beyond, the equations fill the memory. */
const mostDegree = 30

const number = (good: (value: number) => boolean, allowed: string, schema: object = {}): Check =>
  checked(
    (value, field) => {
      if (typeof value !== 'number' || !Number.isFinite(value) || !good(value)) refuse(field, value, allowed)
    },
    { type: 'number', description: allowed, ...schema },
  )

const whole = (least: number, most: number): Check =>
  number(value => Number.isInteger(value) && value >= least && value <= most, `a whole number, ${least} to ${most}`, {
    type: 'integer',
    minimum: least,
    maximum: most,
  })

const text: Check = checked(
  (value, field) => {
    if (typeof value !== 'string') refuse(field, value, 'a text')
  },
  { type: 'string' },
)

const pattern: Check = checked(
  (value, field) => {
    text(value, field)
    try {
      new RegExp(value as string)
    } catch {
      refuse(field, value, 'a regular expression, as "^pair_"')
    }
  },
  { type: 'string', format: 'regex' },
)

const list = (of: Check, least: number, allowed: string): Check =>
  checked(
    (value, field) => {
      if (!Array.isArray(value)) return refuse(field, value, allowed)
      if (value.length < least) refuse(field, value.length === 0 ? 'an empty list' : value, allowed)
      value.forEach((item, k) => {
        of(item, `${field}[${k}]`)
      })
    },
    { type: 'array', items: of.schema, minItems: least, description: allowed },
  )

const pair = (unit: string): Check => {
  const item = number(value => value >= 0, `a number ≥ 0 ${unit}`)
  const allowed = `two numbers: a constant > 0 ${unit} and its growth with the forces ≥ 0`
  const both = list(item, 2, allowed)
  return checked(
    (value, field) => {
      both(value, field)
      const [constant, , ...rest] = value as number[]
      if (rest.length > 0) refuse(field, value, allowed)
      if (!(constant > 0)) refuse(`${field}[0]`, constant, `a number > 0 ${unit}`)
    },
    { ...both.schema, maxItems: 2 },
  )
}

const record = (fields: Readonly<Record<string, Check>>, optional: readonly string[] = []): Check =>
  checked(
    (value, field) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return refuse(field, value, `an object with ${Object.keys(fields).join(', ')}`)
      for (const key of Object.keys(value))
        if (!Object.hasOwn(fields, key)) {
          const meant = suggestion(key, Object.keys(fields))
          refuse(`${field}.${key}`, key, `${Object.keys(fields).join(', ')}${meant}`)
        }
      for (const [key, check] of Object.entries(fields))
        if (Object.hasOwn(value, key)) check((value as Record<string, unknown>)[key], `${field}.${key}`)
        else if (!optional.includes(key)) refuse(`${field}.${key}`, 'nothing', `a value: ${key} is missing`)
    },
    objectSchema(
      fields,
      Object.keys(fields).filter(key => !optional.includes(key)),
    ),
  )

const objectSchema = (fields: Readonly<Record<string, Check>>, required: readonly string[]) => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([key, { schema }]) => [key, schema])),
  ...(required.length > 0 ? { required } : {}),
  additionalProperties: false,
})

const radial = list(whole(0, mostDegree), 1, 'numbers of radial functions by degree, as [6, 5, 4, 3]')
const symbols = list(text, 0, 'a list of element symbols')

/** What every field of a recipe holds. */
export const recipeFields: Readonly<Record<string, Check>> = {
  name: text,
  species: symbols,
  size: record(
    {
      primitives: record({
        cutoff: number(value => value > 1 && value <= 12, 'a distance from 1 to 12 [Å]'),
        bond: number(value => value > 0 && value <= 12, 'a distance > 0 and ≤ 12 [Å]'),
        count: whole(1, mostDegree),
      }),
      radial,
      rare: radial,
      guests: symbols,
      rarity: number(value => value >= 0, 'a number ≥ 0'),
      three: whole(0, mostDegree),
      four: record({ degree: whole(0, mostDegree), angular: whole(0, mostDegree), radial: whole(0, mostDegree) }),
    },
    ['four'],
  ),
  noise: record({ energy: pair('[eV]'), force: pair('[eV/Å]'), virial: pair('[eV]') }),
  folds: whole(2, 20),
  priors: list(
    record({
      strength: number(value => value > 0, 'a number > 0'),
      power: number(value => value >= 0 && value <= 20, 'a number ≥ 0 and ≤ 20'),
    }),
    1,
    'at least one prior, as { "strength": 1e-6, "power": 2 }',
  ),
  heldOut: list(record({ kind: text, match: pattern }), 0, 'a list, as [{ "kind": "pairs", "match": "^pair_" }]'),
  heldOutEvery: number(
    value => Number.isInteger(value) && (value === 0 || value >= 2),
    'a whole number ≥ 2 (1 would leave nothing to train on), or 0 for none',
  ),
  differences: list(
    record({ name: text, from: text, to: text }),
    0,
    'a list, as [{ "name": "barrier", "from": "label of one frame", "to": "label of another" }]',
  ),
  repulsion: record({
    strength: number(value => value >= 0, 'a number ≥ 0 [eV]'),
    share: number(value => value > 0 && value <= 1, 'a number > 0 and ≤ 1'),
  }),
  card: checked(
    (value, field) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        refuse(field, value, 'an object: what the card says')
    },
    { type: 'object', description: 'what the card of the potential says besides: teacher, version, licence' },
  ),
}

/** Refuses fields of a recipe that hold what they must not, as `recipe.json: size.three: got …`. */
export const checkRecipe = (fields: unknown, file: string): void => {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    refuse(file, fields, 'an object with the fields of a recipe')
    return
  }
  const names = Object.keys(recipeFields)
  for (const [key, value] of Object.entries(fields))
    if (Object.hasOwn(recipeFields, key)) recipeFields[key](value, `${file}: ${key}`)
    else refuse(`${file}: ${key}`, key, `${names.join(', ')}${suggestion(key, names)}`)
}

/** JSON Schema of a recipe, for editors and `dualion schema recipe`. */
export const recipeJsonSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'dualion recipe of a potential',
  ...objectSchema(recipeFields, []),
})
