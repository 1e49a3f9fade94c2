import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellFrom } from '../../src/file/cell-file.ts'
import { explainCell } from '../../src/file/explain.ts'

const recipe = {
  from: 'li-mg-mo6s8-beaker',
  parameters: { 'host.barrierMg': 0.4, 'electrolyte.gap': 0.6, 'Li.exchangeCurrent': 20 },
}

test('a number that a file changes has the file as its source, in the cell and in the part; its neighbours keep theirs', async () => {
  const { cell: plain } = await cellFrom({ from: recipe.from }, 'plain.yaml')
  const { cell } = await cellFrom(recipe, 'mine.yaml')
  if (cell.anode.kind !== 'metal' || plain.anode.kind !== 'metal') return assert.fail('a metal anode')
  const changed = [
    [plain.sources, cell.sources, 'host.barrierMg'],
    [plain.sources, cell.sources, 'electrolyte.gap'],
    [plain.cathode.host.sources, cell.cathode.host.sources, 'barrierMg'],
    [plain.electrolyte.sources, cell.electrolyte.sources, 'gap'],
    [plain.anode.metals[0].sources, cell.anode.metals[0].sources, 'exchangeCurrent'],
  ] as const
  for (const [before, after, key] of changed) {
    assert.doesNotMatch(before[key], /mine/)
    assert.match(after[key], /^assumed: mine\.yaml/)
  }
  assert.equal(cell.cathode.host.sources.barrierLi, plain.cathode.host.sources.barrierLi)
  assert.deepEqual(cell.anode.metals[1].sources, plain.anode.metals[1].sources)
})

test('an account of a cell states the source of each number once, in columns', async () => {
  const { cell } = await cellFrom(recipe, 'mine.yaml')
  const lines = explainCell(cell).split('\n')
  const rows = lines.slice(lines.indexOf('sources') + 1).map(line => /^ {2}(\S+) +(.*)$/.exec(line)!)
  const fields = rows.map(row => row[1])
  assert.equal(fields.filter(field => field.endsWith('.barrierMg')).length, 1)
  assert.equal(fields.filter(field => field.endsWith('.gap')).length, 1)
  assert.ok(fields.includes('cell.thickness'))
  const starts = new Set(rows.map(row => row[0].length - row[2].length))
  assert.equal(starts.size, 1)
})
