/** What the main job prints: one or two screens, with the files that hold the rest. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellsText, filesText, othersText, shortText } from '../../cli/start/brief.ts'
import { type Found, fullText } from '../../cli/start/report.ts'
import type { TableRow } from '../../src/claims/report.ts'
import { claims } from '../../src/claims/thresholds.ts'

const row = (title: string, pair: 'on' | 'off', capacity: number): TableRow => ({
  ...{ run: `${title} ${pair}`, title, reading: 'lattice', pair, capacity, outcome: 'cut-off' },
  ...{ hostEnergy: 175, voltage: 1.4, Li: 2, Mg: 1, specificEnergy: 104, againstGraphite: 0.36 },
})
const held = claims.map(({ name }) => ({
  ...{ claim: name, outcome: 'not seen', value: 0.5, slow: 0.5, reason: `why ${name}` },
}))
const brief = ['Li first: thermodynamic; not seen with rate 3C']
const ladder = (words: string) => ({
  ...{ name: words, words, rungs: [{ stage: 'lattice', inputs: 'aaaa', output: 'bbbb', there: true }] },
  ...{ verdicts: [], mobility: [], failures: [], sensitivity: { table: [], words: [`${brief[0]}; chance`], brief } },
})
const found = {
  plan: { rate: 0.2 },
  paths: undefined,
  ladders: [ladder('as computed'), ladder('a pair')],
  slabs: undefined,
  table: [row('Li–Mg, full cell', 'on', 128.8), row('Li–Mg, full cell', 'off', 127.1), row('Mg only', 'on', 128.2)],
  columns: [{ cell: 'full', reading: 'lattice', verdicts: held }],
  ...{ cycles: {}, anode: {}, jams: [], rows: [], maps: [], sentences: [] },
  failures: ['run x: stopped'],
  notes: [],
} as unknown as Found

test('a row for each cell with what other barriers give; verdicts; what failed; the reasons are left to the report', () => {
  const text = cellsText(found) + othersText(found)
  assert.match(text, /cell at C\/5 .*\nLi–Mg, full cell +128\.8 .*127\.1\nMg only +128\.2 /)
  assert.match(text, /Mg promoted +not seen/)
  assert.match(text, /^failed: run x: stopped$/m)
  // two climbs that say the same are told once
  assert.equal(text.split('not seen with rate 3C').length, 2)
  assert.match(text, /each input moved, as computed, and a pair\n/)
  assert.ok(!text.includes('why '))
  const full = fullText(found)
  for (const words of ['why mgPromoted', 'failed: run x', '127.1', 'bbbb']) assert.ok(full.includes(words), words)
})

test('nothing that was reached: nothing is said but what failed', () => {
  const empty = { ...found, ladders: [], table: [], columns: [] }
  assert.equal(cellsText(empty), 'failed: run x: stopped\n')
  assert.equal(othersText(empty), 'failed: run x: stopped\n')
  assert.equal(shortText(empty), '')
})

test('files by their folders, figures by name, many results by their number', () => {
  const runs = Array.from({ length: 20 }, (_, k) => `runs/${k}.csv`)
  const text = filesText(['table.csv', ...runs, 'figures/a.svg', 'figures/b.svg', 'report.txt'], 'out')
  assert.match(text, /^24 files; .*out\/report\.txt\n {2}out\/: table\.csv report\.txt\n/)
  assert.match(text, / {2}out\/runs\/: 20 tables and results, as 0\.csv\n {2}out\/figures\/: a\.svg b\.svg\n$/)
})
