import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A folder of results: writes files into it and remembers their names, in the order of writing. */
export type Output = {
  write(name: string, content: string | Iterable<string>): Promise<void>
  readonly written: readonly string[]
}

export const outputOf = (folder: string): Output => {
  const written: string[] = []
  return {
    written,
    async write(name, content) {
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, typeof content === 'string' ? content : [...content].join(''))
      written.push(name)
    },
  }
}

/** Digits of a number in a table of results: what the accuracy of the runs is worth, and the same on every machine. */
const digits = 6

/** Records as CSV, the first row with the names of the fields. */
export const csvOf = (records: readonly Readonly<Record<string, string | number>>[]): string => {
  if (records.length === 0) return ''
  const names = Object.keys(records[0])
  const cell = (value: string | number): string =>
    typeof value === 'number'
      ? Number.isFinite(value)
        ? String(Number(value.toPrecision(digits)))
        : ''
      : /[",\n]/.test(value)
        ? `"${value.replaceAll('"', '""')}"`
        : value
  return `${[names, ...records.map(record => names.map(name => cell(record[name])))].map(row => row.join(',')).join('\n')}\n`
}

/** JSON with numbers cut to the digits they are worth, and null where there is none. */
export const jsonOf = (value: unknown): string =>
  `${JSON.stringify(value, (_, one) => (typeof one === 'number' ? (Number.isFinite(one) ? Number(one.toPrecision(digits)) : null) : one), 1)}\n`
