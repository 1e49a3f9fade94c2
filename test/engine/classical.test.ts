import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEngine, failures } from '../../src/conformance/index.ts'
import { latticeOf } from '../../src/crystal/lattice.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { bondValence } from '../../src/engine/bond-valence.ts'
import { bornMayer } from '../../src/engine/born-mayer.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { ewald } from '../../src/engine/ewald.ts'
import { morse } from '../../src/engine/morse.ts'
import { spring } from '../../src/engine/spring.ts'
import { sum } from '../../src/engine/sum.ts'
import { coulomb } from '../../src/units.ts'
import { coupledDoubleWell, leps, muellerBrown } from './surfaces.ts'

/** Eight ions of a distorted rock salt in a skewed cell. */
const ions: Structure = {
  species: ['Mg', 'Mg', 'Mg', 'Mg', 'O', 'O', 'O', 'O'],
  lattice: latticeOf({ lengths: [4.3, 4.4, 4.6], angles: [84, 97, 101] }),
  positions: Float64Array.of(
    ...[0.1, 0, 0.1, 0, 2.2, 2.1, 2.0, 0.1, 2.2, 2.1, 2.2, 0],
    ...[2.1, 0.1, 0, 0.1, 2.1, 0, 0, 0, 2.3, 2.2, 2.0, 2.3],
  ),
}

const oxide = bornMayer({ pairs: { 'Mg-O': { A: 1200, rho: 0.3 }, 'O-O': { A: 2000, rho: 0.2, C: 20 } }, cutoff: 6 })
const charges = ewald({ charges: { Mg: 2, O: -2 } })
const bonds = morse({
  pairs: { 'Mg-O': { depth: 0.5, steepness: 1.5, length: 2.1 }, 'O-O': { depth: 0.1, steepness: 1, length: 3 } },
  cutoff: 5.5,
})

const valence = bondValence({ charges: { Mg: 2 }, lengths: { 'Mg-O': 1.69 } })

const engines: readonly [Engine, number?][] = [
  [valence],
  [bonds],
  [oxide],
  [charges, 1e-9],
  [sum([oxide, charges]), 1e-9],
]
for (const [engine, accuracy = 0] of engines)
  test(`${engine.name} conforms`, () => {
    assert.deepEqual(failures(checkEngine(engine, ions, { accuracy })), [])
  })

const molecule = (positions: readonly number[]): Structure => ({
  species: Array.from({ length: positions.length / 3 }, () => 'H'),
  lattice: Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20),
  positions: Float64Array.from(positions),
  periodic: [false, false, false],
})

for (const [engine, positions] of [
  [spring({ stiffness: 3, anchors: [0, 0, 0, 1, 1, 1] }), [0.1, 0.2, -0.1, 0.9, 1.2, 1.1]],
  [muellerBrown(), [-0.7, 0.9, 0.01]],
  [leps(), [0, 0.1, 0, 1.1, -0.2, 0.1, 1.9, 0.3, 0.2]],
  [coupledDoubleWell(0.7), [0.3, 0.01, -0.01, -0.9, 0.02, 0.005]],
] as const)
  test(`${engine.name} conforms`, () => {
    assert.deepEqual(failures(checkEngine(engine, molecule(positions), { repeats: false })), [])
  })

test('the suite finds what is wrong on purpose', () => {
  const broken: readonly [RegExp, (right: Engine) => Engine['evaluate']][] = [
    [/F = −∂U\/∂r \[/, e => s => ({ ...e.evaluate(s), forces: e.evaluate(s).forces.map(f => 1.001 * f) })],
    [/V σ = ∂U\/∂ε \[/, e => s => ({ ...e.evaluate(s), stress: e.evaluate(s).stress!.map(v => -v) })],
    [
      /order of the error/,
      e => s => ({ ...e.evaluate(s), energy: e.evaluate(s).energy + 1e-4 * Math.floor(s.positions[0] * 1e3 + 0.5) }),
    ],
    [/Σ F = 0/, e => s => ({ ...e.evaluate(s), forces: e.evaluate(s).forces.map((f, i) => (i === 0 ? f + 1e-3 : f)) })],
    [/moved: the same energy/, e => s => ({ ...e.evaluate(s), energy: e.evaluate(s).energy + 1e-6 * s.positions[0] })],
    [
      /turned with the cell: the same energy/,
      e => s => ({ ...e.evaluate(s), energy: e.evaluate(s).energy + 1e-6 * s.lattice[0] }),
    ],
    [/reordered/, e => s => ({ ...e.evaluate(s), energy: e.evaluate(s).energy + (s.species[0] === 'O' ? 1e-6 : 0) })],
    [/half of two cells: the same energy/, e => s => ({ ...e.evaluate(s), energy: e.evaluate(s).energy + 1e-3 })],
    [
      /input not written/,
      e => s => {
        s.positions[0] += 1e-12
        return e.evaluate(s)
      },
    ],
    [/finite/, e => s => ({ ...e.evaluate(s), energy: Number.NaN })],
  ]
  for (const [message, make] of broken)
    assert.match(failures(checkEngine({ ...bonds, evaluate: make(bonds) }, ions)).join('\n'), message)
  let calls = 0
  const forgetful: Engine = {
    ...bonds,
    evaluate: s => ({ ...bonds.evaluate(s), energy: bonds.evaluate(s).energy + 1e-14 * calls++ }),
  }
  assert.match(failures(checkEngine(forgetful, ions)).join('\n'), /same bits/)
})

/** n × n × n cubic cells of rock salt, nearest neighbours d apart. */
const rockSalt = (n: number, d: number): Structure => {
  const sites = Array.from({ length: (2 * n) ** 3 }, (_, i) => [
    i % (2 * n),
    Math.floor(i / (2 * n)) % (2 * n),
    Math.floor(i / (4 * n * n)),
  ])
  return {
    species: sites.map(([x, y, z]) => ((x + y + z) % 2 === 0 ? 'Na' : 'Cl')),
    lattice: Float64Array.of(2 * n * d, 0, 0, 0, 2 * n * d, 0, 0, 0, 2 * n * d),
    positions: Float64Array.from(sites.flatMap(site => site.map(x => x * d))),
  }
}

test('Ewald: Madelung’s constants of rock salt and of caesium chloride, whatever the cell', () => {
  const engine = ewald({ charges: { Na: 1, Cl: -1, Cs: 1 } })
  const constants = [1, 2].map(n => {
    const cell = rockSalt(n, 2.8)
    return (-engine.evaluate(cell).energy * 2.8) / coulomb / (cell.species.length / 2)
  })
  // 1.747564594633, sums cut at 1e-11
  for (const constant of constants) assert.ok(Math.abs(constant - 1.747564594633) < 1e-9, `${constant}`)
  const d = 3.5
  const a = (2 * d) / Math.sqrt(3)
  const caesium = engine.evaluate({
    species: ['Cs', 'Cl'],
    lattice: Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, a),
    positions: Float64Array.of(0, 0, 0, a / 2, a / 2, a / 2),
  })
  assert.ok(Math.abs((-caesium.energy * d) / coulomb - 1.762674773) < 2e-9)
})

test('Ewald: a charged cell is refused, or has its background named', () => {
  const lone: Structure = {
    species: ['Na'],
    lattice: Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5),
    positions: new Float64Array(3),
  }
  assert.throws(() => ewald({ charges: { Na: 1 } }).evaluate(lone), /ewald.charges: got 1, .*background/)
  const engine = ewald({ charges: { Na: 1 }, background: 'even' })
  assert.match(engine.name, /even background/)
  // a simple cubic lattice of charges in a background: −2.837297479/2 e²/a
  assert.ok(Math.abs((engine.evaluate(lone).energy * 5) / coulomb + 2.837297479 / 2) < 1e-9)
  const shaken: Structure = { ...ions, species: ions.species.map(symbol => (symbol === 'Mg' ? 'Na' : 'Cl')) }
  const charged = ewald({ charges: { Na: 1, Cl: -0.7 }, background: 'even' })
  assert.deepEqual(failures(checkEngine(charged, shaken, { accuracy: 1e-9 })), [])
})

test('Ewald: the accuracy asked for is the one that comes', () => {
  const at = (accuracy: number) => ewald({ charges: { Mg: 2, O: -2 }, accuracy }).evaluate(ions)
  const exact = at(1e-14)
  for (const accuracy of [1e-3, 1e-5, 1e-7, 1e-9]) {
    const { energy, forces } = at(accuracy)
    // relative to the energy of neighbours, some e²/Å
    assert.ok(Math.abs(energy / exact.energy - 1) < accuracy, `${accuracy}: ${energy / exact.energy - 1}`)
    forces.forEach((force, i) => {
      assert.ok(Math.abs(force - exact.forces[i]) < 10 * coulomb * accuracy, `${accuracy}: ${force - exact.forces[i]}`)
    })
  }
})

test('two atoms by Morse: depth at the length, the cut smooth and complete', () => {
  const pair = (r: number) => bonds.evaluate({ ...molecule([0, 0, 0, 0, 0, r]), species: ['Mg', 'O'] })
  assert.ok(Math.abs(pair(2.1).energy + 0.5) < 1e-15)
  assert.ok(Math.abs(pair(2.1).forces[5]) < 1e-15)
  assert.equal(pair(5.5).energy, 0)
  for (const edge of [4.5, 5.5]) {
    // C² at both edges: the force moves by its slope over the step, nothing more
    assert.ok(Math.abs(pair(edge - 1e-7).forces[5] - pair(edge + 1e-7).forces[5]) < 1e-7)
  }
})

test('bond valence: nothing to pay at the length where the valence is met; stamped as screening, also in a sum', () => {
  // one carrier, one neighbour: V = exp((R − r)/b) = 2 at r = R − b ln 2
  const place = molecule([0, 0, 0, 0, 0, 1.69 - 0.37 * Math.log(2)])
  const at = valence.evaluate({ ...place, species: ['Mg', 'O'] })
  assert.ok(at.energy < 1e-28 && Math.abs(at.forces[2]) < 1e-13)
  assert.equal(valence.screening, true)
  assert.equal(sum([valence, bonds]).screening, true)
})

test('elements an engine does not know are refused', () => {
  const lithium: Structure = { ...ions, species: ions.species.with(0, 'Li') }
  for (const engine of [bonds, oxide, charges])
    assert.throws(() => engine.evaluate(lithium), /got "Li", allowed: Mg, O/)
})

test('a sum has the elements all know, and a stress where all have one', () => {
  const springs = spring({ stiffness: 1, anchors: new Float64Array(ions.positions.length) })
  const both = sum([bonds, springs])
  assert.deepEqual(both.elements, bonds.elements)
  assert.equal(both.external, true)
  assert.equal(both.evaluate(ions).stress, undefined)
  assert.ok(sum([bonds, oxide]).evaluate(ions).stress)
})
