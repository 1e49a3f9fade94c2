import { deviation, mean } from '../src/math/spread.ts'

/**
 * CPU time of a function in this process [ms], every thread counted (collector and compiler too): `warm` calls first,
 * then `repeats` which are clocked one by one. Machines are noisy: read the minimum, and the ratio of minima.
 */
export const cpuOf = (run: () => unknown, options: { repeats?: number; warm?: number } = {}): number[] => {
  const { repeats = 10, warm = 10 } = options
  for (let i = 0; i < warm; i++) run()
  return Array.from({ length: repeats }, () => {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
}

export type Spread = { readonly min: number; readonly mean: number; readonly deviation: number; readonly count: number }

/** Minimum, mean and standard deviation (0 for one value). */
export const spreadOf = (values: readonly number[]): Spread => ({
  min: Math.min(...values),
  mean: mean(values),
  deviation: deviation(values),
  count: values.length,
})

/** `12.3 ms`, three figures. */
export const milliseconds = (value: number): string => `${Number(value.toPrecision(3))} ms`

/** `min | mean ± sd` of CPU times [ms], as two cells of a table. */
export const timeCells = (values: readonly number[]): string[] => {
  const { min, mean, deviation } = spreadOf(values)
  return [milliseconds(min), `${milliseconds(mean)} ± ${Number(deviation.toPrecision(2))}`]
}

/** A table in plain columns on standard output. */
export const printTable = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): void => {
  const all = [head, ...rows]
  const widths = head.map((_, j) => Math.max(...all.map(row => (row[j] ?? '').length)))
  const line = (row: readonly string[]) => row.map((cell, j) => cell.padEnd(widths[j]!)).join('  ')
  console.log(
    [`\n${title}`, line(head), widths.map(w => '-'.repeat(w)).join('  '), ...rows.map(line)]
      .map(text => text.trimEnd())
      .join('\n'),
  )
}
