/** Data against a zod schema, with messages for people: every problem with its field, the value seen and what is allowed. */
import * as z from 'zod'
import { SimulationError } from '../error.ts'
import { suggestion } from './nearest.ts'

/** Problems listed in one message; more would hide the first. */
const mostListed = 6

/** Bounds of a number field; `above` and `below` exclude their value. */
export type Bounds = { readonly min?: number; readonly max?: number; readonly above?: number; readonly below?: number }

/** A number field: unit, bounds and meaning, which also make its message and its JSON Schema. */
export const quantity = (unit: string, about: string, bounds: Bounds = {}): z.ZodNumber => {
  const allowed = allowedNumber(unit, bounds)
  let schema = z.number({ error: allowed })
  if (bounds.min !== undefined) schema = schema.min(bounds.min, { error: allowed })
  if (bounds.max !== undefined) schema = schema.max(bounds.max, { error: allowed })
  if (bounds.above !== undefined) schema = schema.gt(bounds.above, { error: allowed })
  if (bounds.below !== undefined) schema = schema.lt(bounds.below, { error: allowed })
  return schema.describe(`${about} [${unit}]`)
}

/** A text field that is not empty. */
export const text = (about: string): z.ZodString =>
  z
    .string({ error: `a text: ${about}` })
    .min(1, { error: `a text: ${about}` })
    .describe(about)

/** A field of whole numbers. */
export const whole = (about: string, min: number, max: number): z.ZodNumber =>
  quantity('–', about, { min, max }).int({ error: `a whole number ≥ ${min} and ≤ ${max}` })

const allowedNumber = (unit: string, { min, max, above, below }: Bounds): string => {
  const parts = [
    ...(above === undefined ? [] : [`> ${above}`]),
    ...(min === undefined ? [] : [`≥ ${min}`]),
    ...(below === undefined ? [] : [`< ${below}`]),
    ...(max === undefined ? [] : [`≤ ${max}`]),
  ]
  return `a number${parts.length > 0 ? ` ${parts.join(' and ')}` : ''}${unit === '–' ? '' : ` [${unit}]`}`
}

/**
 * The data as the schema's type, or an error that lists what is wrong.
 *
 * @param hints unknown key → a sentence, for keys which stand in the wrong place
 * @throws SimulationError (`input`): `FILE: FIELD: got …, allowed: …`
 */
export const validated = <S extends z.ZodType>(
  schema: S,
  data: unknown,
  fileName: string,
  hints: Readonly<Record<string, string>> = {},
): z.output<S> => {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  // Unknown keys first: a misspelt key is why another one is missing.
  const issues = result.error.issues.toSorted((a, b) => rank(a) - rank(b))
  const problems = issues.flatMap(issue => described(issue, schema, data, hints))
  const listed = problems.slice(0, mostListed)
  if (problems.length > mostListed) listed.push({ field: '', text: `… and ${problems.length - mostListed} more` })
  const lines = listed.map(({ field, text }) => (field === '' ? text : `${field}: ${text}`))
  const message = lines.length === 1 ? `${fileName}: ${lines[0]}` : `${fileName}:\n  ${lines.join('\n  ')}`
  throw new SimulationError(message, { code: 'input', at: `${fileName}: ${listed[0].field}` })
}

/** The branch of a union that the data mean: right type and kind at its root, then the fewest problems. */
const meant = (branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined =>
  branches
    .filter(issues => issues.length > 0 && !issues.some(issue => isOther(issue)))
    .toSorted((a, b) => weight(a) - weight(b))[0]

/** True for a problem that says the data are another branch: another type, another `kind`, or a kind where none is known. */
const isOther = (issue: z.core.$ZodIssue): boolean =>
  issue.path[0] === 'kind' ||
  (issue.path.length === 0 &&
    (issue.code === 'invalid_type' || (issue.code === 'unrecognized_keys' && issue.keys.includes('kind'))))

const weight = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)

const rank = (issue: z.core.$ZodIssue): number => (issue.code === 'unrecognized_keys' ? 0 : 1)

type Problem = { readonly field: string; readonly text: string }

const described = (
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  data: unknown,
  hints: Readonly<Record<string, string>>,
): Problem[] => {
  const path = issue.path.map(String)
  if (issue.code === 'invalid_union') {
    const branch = meant(issue.errors)
    if (branch) {
      return branch.flatMap(inner => described({ ...inner, path: [...issue.path, ...inner.path] }, schema, data, hints))
    }
    const at = path.at(-1) === 'kind' ? path.slice(0, -1) : path
    const { kind } = (valueAt(data, at) ?? {}) as { kind?: unknown }
    const kinds = [...new Set(objectsAt(schema, at, data).flatMap(node => kindsOf(node) ?? []))].map(String)
    if (typeof kind === 'string' && kinds.length > 0 && !kinds.includes(kind))
      return [
        {
          field: fieldName([...at, 'kind']),
          text: `got ${shown(kind)}, allowed: ${kinds.join(', ')}${suggestion(kind, kinds)}`,
        },
      ]
  }
  if (issue.code === 'unrecognized_keys' && issue.keys.includes('kind')) {
    // A branch without kinds was taken for the one with this kind, as all that is wrong in it are its keys.
    const named = objectsAt(schema, path, data).find(node => kindsOf(node))
    const inside = named?.safeParse(valueAt(data, path)).error?.issues
    if (inside)
      return inside.flatMap(inner => described({ ...inner, path: [...issue.path, ...inner.path] }, schema, data, hints))
  }
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, path, data)
    return issue.keys.slice(0, mostListed + 1).map(key => ({
      field: fieldName([...path, key]),
      text: `unknown key${Object.hasOwn(hints, key) ? `; ${hints[key]}` : suggestion(key, allowed) || `, allowed here: ${allowed.join(', ')}`}`,
    }))
  }
  const got = valueAt(data, path)
  const field = fieldName(path)
  const plain = issue.message.startsWith('Invalid input') ? expected(issue) : issue.message
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : []
  const allowed = plain + (typeof got === 'string' ? suggestion(got, words) : '')
  if (got === undefined) return [{ field, text: `missing, needed: ${allowed}` }]
  const quoted =
    issue.code === 'invalid_type' && typeof got === 'string' && got.trim() !== '' && Number.isFinite(Number(got))
  return [
    {
      field,
      text: `got ${shown(got)}${quoted ? ' (a text; write the number without quotation marks)' : ''}, allowed: ${allowed}`,
    },
  ]
}

/** What zod wanted, where the schema has no words of its own for it. */
const expected = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ')
  if (issue.code !== 'invalid_type') return issue.message.replace(/^Invalid input:? ?/, '')
  return issue.expected === 'object' || issue.expected === 'record' ? 'a section with its keys' : `a ${issue.expected}`
}

/** `Parameterisation > Negative electrode > OCP [V]`, `cathode.thickness`: keys with spaces are joined by arrows. */
export const fieldName = (path: readonly string[]): string =>
  path.length === 0 ? 'the document' : path.join(path.some(key => /[\s[]/.test(key)) ? ' > ' : '.')

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
  if (value === null || typeof value !== 'object') return String(value)
  if (Array.isArray(value))
    return value.length <= 3 && value.every(one => typeof one === 'number')
      ? `[${value.join(', ')}]`
      : `a list of ${value.length}`
  const keys = Object.keys(value)
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 5).join(', ')}`
}

const valueAt = (data: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    data,
  )

/** Keys that the schema allows at a path. */
const keysAt = (schema: z.ZodType, path: readonly string[], data: unknown): string[] => [
  ...new Set(objectsAt(schema, path, data).flatMap(node => Object.keys((node as z.ZodObject).shape))),
]

/** Objects of the schema at a path: through optional wrappers, and every branch of a union that fits so far. */
const objectsAt = (schema: z.ZodType, path: readonly string[], data: unknown): z.ZodType[] => {
  const found: z.ZodType[] = []
  const visit = (node: unknown, depth: number): void => {
    const def = (node as z.ZodType)._zod.def as unknown as {
      type: string
      innerType?: unknown
      in?: unknown
      options?: unknown[]
      shape?: Record<string, unknown>
      valueType?: unknown
      element?: unknown
    }
    if (def.innerType) visit(def.innerType, depth)
    else if (def.type === 'pipe') visit(def.in, depth)
    else if (def.type === 'union') {
      const value = valueAt(data, path.slice(0, depth)) as { kind?: unknown } | undefined
      const options = def.options ?? []
      const same = options.filter(option => kindsOf(option)?.includes(value?.kind))
      for (const option of same.length > 0 ? same : options) visit(option, depth)
    } else if (def.type === 'object') {
      if (depth === path.length) found.push(node as z.ZodType)
      else if (def.shape && Object.hasOwn(def.shape, path[depth])) visit(def.shape[path[depth]], depth + 1)
    } else if (def.type === 'record' && depth < path.length) visit(def.valueType, depth + 1)
    else if (def.type === 'array' && depth < path.length) visit(def.element, depth + 1)
  }
  visit(schema, 0)
  return found
}

/** Values of the literal `kind` of an object schema, where it has one. */
const kindsOf = (option: unknown): unknown[] | undefined => {
  const def = (option as z.ZodType)._zod.def as unknown as { shape?: { kind?: z.ZodType } }
  return (def.shape?.kind?._zod.def as unknown as { values?: unknown[] } | undefined)?.values
}
