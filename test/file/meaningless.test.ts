import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readCellText } from '../../src/file/read.ts'

const half = readFileSync(new URL('../../examples/cells/li-lfp-half-cell.yaml', import.meta.url), 'utf8')
const bpx = readFileSync(new URL('../../src/cells/bpx/chen2020.json', import.meta.url), 'utf8')
const potential = (text: string) => half.replace(/potential: 3.*$/m, `potential: ${text}`)

const refused = (text: string, name: string, message: RegExp) =>
  assert.rejects(readCellText(text, name), (error: Error) => {
    assert.match(error.message, message)
    assert.equal((error as { code?: string }).code, 'input')
    assert.ok(error.message.startsWith(name))
    return true
  })
type Sections = Record<string, Record<string, unknown>>
const changed = (change: (sections: Sections, header: Record<string, unknown>) => void): string => {
  const data = JSON.parse(bpx) as { Parameterisation: Sections; Header: Record<string, unknown> }
  change(data.Parameterisation, data.Header)
  return JSON.stringify(data)
}
const ocp = (value: unknown) =>
  changed(sections => {
    sections['Positive electrode']['OCP [V]'] = value
  })

test('a potential must cover its window, be finite in it, and fall as the host fills', async () => {
  const field = 'c\\.json: Parameterisation > Positive electrode > OCP \\[V\\]'
  const short = { x: [0.3, 0.5, 0.91], y: [4.2, 4, 3] }
  await refused(
    ocp(short),
    'c.json',
    new RegExp(`${field}: x: got "0\\.3 to 0\\.91", allowed: .*window.* 0\\.26385 to 0\\.85397`),
  )
  await refused(ocp('1/0'), 'c.json', new RegExp(`${field}: value at x = .*got Infinity`))
  await refused(ocp('sqrt(x-0.5)'), 'c.json', new RegExp(`${field}: value at x = .*got NaN`))
  await refused(ocp('3 + x'), 'c.json', new RegExp(`${field}: potential: .*falls as the host fills`))
  const { notes } = await readCellText(ocp('4 - x + 0.1*sin(20*x)'), 'c.json')
  assert.match(notes.join('\n'), /potential rises by 0\.068\d* V/)
  await refused(
    potential('{ x: [0.2, 0.5, 1], y: [3.6, 3.4, 3.2] }'),
    'h.yaml',
    /cathode\.host\.potential: x: got "0\.2 to 1"/,
  )
  await readCellText(potential('{ x: [0, 0.5, 1], y: [3.6, 3.4, 3.2] }'), 'h.yaml')
})

test('an electrolyte law must hold where discharges take the concentration, not only at the start', async () => {
  const text = changed(sections => {
    sections.Electrolyte['Conductivity [S.m-1]'] = 'x-990'
  })
  await refused(
    text,
    'c.json',
    /conductivity at 0\.1 of the concentration at the start .*got -890, allowed: .*from 0\.1 to 2 times/,
  )
  const late = changed(sections => {
    sections.Electrolyte['Conductivity [S.m-1]'] = '0.001*(2900 - x)'
  })
  assert.match(
    (await readCellText(late, 'c.json')).notes.join('\n'),
    /conductivity at 3 of the concentration .* the law ends before it/,
  )
})

test('versions and counts that are none: BPX 2.0, "abc", half a pair of electrodes', async () => {
  for (const version of ['2.0', 'abc', 17]) {
    const text = changed((_, header) => {
      header.BPX = version
    })
    await refused(text, 'c.json', /Header\.BPX: got .*, allowed: a version 0\.x or 1\.x, such as "1\.0\.0"/)
  }
  const pairs = 'Number of electrode pairs connected in parallel to make a cell'
  const text = changed(sections => {
    sections.Cell[pairs] = 1.5
  })
  await refused(text, 'c.json', /electrode pairs .*: got 1\.5, allowed: a whole number ≥ 1/)
})

test('a cell file that says what has no meaning, by file and field', async () => {
  const cases: readonly [string, string, RegExp][] = [
    ['metals: [li]', 'metals: [li, li]', /anode\.metals\[1\]: got "li", allowed: each metal once/],
    ['[0.95038, 0.0875]', '[0.5, 0.5]', /stateOfCharge\.cathode: got \[0\.5, 0\.5\], allowed: two different contents/],
    ['Li, charge: 1', 'Li, charge: 0', /electrolyte\.cation\.charge: got 0, allowed: a whole number ≥ 1/],
    ['Li, charge: 1', 'Li, charge: -1', /electrolyte\.cation\.charge: got -1/],
    ['Li, charge: 1', 'Li, charge: 2', /charge of Li: got 2, allowed: 1, as in the electrodes/],
    ['kind: fickian', 'kind: fickan', /cathode\.host\.kind: got "fickan", allowed: fickian, did you mean "fickian"\?/],
    ['area: 0.0896', 'area: *zz', /the alias \*zz has no anchor &zz/],
  ]
  for (const [from, to, message] of cases) {
    assert.ok(half.includes(from))
    await refused(half.replace(from, to), 'h.yaml', message)
  }
  const cubic = potential('{ x: [0, 1], y: [3.6, 3.2], interpolation: cubic }')
  await refused(cubic, 'h.yaml', /interpolation: got "cubic", allowed: linear or pchip/)
})

test('documents made to be slow are refused by their size before they are built', async () => {
  const anchors = Array.from({ length: 2000 }, (_, i) => `&a${i} 1`).join(', ')
  await refused(`a: [${anchors}]`, 'h.yaml', /2000 anchors/)
  await refused(`a: [${'1,'.repeat(100_000)}1]`, 'h.yaml', /200006 characters of YAML/)
  const keys = Array.from({ length: 100_001 }, (_, i) => `"k${i}":1`).join(',')
  await refused(`{${keys}}`, 'c.json', /more than 100000 keys/)
})
