import assert from 'node:assert/strict'
import { test } from 'node:test'
import { against, pairHopCases } from './pair-hop-cases.ts'
import { hold, table, zOf } from './statistics.ts'
import { tinyLattice } from './tiny.ts'

const slow = process.env.DUALION_SLOW === '1'

test('pair hops: L and D* equal the exact master equation, for ratios, kinds, energies and barriers', t => {
  const size = slow ? ([4, 4, 1] as const) : ([3, 4, 1] as const)
  const events = slow ? 1_000_000 : 150_000
  // followers over several ratios are among the tests of `diffusion.ts`
  const cases = pairHopCases.filter(({ name }) => slow || /together 10|surroundings/.test(name))
  const results = cases.flatMap(({ name, options }, k) =>
    against({ name, lattice: tinyLattice(options), size, numbers: [2, 2], events, seed: 100 + k }),
  )
  t.diagnostic(table(results))
  hold(results)
  // the errors are errors: χ²/N of N results that belong together by fives has a standard deviation of √(2/N) to √(10/N)
  const chi2 = results.reduce((sum, one) => sum + zOf(one) ** 2, 0) / results.length
  t.diagnostic(`χ² = ${chi2.toFixed(2)} for each of ${results.length}`)
  assert.ok(Math.abs(chi2 - 1) < 3 * Math.sqrt(10 / results.length))
})
