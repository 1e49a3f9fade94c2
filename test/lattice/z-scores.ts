/** Many comparisons at once: Holm's correction, so that a set of true statements fails once in 1/level. */
import assert from 'node:assert/strict'
import { erfc } from '../../src/math/erfc.ts'

export type Score = { readonly name: string; readonly z: number }

export const score = (name: string, { value, error }: { value: number; error: number }, truth: number): Score => ({
  name,
  z: (value - truth) / error,
})

/** Two-sided p of a normal deviate. */
const pOf = (z: number): number => erfc(Math.abs(z) / Math.SQRT2)

/** No statement of the set is rejected at `level` after Holm; three standard errors are p = 0.0027. */
export const holm = (scores: readonly Score[], level = 0.0027): void => {
  assert.ok(
    scores.every(({ z }) => Number.isFinite(z)),
    'every score is a number',
  )
  const sorted = scores.map(one => ({ ...one, p: pOf(one.z) })).sort((a, b) => a.p - b.p)
  sorted.forEach(({ name, z, p }, k) => {
    assert.ok(p * (sorted.length - k) >= level, `${name}: z = ${z.toFixed(2)}`)
  })
  if (process.env.DUALION_SCORES) for (const { name, z } of scores) console.log(`${z.toFixed(2).padStart(6)}  ${name}`)
}
