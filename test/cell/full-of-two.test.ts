import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycleSteps } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make } from '../../src/cells/li-mg-mo6s8-beaker.ts'

const mostSteps = 20_000

test('a host brim-full of two ions rests and says where it starts: it took a hundred thousand steps', () => {
  const cell = make({ thickness: 30e-6, particleRadius: 2.5e-7 })
  const amount = { Li: 2, Mg: 1 }
  const model = modelOf(
    { ...cell, cathode: { ...cell.cathode, amount } },
    { fidelity: 'dfn', mesh: { points: 8, shells: 8 } },
  )
  // Through a millionth of room the rest is not over after 20,000 steps.
  for (const sentence of ['Rest for 1 hour']) {
    const run = cycleSteps(model, parseProtocol([sentence]))
    let steps = 0
    let next = run.next()
    for (; !next.done && steps < mostSteps; next = run.next()) steps++
    assert.ok(next.done, `${sentence}: not over after ${steps} steps`)
    const { notes, conservation } = next.value
    assert.match(notes.join('\n'), /the host is full \(4 of 4\); it starts at 3\.999/)
    assert.ok(Math.max(...Object.values(conservation)) < 1e-10, JSON.stringify(conservation))
  }
})
