import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import { morse } from '../../src/engine/morse.ts'
import { drive, driveSteps } from '../../src/engine/search.ts'
import type { MechanismTable } from '../../src/migration/mechanism-table.ts'
import { compareMechanisms, type IonMove } from '../../src/migration/mechanisms.ts'
import { type Answers, headLine, keyOf, readRecord, recorded } from '../../src/study/recorded.ts'

/** A cubic host of fixed atoms whose cavities hold the ions: each move is a law of a few distances. */
const a = 3.6
const [nx, ny, nz] = [4, 2, 2]
const host: Structure = (() => {
  const positions: number[] = []
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < ny; j++) for (let k = 0; k < nz; k++) positions.push(i * a, j * a, k * a)
  return {
    species: positions.slice(0, positions.length / 3).map(() => 'S'),
    lattice: Float64Array.of(nx * a, 0, 0, 0, ny * a, 0, 0, 0, nz * a),
    positions: Float64Array.from(positions),
  }
})()
const fixed = host.species.map((_, i) => i)
const cavity = (i: number): readonly [number, number, number] => [(i + 0.5) * a, 0.5 * a, 0.5 * a]
const bond = (depth: number, length: number) => ({ depth, steepness: 1.3, length })
const engineWith = (repulsion: number) =>
  morse({
    cutoff: 6,
    pairs: {
      'S-S': bond(1.2, 3.6),
      'Li-S': bond(0.5, 2.7),
      'Mg-S': bond(0.8, 2.6),
      ...(repulsion > 0 ? { 'Li-Mg': { depth: repulsion, steepness: 1, length: 6 } } : {}),
    },
  })
const leader: IonMove = { species: 'Li', from: cavity(1), to: cavity(2) }
const follower: IonMove = { species: 'Mg', from: cavity(0), to: cavity(1) }
const compare = (repulsion: number, lead = leader, follow = follower): MechanismTable =>
  drive(compareMechanisms(host, lead, follow, { fixed, images: 7, forceTolerance: 0.02 }), engineWith(repulsion))
const barrier = (table: MechanismTable, mechanism: string, label = '') =>
  table.rows.find(row => row.mechanism === mechanism && row.label.startsWith(label))!.barrier!

test('ions that do not feel each other: one after the other costs the higher of the two alone, both at once their sum', () => {
  const table = compare(0)
  const [li, mg] = [barrier(table, 'alone', 'Li'), barrier(table, 'alone', 'Mg')]
  assert.ok(li > 0.1 && mg > 0.1) // guards against 0 = 0
  // the same law evaluated at the same places: only the climbing image's force tolerance, squared over its curvature, is left
  assert.ok(Math.abs(barrier(table, 'leader first') - Math.max(li, mg)) < 1e-3)
  // free to go one by one, a band that starts at once is parted or pushed off its ridge: never above one by one
  assert.ok(barrier(table, 'concerted') <= li + mg + 1e-3)
  assert.ok(Math.abs(barrier(table, 'other still', 'Li') - li) < 1e-3)
  const { pair, ground, apart } = table.reference
  assert.ok(Math.abs(pair! - ground!) < 1e-3 && Math.abs(apart! - ground!) < 1e-3)
  for (const { interaction, lattice } of table.decomposition)
    assert.ok(Math.abs(interaction) < 1e-9 && Math.abs(lattice) < 1e-9) // no law between them, no atom that could give way
  assert.equal(table.rows.find(row => row.mechanism === 'follower first')!.outcome, 'site taken')
})

test('ions that repel: every saddle is one, parts add up, the ground state is the ions apart', () => {
  const table = compare(0.02)
  for (const row of table.rows) if (row.route) assert.ok(row.verified, `${row.label}: ${row.why}`)
  for (const one of table.decomposition) {
    const sum = one.interaction + one.phaseShift + one.lattice
    assert.ok(Math.abs(sum - one.difference) < 1e-9 && Math.abs(one.difference) > 0.05)
    assert.ok(Math.abs(one.lattice) < 1e-9) // the host is fixed
  }
  const { pair, ground, apart } = table.reference
  assert.equal(ground, apart)
  assert.ok(pair! - ground! > 0.1)
  const concerted = table.rows[0]
  // from the ground state the barrier is higher by what the pair's own start lies above it
  assert.ok(Math.abs(concerted.barrierFromGround! - concerted.barrier! - (pair! - ground!)) < 1e-9)
  const { separation } = concerted.profile!
  // both ends are one cavity apart, pushed further by the repulsion
  for (const d of [separation![0], separation!.at(-1)!]) assert.ok(d > a && d < 1.5 * a, `${d}`)
})

test('the same move the other way round: forward and backward barriers change places', () => {
  const there = compare(0.02)
  const back = compare(
    0.02,
    { ...leader, from: leader.to, to: leader.from },
    { ...follower, from: follower.to, to: follower.from },
  )
  const row = (table: MechanismTable, mechanism: string) => table.rows.find(one => one.mechanism === mechanism)!
  const [forth, home] = [row(there, 'concerted'), row(back, 'concerted')]
  assert.ok(Math.abs(forth.barrier! - home.backward!) < 2e-3 && Math.abs(forth.backward! - home.barrier!) < 2e-3)
  // leader first, backwards, is follower first
  assert.ok(Math.abs(row(there, 'leader first').barrier! - row(back, 'follower first').backward!) < 2e-3)
})

test('stopped anywhere and gone on with from the record: the same table to the bit, no structure asked twice', () => {
  const engine = engineWith(0.02)
  const search = () => compareMechanisms(host, leader, follower, { fixed, mechanisms: ['leader first', 'alone'] })
  let calls = 0
  const counted = {
    ...engine,
    evaluate: (s: Structure) => {
      calls++
      return engine.evaluate(s)
    },
  }
  const lines: string[] = [headLine('one')]
  const whole = drive(
    recorded(search(), new Map(), line => lines.push(line)),
    counted,
  )
  const all = calls
  for (const stop of [3, Math.floor(all / 2), all - 1]) {
    const text = `${lines.slice(0, stop + 1).join('')}{"key":"cut of` // killed while it wrote
    const known: Answers = readRecord(text, 'one', 'record')
    assert.equal(known.size, stop)
    calls = 0
    const again = drive(
      recorded(search(), known, () => {}),
      counted,
    )
    assert.equal(calls, all - stop)
    assert.deepEqual(
      again.rows.map(row => [row.barrier, row.backward, [...row.profile!.energy]]),
      whole.rows.map(row => [row.barrier, row.backward, [...row.profile!.energy]]),
    )
  }
  assert.throws(() => readRecord(lines.join(''), 'another', 'record'), /another study/)
  assert.throws(() => readRecord('nonsense', 'one', 'record'), /not a record/)
})

test('keys of structures differ where a number does, however little', () => {
  const moved = (by: number) => ({ ...host, positions: host.positions.map((x, k) => (k === 7 ? x + by : x)) })
  const keys = new Set([0, 1e-15, -1e-15, 1e-9, 1, 2].map(by => keyOf(moved(4e-15 + by))))
  assert.ok(keys.size >= 5)
  assert.equal(keyOf(host), keyOf({ ...host, positions: host.positions.slice() }))
})

test('progress carries what is done and what is known of the path at work', () => {
  const steps = driveSteps(
    compareMechanisms(host, leader, follower, { fixed, mechanisms: ['alone'] }),
    engineWith(0.02),
  )
  let paths = 0
  for (;;) {
    const next = steps.next()
    if (next.done) break
    if (next.value.stage !== 'path') continue
    paths++
    assert.equal(next.value.partial().images.length, next.value.energies.length)
    assert.equal(next.value.mechanism, 'alone')
  }
  assert.ok(paths >= 2)
})
