/** The ladders of the main job: one that cannot be climbed leaves its rungs, a line of why, and all else standing. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { outputOf } from '../../cli/start/files.ts'
import { climbLadders, laddersText } from '../../cli/start/ladder.ts'
import { scratch } from './scratch.ts'

const climbed = async (name: string, shifts: Record<string, number>) => {
  const out = join(scratch, name)
  const told: string[] = []
  const ladders = await climbLadders(outputOf(out), {
    out,
    fresh: false,
    shifts,
    quick: true,
    tell: words => told.push(words),
    stopped: () => false,
  })
  return { out, ladders }
}

test('a ladder whose walks have nowhere to go is reported up to where it came, and does not end the main job', async () => {
  // barriers of 60 eV: no event within the numbers there are
  const families = ['inner–inner', 'inner–outer', 'outer–outer'].flatMap(kind => [`Li ${kind}`, `Mg ${kind}`])
  const pairs = ['Li inner to outer with Li outer to inner', 'Li inner to outer with Mg outer to inner']
  const { out, ladders } = await climbed('stuck', Object.fromEntries([...families, ...pairs].map(name => [name, 60])))
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
