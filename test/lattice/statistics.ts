/** Monte Carlo results beside exact values, all of a set held at once (`z-scores.ts`). */
import assert from 'node:assert/strict'
import { holm } from './z-scores.ts'

export type Held = { readonly what: string; readonly got: number; readonly error: number; readonly exact: number }

export const zOf = ({ got, error, exact }: Held): number => (got - exact) / error

/** Mean and standard error of independent values. */
export const meanOf = (values: readonly number[]): { readonly value: number; readonly error: number } => {
  const value = values.reduce((a, b) => a + b, 0) / values.length
  const square = values.reduce((sum, x) => sum + (x - value) ** 2, 0)
  return { value, error: Math.sqrt(square / values.length / (values.length - 1)) }
}

/** One line a result, for diagnostics. */
export const table = (results: readonly Held[]): string =>
  results
    .map(
      one =>
        `${one.what}: ${one.got.toPrecision(5)} ± ${one.error.toPrecision(2)}, exact ${one.exact.toPrecision(5)}, z = ${zOf(one).toFixed(2)}`,
    )
    .join('\n')

/** All within three standard errors, Holm-corrected. */
export const hold = (results: readonly Held[]): void => {
  assert.ok(
    results.every(one => one.error > 0 && Number.isFinite(one.got)),
    table(results),
  )
  holm(results.map(one => ({ name: one.what, z: zOf(one) })))
}
