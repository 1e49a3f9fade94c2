import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { checkEngine, failures } from '../../src/conformance/index.ts'
import { readFrames } from '../../src/crystal/formats/extxyz.ts'
import { withAtoms, withPositions } from '../../src/crystal/structure.ts'
import { differencesOf, type EnergyPair, type Errors, errorsByKind } from '../../src/distil/errors.ts'
import { groupOf, type Labelled, labelled } from '../../src/distil/labelled.ts'
import { holdOut, recipeFrom } from '../../src/distil/recipe.ts'
import { moSLiMg } from '../../src/engine/potentials/mo-s-li-mg.ts'
import { openEngine } from '../../src/study/open-engine.ts'

const home = new URL('../../potentials/mo-s-li-mg/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, home))
const recipe = recipeFrom(JSON.parse(read('recipe.json').toString()), 'recipe.json')
const kindOf = holdOut(recipe)
const engine = moSLiMg()

/** What was not trained on, a few frames that were, and energies by label. */
const heldOut: { kind: string; frame: Labelled }[] = []
const trained: Labelled[] = []
const energies = new Map<string, EnergyPair>()
const labels = new Set(recipe.differences.flatMap(({ from, to }) => [from, to]))
let count = 0
for (const file of readdirSync(new URL('data/', home)))
  for (const one of readFrames([gunzipSync(read(`data/${file}`)).toString()], file)) {
    const frame = labelled(one, file)
    const kind = kindOf(frame.label, groupOf(frame.label))
    if (kind !== undefined) heldOut.push({ kind, frame })
    else if (count++ % 40 === 0) trained.push(frame)
    if (labels.has(frame.label) && !energies.has(frame.label))
      energies.set(frame.label, { teacher: frame.energy, found: engine.evaluate(frame.structure).energy })
  }

test('the shipped potential conforms on Li and Mg in Mo6S8', () => {
  const frame = trained.find(({ structure: { species } }) => species.includes('Li') && species.includes('Mg'))!
  assert.deepEqual(failures(checkEngine(engine, frame.structure)), [])
})

test('errors on what was never trained on: energy ≤ 5 meV/atom, force ≤ 0.1 eV/Å', () => {
  const all = errorsByKind()
  for (const { kind, frame } of heldOut) {
    const found = engine.evaluate(frame.structure)
    all.add(kind, frame, found)
    all.add('all', frame, found)
  }
  const errors = all.errors()
  assert.ok(Object.keys(errors).length > 8 && errors.all.frames > 200)
  assert.ok(errors.all.energy <= 5e-3 && errors.all.force <= 0.1, JSON.stringify(errors.all))
  // and they are those the card states, by kind
  const report: { errors: Record<string, Errors> } = JSON.parse(read('report.json').toString())
  for (const [kind, { frames, energy, force }] of Object.entries(errors)) {
    if (kind === 'all') continue
    assert.equal(frames, report.errors[kind].frames, kind)
    // the file holds twelve figures of its coefficients
    assert.ok(Math.abs(energy - report.errors[kind].energy) < 1e-5, kind)
    assert.ok(Math.abs(force - report.errors[kind].force) < 1e-4, kind)
  }
})

/** What a difference of energies may be off by [eV]. */
const allowed = 0.03

test('windows and pairs against inner sites: within 30 meV of the teacher', () => {
  const differences = differencesOf(recipe.differences, energies)
  assert.equal(differences.length, recipe.differences.length)
  for (const { name, error, teacher } of differences) {
    assert.ok(Math.abs(teacher) > 1e-3, name)
    assert.ok(Math.abs(error) <= allowed, `${name}: ${(1e3 * error).toFixed(1)} meV of ${teacher.toFixed(3)} eV`)
  }
})

test('ten saddles recomputed by the teacher after the fit was frozen: within 30 meV', () => {
  const pairs = new Map<string, EnergyPair>()
  for (const one of readFrames([gunzipSync(read('saddles.extxyz.gz')).toString()], 'saddles')) {
    const { structure, energy, label } = labelled(one, 'saddles')
    pairs.set(label, { teacher: energy, found: engine.evaluate(structure).energy })
  }
  const names = [...pairs.keys()].filter(label => label.startsWith('saddle: ')).map(label => label.slice(8))
  const asked = names.map(name => ({ name, from: `end: ${name}`, to: `saddle: ${name}` }))
  const saddles = differencesOf(asked, pairs)
  assert.ok(saddles.length >= 10)
  for (const { name, error, teacher } of saddles) {
    assert.ok(teacher > 0.05, `${name}: a barrier`)
    assert.ok(Math.abs(error) <= allowed, `${name}: ${(1e3 * error).toFixed(1)} meV of ${teacher.toFixed(3)} eV`)
  }
})

test('the extrapolation grade is at most 1 on the training and over 1 far from it', () => {
  for (const { structure } of trained) assert.ok(engine.evaluate(structure).extrapolation! <= 1 + 1e-6)
  const { structure } = trained[0]
  const strained = (factor: number) =>
    withPositions(
      structure,
      structure.positions.map(x => factor * x),
      structure.lattice.map(x => factor * x),
    )
  for (const factor of [0.8, 1.25]) assert.ok(engine.evaluate(strained(factor)).extrapolation! > 1, `${factor}`)
  // rock salt of Li and S: both known, not in this arrangement
  const salt = {
    species: ['Li', 'S'],
    lattice: Float64Array.of(0, 2.5, 2.5, 2.5, 0, 2.5, 2.5, 2.5, 0),
    positions: Float64Array.of(0, 0, 0, 2.5, 2.5, 2.5),
  }
  assert.ok(engine.evaluate(salt).extrapolation! > 1)
})

test('an ion pressed against an atom of the host is pushed back, however close', () => {
  const { structure } = trained.find(
    ({ structure: { species } }) => !species.includes('Li') && !species.includes('Mg'),
  )!
  for (const ion of ['Li', 'Mg'])
    for (const atom of ['Mo', 'S']) {
      const i = structure.species.indexOf(atom)
      const at = (r: number) =>
        withAtoms(
          structure,
          [ion],
          [structure.positions[3 * i] + r, structure.positions[3 * i + 1], structure.positions[3 * i + 2]],
        )
      for (const r of [0.4, 0.8, 1.2]) {
        const { forces } = engine.evaluate(at(r))
        assert.ok(forces[forces.length - 3] > 1, `${ion} ${r} Å from ${atom}: ${forces[forces.length - 3]} eV/Å`)
      }
    }
})

test('its engine says whose energies it gives, wherever it was opened', async () => {
  const opened = await openEngine({ kind: 'ace' })
  assert.match(engine.theory!, /^fitted to SevenNet-0/)
  assert.equal(opened.theory, engine.theory)
})
