import { createHash } from 'node:crypto'
import { refuse } from '../error.ts'

/**
 * JSON with the keys in order and no spaces: the same data always the same text, so that its hash names them.
 *
 * @throws SimulationError (`input`) for what JSON would lose: infinities, functions, typed arrays
 */
export const canonicalJson = (value: unknown, field = 'data'): string => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(field, value, 'finite numbers, as JSON has no others')
    return JSON.stringify(value + 0)
  }
  if (Array.isArray(value)) return `[${value.map((one, i) => canonicalJson(one ?? null, `${field}.${i}`)).join(',')}]`
  const plain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))
  if (!plain) return refuse(field, value, 'plain data: objects, lists, numbers, text')
  const entries = Object.entries(value as object)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one, `${field}.${key}`)}`).join(',')}}`
}

/** SHA-256 of a text (UTF-8) or of bytes, 64 hexadecimal digits. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** The name of data: SHA-256 of their canonical JSON. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value))
