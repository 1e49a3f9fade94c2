import { refuse } from '../../error.ts'
import type { LatticeModel } from '../../lattice/model/model.ts'

/** What fits on a line stays on it [characters]. */
const lineWidth = 110

/** A model as the text of its file: JSON that people can read, the same model always the same text. */
export const latticeText = (model: LatticeModel): string => `${pretty(model, '', 'model')}\n`

const pretty = (value: unknown, indent: string, field: string): string => {
  if (typeof value === 'number' && !Number.isFinite(value))
    return refuse(field, value, 'a finite number; an energy of +∞ is written as "forbidden"')
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const deeper = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((one, i) => ({ key: '', text: pretty(one, deeper, `${field}.${i}`) }))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => ({ key: `${JSON.stringify(key)}: `, text: pretty(one, deeper, `${field}.${key}`) }))
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }']
  const whole = parts.map(({ key, text }) => key + text).join(', ')
  if (parts.length === 0) return Array.isArray(value) ? '[]' : '{}'
  if (indent !== '' && whole.length + indent.length < lineWidth && !whole.includes('\n')) return open + whole + close
  return `${open.trim()}\n${parts.map(({ key, text }) => deeper + key + text).join(',\n')}\n${indent}${close.trim()}`
}
