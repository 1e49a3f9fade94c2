import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { currentSignOf, fidelityOf, numberOf, readFrequencies, readMesh } from '../../cli/options.ts'
import { textTable } from '../../cli/table.ts'

test('--mesh: N points × M shells, everything else refused with what is allowed', () => {
  assert.deepEqual(readMesh('20x20'), { points: 20, shells: 20 })
  assert.deepEqual(readMesh('40X10'), { points: 40, shells: 10 })
  for (const bad of ['20', '20x', 'x20', '-3x4', '2x20', '20x1e3', '20x20x20', '999999999x3', '', '2.5x3']) {
    assert.throws(() => readMesh(bad), /--mesh: got .*(NxM|≥ 3)/, bad)
  }
})

test('--frequencies: log-spaced, ends exact, count as asked', () => {
  const f = readFrequencies('1e-4:1e4:60')
  assert.equal(f.length, 60)
  assert.equal(f[0], 1e-4)
  assert.equal(f[59], 1e4)
  const ratio = f[1] / f[0]
  for (let i = 2; i < 60; i++) assert.ok(Math.abs(f[i] / f[i - 1] / ratio - 1) < 1e-13) // two roundings of a power
  assert.deepEqual([...readFrequencies('5:5:1')], [5])
  for (const bad of [
    '1:2',
    '0:1:3',
    '-1:1:3',
    'a:1:3',
    '1:2:0',
    '1:2:2.5',
    '1:1e999:3',
    '1:2:1e9',
    ':1:3',
    '1:2:3:4',
  ]) {
    assert.throws(() => readFrequencies(bad), /--frequencies: got .*from:to:count/, bad)
  }
})

test('numbers: in range or refused, never guessed', () => {
  const soc = numberOf('--soc', 0, 1)
  assert.equal(soc('0'), 0)
  assert.equal(soc('1'), 1)
  assert.equal(soc(' 5e-1 '), 0.5)
  for (const bad of ['', ' ', '1.1', '-0.1', 'NaN', '50%', '0,5', '1e999', '0x'])
    assert.throws(() => soc(bad), /--soc: got/, bad)
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        const value = soc(text)
        assert.ok(value >= 0 && value <= 1)
      } catch (error) {
        assert.match(String(error), /--soc: got/)
      }
    }),
  )
})

test('words: the model of the file unless another is asked for; only the words there are', () => {
  assert.equal(fidelityOf(undefined, undefined), 'dfn')
  assert.equal(fidelityOf(undefined, 'spm'), 'spm')
  assert.equal(fidelityOf('SPMe', 'spm'), 'spme')
  assert.throws(() => fidelityOf('p2d', undefined), /--model: got "p2d", allowed: spm, spme, dfn/)
  assert.equal(currentSignOf('charge'), 'charge')
  assert.throws(() => currentSignOf('positive'), /--current-sign/)
})

test('text tables: numbers lean right, words left, no trailing blanks', () => {
  const table = textTable([
    ['what', 'value'],
    ['long name', '1.5 V'],
    ['x', '12.5 V'],
  ])
  assert.equal(table, 'what        value\nlong name   1.5 V\nx          12.5 V\n')
})
