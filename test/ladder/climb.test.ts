import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Structure } from '../../src/crystal/structure.ts'
import { SimulationError } from '../../src/error.ts'
import { canonicalJson, hashOf, sha256 } from '../../src/ladder/canonical.ts'
import { type ClimbEvent, type Climbed, type ClimbOptions, climb } from '../../src/ladder/climb.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import type { Stage } from '../../src/ladder/stage.ts'
import { folderStore, mapStore, withShipped } from '../../src/ladder/store.ts'

/** Counts how often each stage is at work. */
type Work = Record<string, number>

/** base → square (of base, in steps that are kept) → sign (of base) → sum (of both). */
const stagesOf = (base: number, work: Work): Stage[] => {
  const count = (name: string) => {
    work[name] = (work[name] ?? 0) + 1
  }
  const plain = (
    name: string,
    needs: string[],
    settings: unknown,
    f: (inputs: Record<string, number>) => unknown,
  ): Stage => ({
    name,
    title: `The ${name}`,
    version: 1,
    needs,
    settings,
    *run({ inputs }) {
      count(name)
      yield { kind: 'progress', fraction: 0.5, doing: name }
      return f(inputs as Record<string, number>)
    },
    report: output => ({
      basis: name === 'base' ? 'assumed' : 'computed',
      why: `from ${needs.join(', ') || 'the study'}`,
      lines: [`${name} is ${output}`],
      table: [
        ['what', 'value'],
        [name, String(output)],
      ],
      figures: name === 'sum' ? [{ name: 'sum', svg: '<svg/>' }] : [],
    }),
  })
  return [
    plain('base', [], { base }, () => base),
    {
      ...plain('square', ['base'], {}, () => 0),
      // adds the odd numbers, and keeps how far it is after each
      *run({ inputs, kept }) {
        count('square')
        let { k, sum } = (kept as { k: number; sum: number } | undefined) ?? { k: 0, sum: 0 }
        const n = Math.abs(inputs.base as number)
        while (k < n) {
          sum += 2 * k + 1
          k++
          count('odd number')
          yield { kind: 'keep', state: { k, sum } }
          yield { kind: 'progress', fraction: k / n, doing: `${k} of ${n}` }
        }
        return sum
      },
    },
    plain('sign', ['base'], {}, ({ base: b }) => Math.sign(b)),
    plain('sum', ['square', 'sign'], {}, ({ square, sign }) => square + sign),
  ]
}

const run = async (
  stages: readonly Stage[],
  o: Partial<ClimbOptions> & Pick<ClimbOptions, 'store'>,
  until: (event: ClimbEvent) => boolean = () => false,
): Promise<{ climbed: Climbed | undefined; events: ClimbEvent[] }> => {
  const events: ClimbEvent[] = []
  const steps = climb(stages, { program: 'test 1', ...o })
  for (;;) {
    const next = await steps.next()
    if (next.done) return { climbed: next.value, events }
    events.push(next.value)
    if (until(next.value)) {
      await steps.return(undefined as never)
      return { climbed: undefined, events }
    }
  }
}

const outputs = (climbed: Climbed | undefined) =>
  Object.fromEntries([...climbed!].map(([name, { output }]) => [name, output]))

test('each stage once: a second climb computes nothing and gives the same', async () => {
  const store = mapStore()
  const work: Work = {}
  const first = await run(stagesOf(5, work), { store })
  assert.deepEqual(outputs(first.climbed), { base: 5, square: 25, sign: 1, sum: 26 })
  const done = { ...work }
  const second = await run(stagesOf(5, work), { store })
  assert.deepEqual(work, done)
  assert.deepEqual([...second.climbed!], [...first.climbed!])
  assert.ok(second.events.every(event => event.kind === 'end' && event.cached))
})

test('what moves below moves all that rests on it, and nothing else', async () => {
  const store = mapStore()
  const work: Work = {}
  const before = outputs((await run(stagesOf(5, work), { store })).climbed)
  const after = await run(stagesOf(7, work), { store })
  assert.notDeepEqual(outputs(after.climbed).sum, before.sum)
  // the sign is computed again, as its input has another hash, and comes out the same
  assert.deepEqual(work, { base: 2, square: 2, 'odd number': 12, sign: 2, sum: 2 })
  // 5 and −5: the square has other inputs but the same output, the sum another because of the sign
  const mirrored = await run(stagesOf(-5, work), { store })
  assert.equal(outputs(mirrored.climbed).sum, 24)
  // back to numbers that were here before: nothing is computed
  const counted = { ...work }
  await run(stagesOf(7, work), { store })
  assert.deepEqual(work, counted)
})

test('a stage whose inputs come out the same is not computed again', async () => {
  const store = mapStore()
  const work: Work = {}
  const stages = stagesOf(5, work)
  await run(stages, { store })
  // another way to the same square
  const other = stages.map(stage => (stage.name === 'square' ? { ...stage, version: 2 } : stage))
  await run(other, { store })
  assert.equal(work.square, 2)
  assert.equal(work.sum, 1)
})

test('--fresh computes everything again', async () => {
  const store = mapStore()
  const work: Work = {}
  await run(stagesOf(3, work), { store })
  await run(stagesOf(3, work), { store, fresh: true })
  assert.deepEqual(work, { base: 2, square: 2, 'odd number': 6, sign: 2, sum: 2 })
})

test('a climb stopped anywhere and gone on with gives, to the bit, what one that ran through gives', async () => {
  const whole = await run(stagesOf(6, {}), { store: mapStore() })
  for (let stop = 1; stop < 20; stop++) {
    const store = mapStore()
    const work: Work = {}
    let seen = 0
    await run(stagesOf(6, work), { store }, () => ++seen === stop)
    const rest = await run(stagesOf(6, work), { store })
    assert.deepEqual([...rest.climbed!], [...whole.climbed!])
    // what was kept is not computed twice
    assert.equal(work['odd number'], 6)
  }
})

test('records that are cut off or changed are not used, and it is said', async () => {
  for (const spoil of [
    (text: string) => text.slice(0, 50),
    (text: string) => text.replace('"output":16', '"output":17'),
  ]) {
    const files = new Map<string, string>()
    const store = mapStore(files)
    await run(stagesOf(4, {}), { store })
    const name = [...files.keys()].find(file => file.startsWith('stages/square-'))!
    assert.notEqual(spoil(files.get(name)!), files.get(name))
    files.set(name, spoil(files.get(name)!))
    const again = await run(stagesOf(4, {}), { store })
    assert.deepEqual(outputs(again.climbed), { base: 4, square: 16, sign: 1, sum: 17 })
    assert.ok(again.events.some(event => event.kind === 'note' && event.text.includes('is not used')))
  }
})

const hydrogen = (x: number): Structure => ({
  species: ['H'],
  lattice: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  positions: Float64Array.of(x, 0, 0),
})
const asking: Stage = {
  name: 'energies',
  title: 'Energies',
  version: 1,
  needs: [],
  settings: {},
  *run() {
    let sum = 0
    for (let k = 0; k < 5; k++) {
      const answer = yield { kind: 'evaluate', structures: [hydrogen(0.1 * k)] }
      sum += answer![0].energy
      yield { kind: 'progress', fraction: (k + 1) / 5, doing: `${k}` }
    }
    return sum
  },
  report: () => ({ basis: 'computed', why: '', lines: [] }),
}

test('evaluations of an engine are kept: none is asked for twice after a stop', async () => {
  const store = mapStore()
  let asked = 0
  const evaluate = async (structures: readonly Structure[]) =>
    structures.map(({ positions }) => {
      asked++
      return { energy: positions[0], forces: new Float64Array(3) }
    })
  await run([asking], { store, evaluate }, event => event.kind === 'progress' && event.doing === '2')
  assert.equal(asked, 3)
  const { climbed, events } = await run([asking], { store, evaluate })
  assert.equal(asked, 5)
  assert.ok(Math.abs((outputs(climbed).energies as number) - 1) < 1e-12) // 0 + 0.1 + … + 0.4
  assert.ok(events.some(event => event.kind === 'start' && event.goingOn))
  await assert.rejects(
    run([asking], { store: mapStore() }),
    /engine: got undefined, allowed: an engine, which the stage/,
  )
})

test('what a stage throws names the stage and holds what was climbed', async () => {
  const stages = stagesOf(3, {})
  const failing: Stage = {
    ...stages[3],
    // biome-ignore lint/correctness/useYield: it fails before it has anything to say
    *run() {
      throw new SimulationError('no root', { code: 'method', at: 'x' })
    },
  }
  await assert.rejects(run([...stages.slice(0, 3), failing], { store: mapStore() }), error => {
    assert.ok(error instanceof SimulationError && error.code === 'method')
    assert.match(error.message, /^stage sum: no root/)
    assert.deepEqual([...(error.partial as Climbed).keys()], ['base', 'square', 'sign'])
    return true
  })
  await assert.rejects(
    run([stages[3]], { store: mapStore() }),
    /stage sum: got "needs square", allowed: stages before it: none/,
  )
})

test('records that come along are taken, never written to, and left aside where inputs differ', async () => {
  const files = new Map<string, string>()
  await run(stagesOf(4, {}), { store: mapStore(files) })
  const before = new Map(files)
  const work: Work = {}
  const store = withShipped(mapStore(), mapStore(files))
  await run(stagesOf(4, work), { store })
  assert.deepEqual(work, {})
  await run(stagesOf(5, work), { store })
  assert.equal(work.square, 1)
  // all again, kept where it is now
  await run(stagesOf(4, work), { store, fresh: true })
  assert.equal(work.square, 2)
  assert.deepEqual(files, before)
})

test('a folder keeps the same as a map', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dualion-ladder-'))
  try {
    const work: Work = {}
    const first = await run(stagesOf(4, work), { store: folderStore(folder) })
    const names = await readdir(join(folder, 'stages'))
    assert.equal(names.length, 4)
    assert.ok(names.every(name => /^[a-z]+-[0-9a-f]{16}\.json$/.test(name)))
    const second = await run(stagesOf(4, work), { store: folderStore(folder) })
    assert.deepEqual([...second.climbed!], [...first.climbed!])
    assert.equal(work.square, 1)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the report tells of each rung what, from what and how sure, and of those not reached', async () => {
  const stages = stagesOf(5, {})
  const { climbed } = await run(stages, { store: mapStore() })
  const { markdown, figures } = await ladderReport(stages, climbed!, {
    title: 'A ladder',
    program: 'test 1',
    notes: ['a note'],
  })
  for (const stage of stages) assert.match(markdown, new RegExp(`## \\d\\. ${stage.title}`))
  assert.match(markdown, /How sure: \*\*assumed\*\*/)
  assert.match(markdown, /\| sum \| 26 \|/)
  for (const { inputsHash, outputHash } of climbed!.values()) {
    assert.ok(markdown.includes(inputsHash))
    assert.ok(markdown.includes(outputHash))
  }
  assert.deepEqual(figures, [{ name: 'sum', svg: '<svg/>' }])
  const part = new Map([...climbed!].slice(0, 2))
  const open = await ladderReport(stages, part, { title: 'A ladder', program: 'test 1' })
  assert.match(open.markdown, /\| 4\. The sum \| square, sign \| not reached \|/)
})

test('hashes name content: the order of keys does not matter, any value does', () => {
  // FIPS 180-4's example
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string())),
      data => {
        const turned = Object.fromEntries(Object.entries(data).reverse())
        assert.equal(hashOf(turned), hashOf(data))
        assert.deepEqual(JSON.parse(canonicalJson(data)), JSON.parse(JSON.stringify(data)))
        assert.notEqual(hashOf({ ...data, more: 1 }), hashOf({ ...data, more: 1.0000000000000002 }))
      },
    ),
    { numRuns: 100 },
  )
  assert.throws(() => canonicalJson({ a: [Number.NaN] }), /data\.a\.0: got NaN/)
  assert.throws(() => canonicalJson({ a: new Float64Array(2) }), /data\.a: .*plain data/)
})
