import assert from 'node:assert/strict'
import { test } from 'node:test'
import { against, pairHopCases } from './pair-hop-cases.ts'
import { hold, table, zOf } from './statistics.ts'
import { tinyLattice } from './tiny.ts'

const slow = process.env.DUALION_SLOW === '1'

test('pair hops: L and D* equal the exact master equation, for ratios, kinds, energies and barriers', t => {
  const size = slow ? ([4, 4, 1] as const) : ([3, 4, 1] as const)
  const events = slow ? 2_000_000 : 100_000
  const results = pairHopCases.flatMap(({ name, options }, k) =>
    against({ name, lattice: tinyLattice(options), size, numbers: [2, 2], events, seed: 100 + k }),
  )
  t.diagnostic(table(results))
  hold(results)
  // the errors are errors: χ² of 85 results that belong together by fives, sd √(2·85·(1 … 3)), 4 of them on either side
  const chi2 = results.reduce((sum, one) => sum + zOf(one) ** 2, 0)
  t.diagnostic(`χ² = ${chi2.toFixed(1)} of ${results.length}`)
  assert.ok(chi2 > 20 && chi2 < 175)
})
