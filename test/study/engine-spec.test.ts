import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import { aceEngine, toPotentialFile } from '../../src/engine/ace/index.ts'
import { evaluated, type Search } from '../../src/engine/search.ts'
import type { SimulationError } from '../../src/error.ts'
import { engineSpecOf, engineSpecOfText } from '../../src/study/engine-spec.ts'
import { openEngine } from '../../src/study/open-engine.ts'
import { alloy, basisFor, madeUp } from '../engine/ace-examples.ts'

const pair: Structure = {
  species: ['Mg', 'S'],
  lattice: Float64Array.of(8, 0, 0, 0, 8, 0, 0, 0, 8),
  positions: Float64Array.of(0, 0, 0, 0, 0, 2.4),
}

test('words of a command line', async () => {
  assert.deepEqual(await engineSpecOfText('ipi:lmp -in in.lmp -var name {name}'), {
    kind: 'ipi',
    command: 'lmp -in in.lmp -var name {name}',
  })
  assert.deepEqual(await engineSpecOfText('ace'), { kind: 'ace' })
  assert.deepEqual(await engineSpecOfText('ace:my/potential.json'), { kind: 'ace', file: 'my/potential.json' })
  assert.deepEqual(await engineSpecOfText('{ kind: ewald, charges: { Mg: 2, S: -2 } }'), {
    kind: 'ewald',
    charges: { Mg: 2, S: -2 },
  })
  for (const wrong of ['ipi:', 'ipi', 'ace:', 'lammps', ''])
    await assert.rejects(engineSpecOfText(wrong), /--engine: got .*, allowed: ipi:COMMAND/)
})

test('entries that are none are refused with the field and what is allowed', () => {
  const refused = (data: unknown, message: RegExp) =>
    assert.throws(
      () => engineSpecOf(data, 'study.yaml'),
      (error: SimulationError) => {
        assert.equal(error.code, 'input')
        assert.match(error.message, message)
        return true
      },
    )
  refused({ kind: 'dft' }, /kind/)
  refused({ kind: 'ipi' }, /command/)
  refused({ kind: 'ipi', command: 'x {name}', connections: 2.5 }, /connections: got 2.5/)
  refused({ kind: 'ipi', command: 'x {name}', conections: 2 }, /conections.*connections/s)
  refused({ kind: 'morse', cutoff: 6, pairs: { MgS: { depth: 1, steepness: 1, length: 2 } } }, /MgS/)
  refused({ kind: 'morse', cutoff: 0.5, pairs: {} }, /cutoff: got 0.5, allowed: .*> 1/)
})

test('an entry opens an engine; a search runs on it', async () => {
  const search = function* (): Search<string, number> {
    yield { kind: 'progress', progress: 'on the way' }
    const [one] = yield* evaluated<string>([pair])
    return one.energy
  }
  const spec = engineSpecOf(
    { kind: 'morse', cutoff: 6, pairs: { 'Mg-S': { depth: 0.7, steepness: 1.5, length: 2.4 } } },
    'study.yaml',
  )
  const engine = await openEngine(spec)
  const run = engine.run(search())
  assert.deepEqual(await run.next(), { done: false, value: 'on the way' })
  const end = await run.next()
  // the partner at its length, and the periodic image at 5.6 Å in the taper: 0.7·2e^{−4.8}·s
  assert.ok(end.done && Math.abs(end.value + 0.7) < 0.012, `${end.value}`)
  assert.equal((await engine.evaluateAll([pair]))[0].energy, end.value)
  await engine.close()

  const both = await openEngine({ kind: 'sum', engines: [spec as never, { kind: 'ewald', charges: { Mg: 2, S: -2 } }] })
  assert.equal(both.name, 'Morse + Ewald')
  const valence = await openEngine({ kind: 'bond-valence', charges: { Mg: 2 } })
  assert.equal(valence.screening, true)
  await assert.rejects(
    openEngine({ kind: 'sum', engines: [spec as never, { kind: 'ipi', command: 'x {name}' }] }),
    /engine.kind: got "ipi"/,
  )
})

test('a potential from a file is the engine it was written from', async () => {
  const potential = madeUp(basisFor([alloy(1)]))
  const folder = mkdtempSync(join(tmpdir(), 'dualion-spec-'))
  try {
    writeFileSync(join(folder, 'made-up.json'), JSON.stringify(toPotentialFile(potential, {})))
    const engine = await openEngine(await engineSpecOfText('ace:made-up.json'), { folder })
    const [answer] = await engine.evaluateAll([alloy(1)])
    // coefficients are written with some eight digits
    assert.ok(Math.abs(answer.energy - aceEngine(potential).evaluate(alloy(1)).energy) < 1e-5)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a potential that cannot be read, or is none, is refused by name', async () => {
  const folder = new URL('../reference/cp2k/', import.meta.url).pathname
  await assert.rejects(
    openEngine({ kind: 'ace', file: 'missing.json' }, { folder }),
    /ace: got "missing.json", allowed: a file that is there/,
  )
  await assert.rejects(openEngine({ kind: 'ace', file: 'run.ts' }, { folder }), /ace: got "run.ts", .*distil/)
  await assert.rejects(
    openEngine({ kind: 'ace', file: 'mg-mos2.json' }, { folder }),
    /mg-mos2.json: format: got undefined/,
  )
})
