import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorOf, holds, validationCases } from './case.ts'

for (const { name, case: one } of await validationCases()) {
  test(`${name}: ${one.claim}`, async t => {
    for (const text of ['title', 'claim', 'source', 'equation', 'why'] as const) {
      assert.ok(one[text]?.length > 0, `${name} exports no ${text}`)
    }
    const rows = await one.run()
    assert.ok(rows.length > 0, 'the case computes nothing')
    for (const row of rows) {
      t.diagnostic(`${row.quantity}: ${row.dualion} against ${row.theory}, error ${errorOf(row).toExponential(2)}`)
    }
    const broken = rows.filter(row => !holds(row))
    assert.deepEqual(broken, [])
  })
}

test('a row with a number that is none, or beyond its tolerance, does not hold', () => {
  const row = { quantity: 'x', theory: 2, dualion: 2.1, tolerance: 0.04 }
  assert.equal(holds(row), false)
  assert.equal(holds({ ...row, tolerance: 0.06 }), true)
  assert.equal(holds({ ...row, absolute: true, tolerance: 0.06 }), false)
  assert.equal(holds({ ...row, dualion: Number.NaN }), false)
  assert.equal(holds({ ...row, theory: 0, dualion: 0 }), true)
})
