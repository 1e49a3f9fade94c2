import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cells, errorOf, holds, type ValidationRow, validationCases } from './case.ts'

/** The committed page of a case holds the same rows, its digits within each row's tolerance of today's. */
const moved = (name: string, rows: readonly ValidationRow[]): void => {
  const page = readFileSync(new URL(`../../book/${name}.md`, import.meta.url), 'utf8')
  const table = page
    .split('\n')
    .filter(line => line.startsWith('| '))
    .slice(2)
    .map(line => line.slice(2, -2).split(' | '))
  assert.deepEqual(
    table.map(([quantity]) => quantity),
    rows.map(row => cells(row)[0].replaceAll('|', '\\|')),
    `book/${name}.md has other rows: npm run book`,
  )
  rows.forEach((row, k) => {
    const written = { ...row, theory: Number(table[k][2]), absolute: row.absolute === true || row.theory === 0 }
    // Five digits are printed.
    const allowed = row.tolerance + (written.absolute ? 1e-4 * Math.abs(row.dualion) : 1e-4)
    assert.ok(errorOf(written) <= allowed, `${name}, ${row.quantity}: ${row.dualion}, the book has ${table[k][2]}`)
  })
}

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
    moved(name, rows)
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
