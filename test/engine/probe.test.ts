import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latticeOf } from '../../src/crystal/lattice.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { morse } from '../../src/engine/morse.ts'
import { consistencyProbe, inWords } from '../../src/engine/probe.ts'
import { drive } from '../../src/engine/search.ts'

/** Rock salt at rest: without a kick there would be no force to ask about. */
const atRest: Structure = {
  species: ['Mg', 'S'],
  lattice: latticeOf({ lengths: [3.6, 3.6, 3.6], angles: [60, 60, 60] }),
  positions: new Float64Array(6).map((_, i) => (i < 3 ? 0 : [3.6, 2.078, 1.47][i - 3])),
}
const right = morse({ pairs: { 'Mg-S': { depth: 0.5, steepness: 1.5, length: 2.4 } }, cutoff: 6 })
const probed = (change: (s: Structure) => object, engine: Engine = right) =>
  drive(consistencyProbe(atRest), { ...engine, evaluate: s => ({ ...engine.evaluate(s), ...change(s) }) })

test('an engine whose forces are slopes passes, to the order of the rule', () => {
  const found = probed(() => ({}))
  assert.ok(found.consistent)
  // Simpson: h⁴/90 of U⁗′; h/length is 4e-3 for the bond, so 1e-7 at most
  assert.ok(found.error < 1e-6, `${found.error}`)
  assert.ok(Math.abs(found.work) > 1e-4 && Math.abs(found.strainWork!) > 1e-6, 'there is something to compare')
  assert.match(inWords(found), /^forces fit energies/)
})

test('what is wrong is found, by how much, and said', () => {
  const forces = probed(s => ({ forces: right.evaluate(s).forces.map(f => -f) }))
  assert.ok(!forces.forcesFit && !forces.consistent && Math.abs(forces.error - 2) < 1e-5)
  const tenth = probed(s => ({ forces: right.evaluate(s).forces.map(f => 0.9 * f) }))
  assert.ok(!tenth.consistent && Math.abs(tenth.error - 0.1) < 1e-5)
  const stress = probed(s => ({ stress: right.evaluate(s).stress!.map(v => 0.8 * v) }))
  assert.ok(stress.forcesFit && !stress.consistent && Math.abs(stress.error - 0.2) < 1e-5)
  assert.match(inWords(stress), /WARNING.*20 %/)
})

test('an engine without a stress is asked about its forces alone', () => {
  const found = drive(consistencyProbe(atRest), {
    ...right,
    evaluate: s => ({ energy: right.evaluate(s).energy, forces: right.evaluate(s).forces }),
  })
  assert.equal(found.strainWork, undefined)
  assert.ok(found.consistent)
  assert.match(inWords(found), /no stress/)
})
