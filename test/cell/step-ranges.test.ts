import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { checkProtocol } from '../../src/cell/step.ts'
import { readCellData } from '../../src/file/read.ts'

const { cell } = await readCellData({ from: 'graphite-lfp' }, 'cell.yaml')
const one = (sentence: string) => parseProtocol([sentence])[0]
const refused = (sentence: string, message: RegExp) =>
  assert.throws(() => checkProtocol(parseProtocol([sentence]), cell), message)

test('a temperature of a step has the range of the file’s, and what was meant in °C is said', () => {
  refused('Discharge at 1C for 10 s at 25 K', /temperature: got 25, allowed: ≥ 100 and ≤ 2000 K.*did you mean 25 °C\?/)
  refused('Discharge at 1C for 10 s (3000 K)', /temperature: got 3000, allowed: ≥ 100 and ≤ 2000 K/)
  refused('Rest for 1 h or until 25 K', /until temperature: got 25/)
  assert.equal(one('Discharge at 1C for 10 s at 25 oC').temperature, 298.15)
})

test('a period too small for its step is refused before anything is computed', () => {
  refused('Discharge at 1C for 1 h (1e-9 second period)', /period: got 1e-9, allowed: ≥ 1e-6 s/)
  refused(
    'Discharge at 1C for 1 h (0.0001 second period)',
    /period: got 0\.0001, allowed: .* at most 4000000 rows in all/,
  )
  refused('Repeat 1000 times: Rest for 1 h (0.5 second period)', /at most 4000000 rows/)
  refused('Sweep from 4 V to 2 V at 1 uV/s', /"uV\/s"|not understood/)
  checkProtocol(parseProtocol(['Discharge at 1C for 1 h (1 second period)']), cell)
})

test('a sweep that would outlast any step is refused with the least rate', () => {
  refused('Sweep from 4 V to 3 V at 1e-9 V/s', /sweep rate: got 1e-9 V\/s, allowed: ≥ 2\.8e-8 V\/s.*over in 10000 h/)
})

test('no current and no power are a rest, in every unit', () => {
  for (const zero of ['0 C', '0 A', '0 W'])
    assert.deepEqual(one(`Discharge at ${zero} for 10 s`).drive, { kind: 'rest' })
  refused('Discharge at 0 Ohm for 10 s', /greater than 0/)
})

test('after < or > a limit compares the current itself, as PyBaMM does; without it its magnitude', () => {
  const limit = (sentence: string) => one(sentence).until[0]
  assert.deepEqual(limit('Hold at 4.15V until > -50 mA'), {
    kind: 'current',
    current: -0.05,
    crossing: 'above',
    signed: true,
  })
  assert.deepEqual(limit('Hold at 3 V until < 50 mA'), {
    kind: 'current',
    current: 0.05,
    crossing: 'below',
    signed: true,
  })
  assert.deepEqual(limit('Hold at 4.15V until 50 mA'), { kind: 'current', current: 0.05, crossing: 'below' })
  assert.deepEqual(limit('Hold at 4.15V until > -0.02 C'), {
    kind: 'rate',
    rate: -0.02,
    crossing: 'above',
    signed: true,
  })
  refused('Charge at 1C until > -1 A', /can never end: the current is constant at -.* A, so it never rises above -1 A/)
  refused('Hold at 4 V until -1 A', /greater than 0: its magnitude counts/)
})
