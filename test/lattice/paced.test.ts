/** Walks at the pace of each carrier: detailed balance exact, transport beside the exact master equation and beside plain walks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { latticeFileOf } from '../../src/ladder/lattice-file.ts'
import { type Transport, transport } from '../../src/lattice/kinetics/diffusion.ts'
import { compileEvents } from '../../src/lattice/kinetics/events.ts'
import { contentsOf, noHolds } from '../../src/lattice/kinetics/holds.ts'
import { walkOf } from '../../src/lattice/kinetics/kinetic-monte-carlo.ts'
import { paceOf } from '../../src/lattice/kinetics/pace.ts'
import { startWalk } from '../../src/lattice/kinetics/walk.ts'
import { at, look } from '../../src/lattice/kinetics/walk-arrays.ts'
import { arraysOf } from '../../src/lattice/kinetics/walk-start.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import { random } from '../../src/math/random.ts'
import { kB, kBeV, NA } from '../../src/units.ts'
import { cavities } from './cavities.ts'
import { exactTransport } from './exact-transport.ts'
import { tinyLattice } from './tiny.ts'

const folder = fileURLToPath(new URL('../../lattices/mo6s8/', import.meta.url))
const { lattice: mo6s8 } = await latticeFileOf('model.json', folder)
const slow = process.env.DUALION_SLOW === '1'

type Size = readonly [number, number, number]

/** A walk with every kind of move held by an amount of its own. */
const heldAnyhow = (lattice: Lattice, size: Size, amounts: readonly number[], temperature: number, seed: number) => {
  const first = walkOf({ lattice, size, temperature, amounts, seed, images: 'count' })
  const tables = compileEvents(lattice, first.tables.run, { contents: true })
  const holds = noHolds(tables)
  const { uniform } = random(seed)
  for (let kind = 0; kind < holds.levels.length; kind++) holds.levels[kind] = 6 * uniform()
  return { first, tables, holds, options: { temperature, holds } }
}

test('whatever is held by how much, every move and its reverse keep detailed balance, and the lists their order', () => {
  let compared = 0
  const cases: [Lattice, Size, number[], number][] = [
    [cavities(0.05), [3, 3, 1], [0.5, 0.4], 400],
    [mo6s8, [2, 2, 2], [1, 0.6], 300],
  ]
  for (const [lattice, size, amounts, temperature] of cases) {
    const { first, tables, holds, options } = heldAnyhow(lattice, size, amounts, temperature, 3)
    const walk = startWalk(tables, { occupation: first.occupation.slice(), random: random(4) }, options)
    const { energies, eventOf, reverse, after, involved, channelOf, perSite, channelAt, run } = tables
    const { kind } = energies.tables
    /** All moves out of an occupation: which, to where, and their level. */
    const movesOf = (occupation: Uint8Array) => {
      const w = arraysOf(tables, occupation, options)
      const found: { m: number; to: string; level: number; next: Uint8Array }[] = []
      for (let slot = 0; slot < run.sites * perSite; slot++) {
        if (channelAt[kind[Math.floor(slot / perSite)] * perSite + (slot % perSite)] < 0) continue
        const m = look(w, slot)
        if (m < 0 || w.clock[at.level] === Infinity) continue
        const next = occupation.slice()
        for (let d = 0; d < involved[channelOf[m]]; d++) next[w.own[d]] = after[4 * m + d]
        found.push({ m, to: next.join(''), level: w.clock[at.level], next })
      }
      return found
    }
    const energyOf = (occupation: Uint8Array) => {
      const sigma = energies.occupation()
      sigma.set(occupation)
      return energies.energy(sigma)
    }
    for (let k = 0; k < 4; k++) {
      walk.advance(500)
      assert.equal(walk.misplaced(), 0)
      const here = walk.occupation.slice()
      const name = here.join('')
      for (const { m, level, next } of movesOf(here)) {
        const back = movesOf(next).find(
          one => one.to === name && eventOf[one.m] === eventOf[m] && reverse[one.m] !== reverse[m],
        )
        assert.ok(back, `${lattice.events[eventOf[m]].family} has a reverse`)
        const ratio = (back.level - level) * Math.LN2
        // energies are sums of exact numbers; levels of some 60 carry round-off of 1e-13
        assert.ok(Math.abs(ratio + (energyOf(next) - energyOf(here)) / (kBeV * temperature)) < 1e-9)
        compared++
      }
    }
    assert.ok(holds.crossed.reduce((a, b) => a + b) > 1900, 'crossings are counted by kind')
  }
  assert.ok(compared > 200, `${compared} moves`)
})

test('kinds: contents come back from their number', () => {
  const tables = compileEvents(cavities(0.1), latticeSupercell(cavities(0.1), [3, 3, 1]), { contents: true })
  const holds = noHolds(tables)
  const seen = new Set<string>()
  const pairs = (holds.codes * (holds.codes + 1)) / 2
  for (let pair = 0; pair < pairs; pair++) {
    const [a, b] = contentsOf(holds, (pairs + pair) * 48 + 7)
    assert.ok(a >= 0 && a <= b && b < holds.codes)
    seen.add(`${a} ${b}`)
  }
  assert.equal(seen.size, pairs)
})

/** D* and L over what is exact, with errors. */
const overExact = (lattice: Lattice, size: Size, numbers: readonly number[], t: Transport) => {
  const cells = size[0] * size[1] * size[2]
  const exact = exactTransport(lattice, { repeats: size, temperature: t.temperature, numbers })
  const unit = (cells * lattice.volume * 1e-30 * kB * t.temperature * NA ** 2) / 1e-20
  const over = (one: { value: number; error: number }, truth: number) => ({
    value: one.value / truth,
    error: one.error / Math.abs(truth),
  })
  return {
    D: numbers.map((_, i) => over({ value: t.Dtr[i].value * 1e20, error: t.Dtr[i].error * 1e20 }, exact.tracer[i])),
    L: [0, 1, 3].map(k => over({ value: t.L[k].value * unit, error: t.L[k].error * unit }, exact.collective[k])),
  }
}

test('two carriers a thousandfold apart, each at its pace: D* and L are those of the exact master equation', () => {
  // at 450 K: A makes 160 exits for one of B, and crosses its cavity a thousand times for one of its own
  const lattice = cavities(0.05, [0.2, 0.4, 0.38])
  const size = [3, 2, 1] as const
  const numbers = [1, 1]
  const run = { lattice, size, temperature: 450, amounts: [1 / 6, 1 / 6], images: 'count' as const, sweeps: 20 }
  const M = 20
  const t = transport({ ...run, events: 400_000, seed: 5, throttle: { crossings: M } })
  assert.equal(t.paces.length, 2)
  assert.deepEqual(
    t.paces.map(({ carriers }) => carriers),
    [[0], [1]],
  )
  assert.ok(t.paces[1].saved > 50, `saved ${t.paces[1].saved}`)
  assert.ok(t.determined.every(Boolean))
  const { D, L } = overExact(lattice, size, numbers, t)
  // late by no more than 3/M (what `paceOf` says), and by three standard errors
  for (const { value, error } of [...D, L[0], L[2]])
    assert.ok(value < 1 + 3.3 * error && value > 1 - 3 / M - 3.3 * error, `${value} ± ${error}`)
  // hardly any drag: its error is that of A's own way
  assert.ok(Math.abs(L[1].value - 1) < 3.3 * L[1].error, `${L[1].value} ± ${L[1].error}`)
  const short = () => transport({ ...run, events: 20_000, seed: 5, throttle: { crossings: M } })
  assert.deepEqual(short(), short())
})

test('few crossings show: late by some 1/M, as a walk with more of them tells', () => {
  const lattice = cavities(0.05)
  const size = [3, 2, 1] as const
  const t = transport({
    ...{ lattice, size, temperature: 450, amounts: [1 / 6, 1 / 6], images: 'count', sweeps: 20 },
    ...{ events: 300_000, seed: 6, throttle: { crossings: 4 } },
  })
  for (const { value, error } of overExact(lattice, size, [1, 1], t).D) {
    assert.ok(value < 1 - 3 * error, `late: ${value} ± ${error}`)
    assert.ok(value > 1 - 3 / 4, `not by more than it says: ${value}`)
  }
})

test('carriers alike share a walk; where nothing is fast nothing is held; what cannot be is refused', () => {
  const lattice = tinyLattice({ shape: 'square', rates: [1, 0.6] })
  const run = { lattice, size: [4, 4, 1] as const, temperature: 300, amounts: [0.2, 0.2], seed: 7, events: 40_000 }
  const t = transport({ ...run, throttle: { crossings: 1e6 } })
  assert.deepEqual(
    t.paces.map(({ carriers, saved }) => [[...carriers].sort(), saved > 0.8 && saved < 1.25]),
    [[[0, 1], true]],
  )
  assert.throws(() => transport({ ...run, throttle: { crossings: 1 } }), /throttle.crossings/)
})

test('a slower carrier whose pace would save nothing shares the walk of the faster: both told over its times', () => {
  const lattice = tinyLattice({ shape: 'square', rates: [1, 0.05] })
  const run = { lattice, size: [4, 4, 1] as const, temperature: 300, amounts: [0.2, 0.2], events: 60_000 }
  const t = transport({ ...run, seed: 7, throttle: { crossings: 1e6 } })
  assert.deepEqual(
    t.paces.map(({ carriers }) => [...carriers]),
    [[0, 1]],
  )
  // windows of some exits of the slow one, in which the fast one makes twenty times as many: not of the fast one's own
  assert.ok(t.exits[0] / t.windows > 8 * t.window, `${t.exits} ${t.windows} ${t.window}`)
  // two walks of other seeds see the same to their errors
  const plain = transport({ ...run, seed: 8 })
  for (const i of [0, 1]) {
    const [a, b] = [t.Dtr[i], plain.Dtr[i]]
    assert.ok(Math.abs(a.value - b.value) < 3.3 * Math.hypot(a.error, b.error), `${a.value} ${b.value}`)
  }
})

test('Mo6S8 at 298 K with both ions: what families slowed by themselves do not tell of Mg, its own pace does', () => {
  const run = { lattice: mo6s8, size: [3, 3, 3] as const, temperature: 298.15, amounts: [0.1, 0.1], seed: 8 }
  const first = walkOf(run)
  const tables = compileEvents(mo6s8, first.tables.run, { contents: true })
  const pace = paceOf(tables, first, { crossings: 30, carrier: 1 })
  // a second of the host takes 1e13 events as they are; held, ten thousand times fewer
  assert.ok(pace.plainPerSecond > 1e3 * pace.perSecond, `${pace.plainPerSecond} ${pace.perSecond}`)
  pace.walk.advance(60_000)
  const made = pace.walk.counts.reduce(
    (sum, count, m) => (mo6s8.events[tables.eventOf[m]].family === 'Mg outer–outer' ? sum + count : sum),
    0,
  )
  // one in a hundred thousand moves is an exit of Mg where none is held
  assert.ok(made > 30, `${made}`)
})

test('Mo6S8 at 1200 K, where both run: plain and held walks agree', { skip: slow ? false : 'DUALION_SLOW=1' }, () => {
  const run = { lattice: mo6s8, size: [3, 3, 3] as const, temperature: 1200, amounts: [0.1, 0.5], seed: 5 }
  const plain = transport({ ...run, events: 2_000_000, inside: 'plain' })
  const M = 10
  const held = transport({ ...run, events: 2_000_000, throttle: { crossings: M } })
  assert.ok(held.paces.at(-1)!.saved > 3)
  for (const [a, b] of [...[0, 1].map(i => [plain.Dtr[i], held.Dtr[i]]), ...[0, 3].map(k => [plain.L[k], held.L[k]])]) {
    const error = Math.hypot(a.error, b.error)
    assert.ok(
      b.value - a.value < 3 * error && b.value - a.value > (-3 / M) * a.value - 3 * error,
      `${a.value} ${b.value}`,
    )
  }
})
