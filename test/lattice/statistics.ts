/** What a set of Monte Carlo results says against exact values: all of them held at once to three standard errors. */
import assert from 'node:assert/strict'
import { erfc } from '../../src/math/erfc.ts'

export type Held = { readonly what: string; readonly got: number; readonly error: number; readonly exact: number }

export const zOf = ({ got, error, exact }: Held): number => (got - exact) / error

/** Mean and standard error of independent values. */
export const meanOf = (values: readonly number[]): { readonly value: number; readonly error: number } => {
  const value = values.reduce((a, b) => a + b, 0) / values.length
  const square = values.reduce((sum, x) => sum + (x - value) ** 2, 0)
  return { value, error: Math.sqrt(square / values.length / (values.length - 1)) }
}

/** Chance of being farther off than three standard errors, of one result. */
const level = erfc(3 / Math.SQRT2)

/**
 * Holm's procedure: the chance that any of the set is called wrong while all are right stays that of one result at 3 σ.
 *
 * @returns the results that do not hold
 */
export const broken = (results: readonly Held[]): readonly string[] => {
  const sorted = [...results].sort((a, b) => Math.abs(zOf(b)) - Math.abs(zOf(a)))
  const out: string[] = []
  for (const [k, one] of sorted.entries()) {
    const p = erfc(Math.abs(zOf(one)) / Math.SQRT2)
    if (p * (sorted.length - k) >= level) break
    out.push(`${one.what}: ${one.got} ± ${one.error}, exact ${one.exact}, z = ${zOf(one).toFixed(2)}`)
  }
  return out
}

/** One line a result, for diagnostics. */
export const table = (results: readonly Held[]): string =>
  results
    .map(
      one =>
        `${one.what}: ${one.got.toPrecision(5)} ± ${one.error.toPrecision(2)}, exact ${one.exact.toPrecision(5)}, z = ${zOf(one).toFixed(2)}`,
    )
    .join('\n')

export const hold = (results: readonly Held[]): void => {
  assert.ok(
    results.every(one => one.error > 0 && Number.isFinite(one.got)),
    table(results),
  )
  assert.deepEqual(broken(results), [])
}
