import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make } from '../../src/cells/li-mg-mo6s8-beaker.ts'

test('a host brim-full of two ions rests, charges and says where it starts: it took a hundred thousand steps', () => {
  const cell = make()
  const amount = { Li: 2, Mg: 1 }
  const model = modelOf(
    { ...cell, cathode: { ...cell.cathode, amount } },
    { fidelity: 'dfn', mesh: { points: 8, shells: 8 } },
  )
  const { statistics, notes, outcome, conservation } = cycle(
    model,
    parseProtocol(['Rest for 1 hour; Charge at C/5 until 1.9 V']),
  )
  assert.equal(outcome, 'cut-off')
  assert.ok(statistics.steps < 10_000, `${statistics.steps}`)
  assert.match(notes.join('\n'), /the host is full \(4 of 4\); it starts at 3\.999/)
  assert.ok(Math.max(...Object.values(conservation)) < 1e-10, JSON.stringify(conservation))
})
