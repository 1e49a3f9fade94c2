/** The ladders of the main job: one that cannot be climbed leaves its rungs, a line of why, and all else standing. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { outputOf } from '../../cli/start/files.ts'
import { climbLadders, laddersText } from '../../cli/start/ladder.ts'
import { fillSlabs } from '../../cli/start/slabs.ts'
import { SimulationError } from '../../src/error.ts'
import { scratch } from './scratch.ts'

const asked = (out: string, shifts: Record<string, number>) => ({
  ...{ out, fresh: false, shifts, quick: true },
  tell: () => {},
  stopped: () => false,
})

const climbed = async (name: string, shifts: Record<string, number>) => {
  const out = join(scratch, name)
  return { out, ladders: await climbLadders(outputOf(out), asked(out, shifts)) }
}

// barriers of 60 eV: no event within the numbers there are
const families = ['inner–inner', 'inner–outer', 'outer–outer'].flatMap(kind => [`Li ${kind}`, `Mg ${kind}`])
const pairs = ['Li inner to outer with Li outer to inner', 'Li inner to outer with Mg outer to inner']
const stuck = Object.fromEntries([...families, ...pairs].map(name => [name, 60]))

test('a ladder whose walks have nowhere to go is reported up to where it came, and does not end the main job', async () => {
  const { out, ladders } = await climbed('stuck', stuck)
  const [{ rungs, verdicts, failures }] = ladders
  assert.deepEqual(
    rungs.map(({ stage }) => stage),
    ['lattice', 'energies', 'thermodynamics'],
  )
  assert.deepEqual(verdicts, [])
  assert.equal(failures.length, 1)
  assert.match(failures[0], /^ladder, as computed: stage transport: /)
  const report = readFileSync(join(out, 'ladder/computed/report.md'), 'utf8')
  assert.ok(report.includes(failures[0]), 'the report says why at its head')
  assert.match(report, /Transport: .* not reached/)
  assert.match(laddersText(ladders), /Mg promoted +not computed/)
})

test('ladders that come along: verdicts with their spread, each input moved, and the report that was made of them', async () => {
  const { out, ladders } = await climbed('along', {})
  const [{ rungs, verdicts, failures, sensitivity }] = ladders
  assert.deepEqual(failures, [])
  assert.ok(rungs.every(({ there }) => there))
  for (const { draws, same } of verdicts) assert.ok(draws >= 8 && same <= draws)
  // a barrier of each family, the two ions beside each other, the rate, the particles, the bath
  const inputs = new Set(sensitivity.table.slice(1).map(([input]) => input))
  for (const input of ['Mg outer–outer', 'Li outer–outer', 'Li–Mg interaction', 'rate', 'particle radius of the host'])
    assert.ok(inputs.has(input), input)
  const text = laddersText(ladders)
  assert.match(text, /same in \d+ of \d+ draws/)
  assert.match(text, /each input moved, as computed/)
  for (const file of ['report.md', 'discharge.svg', 'discharge-spread.svg'])
    assert.ok(existsSync(join(out, 'ladder/computed', file)), file)
})

test('slabs that cannot be filled are reported up to where they came, and do not end the main job', async () => {
  const out = join(scratch, 'slabs')
  const tell = (words: string) => {
    if (words.startsWith('slabs: slab '))
      throw new SimulationError(`stopped at ${words}`, { code: 'method', at: 'slab' })
  }
  const slabs = await fillSlabs(outputOf(out), { ...asked(out, { 'Mg inner–outer': 0.05 }), tell })
  assert.deepEqual(slabs?.table, [])
  assert.equal(slabs?.failures.length, 1)
  assert.match(slabs!.failures[0], /^slabs: stopped at slabs: slab \d+ %, /)
  const report = readFileSync(join(out, 'ladder/slab/report.md'), 'utf8')
  assert.ok(report.includes(slabs!.failures[0]), 'the report says why at its head')
  assert.match(report, /Slabs at one potential .* not reached/)
})

test('slabs that come along: their table and the report that was made of them', async () => {
  const out = join(scratch, 'slabs-along')
  const slabs = await fillSlabs(outputOf(out), asked(out, {}))
  assert.deepEqual(slabs?.failures, [])
  for (const filling of ['Mg alone', 'Mg after Li', 'both together'])
    assert.ok(
      slabs!.table.some(([name]) => name === filling),
      filling,
    )
  for (const file of ['report.md', 'slabs.svg']) assert.ok(existsSync(join(out, 'ladder/slab', file)), file)
})
