import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { PorousElectrode } from '../../src/cell/cell.ts'
import { parseAmount, withAmount, withStateOfCharge } from '../../src/file/amounts.ts'
import { cellFileJsonSchema } from '../../src/file/cell-schema.ts'
import { explainCell } from '../../src/file/explain.ts'
import { parseJson } from '../../src/file/json.ts'
import { nearest } from '../../src/file/nearest.ts'
import { readCellData, readCellText } from '../../src/file/read.ts'

const example = (name: string) => readFileSync(new URL(`../../examples/cells/${name}.yaml`, import.meta.url), 'utf8')
const half = example('li-lfp-half-cell')
const refused = (text: string | Uint8Array, name: string, message: RegExp) =>
  assert.rejects(readCellText(text, name), (error: Error) => {
    assert.match(error.message, message)
    assert.equal((error as { code?: string }).code, 'input')
    assert.ok(error.message.startsWith(name))
    return true
  })

test('a cell written out: numbers, derived numbers, protocol', async () => {
  const { cell, kind, protocol, notes, data } = await readCellText(half, 'half.yaml')
  assert.equal(kind, 'cell')
  assert.deepEqual(protocol, { steps: ['Discharge at C/5 until 2.5 V'] })
  assert.deepEqual(notes, [])
  assert.equal(cell.anode.kind, 'metal')
  // 3 ε_s/R and ε^1.5 follow where they are not given.
  assert.ok(Math.abs(cell.cathode.areaDensity / ((3 * 0.73641) / 5e-7) - 1) < 1e-14)
  assert.ok(Math.abs(cell.separator.transportEfficiency / 0.45 ** 1.5 - 1) < 1e-14)
  // The parsed data is plain and rebuilds the same cell elsewhere.
  const again = await readCellData(structuredClone(data), 'half.yaml')
  assert.deepEqual(again.cell.cathode.amount, cell.cathode.amount)
  assert.equal(
    again.cell.cathode.host.thermodynamics.potential([0.4], 298.15)[0],
    cell.cathode.host.thermodynamics.potential([0.4], 298.15)[0],
  )
})

test('JSON and YAML of one cell are one cell', async () => {
  const { data, cell } = await readCellText(half, 'half.yaml')
  const json = await readCellText(JSON.stringify(data), 'half.json')
  assert.equal(explainCell(json.cell).replaceAll('half.json', 'half.yaml'), explainCell(cell))
})

test('a library cell with differences; what follows from them is said', async () => {
  const base = (await readCellText('from: li-mg-mo6s8-beaker', 'base.yaml')).cell
  const { cell, notes } = await readCellText(example('li-mg-mo6s8-thin'), 'thin.yaml')
  assert.equal(cell.name, 'Li–Mg | Mo6S8, thin cathode')
  assert.equal(cell.cathode.thickness, 30e-6)
  assert.equal(cell.cathode.porosity, base.cathode.porosity)
  assert.ok(Math.abs(cell.cathode.areaDensity / ((3 * base.cathode.activeFraction) / 2.5e-7) - 1) < 1e-14)
  assert.deepEqual(cell.cathode.amount, { Li: 0.1, Mg: 0 })
  assert.deepEqual(cell.electrolyte.concentration, [250, 500, 1250])
  assert.match(notes.join('\n'), /areaDensity follows/)
  assert.match(notes.join('\n'), /nominalCapacity stays/)
})

test('library differences that cannot be are refused', async () => {
  const from = 'from: li-mg-mo6s8-beaker\n'
  await refused('from: li-mg-mo6s8-baker', 'f.yaml', /did you mean "li-mg-mo6s8-beaker"\?/)
  await refused('from: ../../evil', 'f.yaml', /from: got/)
  await refused(
    `${from}parameters: { host.barrierMgg: 0.3 }`,
    'f.yaml',
    /host\.barrierMgg: unknown parameter .* did you mean "host\.barrierMg"\?/,
  )
  await refused(`${from}parameters: { host.barrierMg: "0.3" }`, 'f.yaml', /barrierMg/)
  await refused(
    `${from}cathode: { thicknes: 1e-5 }`,
    'f.yaml',
    /cathode\.thicknes: unknown key, did you mean "thickness"\?/,
  )
  await refused(
    `${from}electrolyte: { concentration: { Li: 100 } }`,
    'f.yaml',
    /charge Σ z c: got -400 mol\/m³ \(30\.7692 % too much negative charge\)/,
  )
  await refused(`${from}electrolyte: { concentration: { Na: 100 } }`, 'f.yaml', /concentration\.Na: unknown species/)
  await refused(
    `${from}cathode: { amount: { Li: 3, Mg: 1 } }`,
    'f.yaml',
    /cathode\.amount: got Li \+ 2·Mg = 5, allowed: ≤ 4/,
  )
  await refused(
    `${from}cathode: { amount: { Na: 3 } }`,
    'f.yaml',
    /amount\.Na: got 3, allowed: an ion of Mo6S8: Li, Mg/,
  )
})

test('one wrong thing in a good file', async () => {
  const wrong = (from: string | RegExp, to: string, message: RegExp) =>
    refused(half.replace(from, to), 'half.yaml', message)
  await wrong(
    'thickness: 64.3e-6',
    'thickness_um: 64.3',
    /cathode\.thickness_um: unknown key, did you mean "thickness"\?/,
  )
  await wrong('thickness: 64.3e-6', 'Thickness [um]: 64.3', /Thickness \[um\]: unknown key, did you mean "thickness"\?/)
  await wrong('thickness: 64.3e-6', 'thickness: 1e300', /cathode\.thickness: got 1e\+300, allowed: ≥ 1e-12 and ≤ 10 m/)
  await wrong('particleRadius: 5e-7', 'particleRadius: 5e-324', /cathode\.particleRadius: got 5e-324, allowed: ≥ 1e-12/)
  await wrong('area: 0.0896', 'area: 0.0896\nmodle: dfn', /modle: unknown key/)
  await wrong('porosity: 0.20359', 'porosity: 0.5', /0\.5 \+ 0\.73641 = 1\.23641, allowed: ≤ 1/)
  await wrong('thickness: 25e-6', 'thickness: 0', /separator\.thickness: got 0, allowed: a number > 0 \[m\]/)
  await wrong('transference: 0.259', 'transference: 1.5', /electrolyte\.transference: got 1\.5/)
  await wrong('concentration: 1000', 'concentration: 1e999', /electrolyte\.concentration: got Infinity/)
  await wrong('concentration: 1000', 'concentration: .nan', /electrolyte\.concentration: got NaN/)
  await wrong('concentration: 1000', 'concentration: "1000"', /got "1000" \(a text; write the number without/)
  await wrong(/conductivity: 0\.1297.*/, 'conductivity: 0', /conductivity at the start: got 0, .*no current can pass/)
  await wrong('diffusivity: 6.873e-17', 'diffusivity: -1e-17', /diffusivity at Li 0\.0875: got -1e-17/)
  await wrong('[2.5, 3.8]', '[3.8, 2.5]', /voltageLimits: got 3\.8 V to 2\.5 V/)
  await wrong('[0.95038, 0.0875]', '[1.95, 0.0875]', /stateOfCharge\.cathode at 0: got 1\.95/)
  await wrong(
    'area: 0.0896',
    'area: 0.0896\ntemperature: 25',
    /temperature: got 25, allowed: .*K \(25 °C are 298\.15 K\)/,
  )
  await wrong(
    /potential: 3.*/,
    'potential: 1e999',
    /^half\.yaml: cathode\.host\.potential: got Infinity, allowed: a number, an expression/,
  )
  await wrong(
    /potential: 3.*/,
    'potential: 3400',
    /equilibrium potential at Li 0\.0875: got 3400, allowed: within ±20 V/,
  )
  await wrong('metals: [li]', 'metals: [lj]', /metals\[0\]: got "lj", allowed: .*did you mean "li"\?/)
  await wrong('cell: Li', 'cell: x\ncell: Li', /line 3, column 1: Map keys must be unique/)
  await wrong('cell: Li', '__proto__: { polluted: 1 }\ncell: Li', /"__proto__" is not allowed/)
})

test('a start of exactly 0 or 1e-12 is allowed and 0 is noted', async () => {
  const of = (amount: string) => half.replace('amount: { Li: 0.0875 }', `amount: { Li: ${amount} }`)
  // This potential is a fit with a term of 4e14 V exp(-400 x): at x = 0 it says nothing about LFP.
  await refused(of('0'), 'half.yaml', /equilibrium potential at Li 0\.000001: got 354\d+, allowed: within ±20 V/)
  const at = (amount: string) => readCellText(of(amount).replace(/potential: .*/, 'potential: 3.4 - x'), 'half.yaml')
  assert.match((await at('0')).notes.join(), /cathode\.amount\.Li is 0/)
  assert.deepEqual((await at('1e-12')).notes, [])
  assert.deepEqual((await at('1')).notes, [])
})

test('no text at all, cut off, wrong encoding, hostile', async () => {
  await refused('', 'e.json', /empty/)
  await refused(' \n ', 'e.yaml', /empty/)
  await refused('hello', 'h.txt', /got "hello", allowed: a BPX file/)
  await refused('[1, 2]', 'l.json', /got a list/)
  await refused('{"Header": {"BPX": "1.0.0"', 't.json', /line 1, column 27: the end of the file \(is it cut off\?\)/)
  await refused('a: [1', 't.yaml', /line 1/)
  await refused('{"a": 1e999}', 'n.json', /line 1, column 7: 1e999 is beyond the largest number/)
  await refused('{"a": NaN}', 'n.json', /"NaN" is not a value/)
  await refused('{"a": 1, "a": 2}', 'd.json', /column 10: the key "a" is given twice/)
  await refused('{"__proto__": {"polluted": 1}}', 'p.json', /"__proto__" is not allowed/)
  await refused('a: !!js/function "x"', 't.yaml', /tag/i)
  await refused('['.repeat(100_000), 'n.json', /nested deeper/)
  await refused('['.repeat(100_000), 'n.yaml', /nested deeper/)
  await refused('- '.repeat(5000), 'n.yaml', /nested deeper/)
  const bomb = [
    'a: &a [1, 1]',
    ...[...'bcdefgh'].map((k, i) => `${k}: &${k} [${`*${'abcdefg'[i]}, `.repeat(9)}1]`),
  ].join('\n')
  await refused(bomb, 'bomb.yaml', /aliases/)
  await refused(Uint8Array.of(0xff, 0xfe, 0x7b, 0), 'u.json', /UTF-16/)
  await refused(Uint8Array.of(0x7b, 0, 0x22, 0), 'u.json', /UTF-16/)
  await refused(Uint8Array.of(0x7b, 0x80), 'u.json', /not UTF-8/)
  await refused(new Uint8Array(20_000_001), 'huge.json', /20000001 bytes, allowed: at most 20000000/)
  assert.equal(({} as { polluted?: number }).polluted, undefined)
})

test('what a reader could take in silence, or for too long, is refused', async () => {
  // The second document would be left out.
  await refused(`${half}\n---\n${half}`, 'm.yaml', /more than one document/)
  // Names that every object has: no word of the engine's in the message.
  await refused(
    half.replace(/^electrolyte:\n( .*\n)+/m, 'electrolyte: {}\n'),
    'e.yaml',
    /electrolyte\.name: missing, needed/,
  )
  for (const key of ['toString', 'valueOf', 'hasOwnProperty']) {
    await refused(`${half}\n${key}: 1\n`, 'k.yaml', new RegExp(`${key}: unknown key, allowed here`))
    await refused(`{"${key}": 1}`, 'k.json', /unknown key, allowed here/)
  }
  // Both took a second and more: keys held against each other, brackets never closed with words between them.
  await refused(Array.from({ length: 9000 }, (_, i) => `k${i}: 1`).join('\n'), 'k.yaml', /more than 5000 keys/)
  await refused(`- &a${' [x'.repeat(40_000)}`, 'n.yaml', /nested deeper/)
  await refused('{"a": "b\u0001"}', 'c.json', /column 9: the control character \\u0001 inside a text/)
})

test('a UTF-8 byte order mark is no harm', async () => {
  const bytes = new TextEncoder().encode(`\uFEFF${half}`)
  assert.equal((await readCellText(bytes, 'half.yaml')).cell.nominalCapacity, 2)
})

test('strict JSON reads what JSON.parse reads', () => {
  const text = '{"a": [1, -2.5e-3, 0, true, false, null, "x\\n\\u00e9\\"", {}, []], "b": {"c": "é"}}'
  assert.deepEqual(parseJson(text, 't'), JSON.parse(text))
  for (const bad of ['01', '1.', '.5', '+1', '[1,]', '{"a":1,}', "{'a': 1}", '"\n"', '{"a" 1}', '1 2', '-', 'nul']) {
    assert.throws(() => parseJson(bad, 't'), /^SimulationError: t: line \d+, column \d+: /, bad)
    assert.throws(() => JSON.parse(bad))
  }
})

test('nearest word', () => {
  assert.equal(nearest('thickness_um', ['porosity', 'thickness']), 'thickness')
  assert.equal(nearest('tnah', ['tan', 'tanh', 'cosh']), 'tanh')
  assert.equal(nearest('xyzzy', ['porosity', 'thickness']), undefined)
})

test('amounts and state of charge from the command line', async () => {
  const dual = (await readCellText('from: li-mg-mo6s8-beaker', 'd.yaml')).cell
  assert.deepEqual(parseAmount('Li=0.1,Mg=0'), { Li: 0.1, Mg: 0 })
  assert.deepEqual(withAmount(dual, { Li: 0.5 }).cathode.amount, { Li: 0.5, Mg: 0 })
  assert.throws(() => parseAmount('Li:0.1'), /ion=number/)
  assert.throws(() => parseAmount('Li=-1'), /≥ 0/)
  assert.throws(() => parseAmount('Li=1,Li=2'), /each ion once/)
  assert.throws(() => withAmount(dual, { Na: 1 }), /allowed: an ion of Mo6S8: Li, Mg/)
  assert.throws(() => withAmount(dual, { Li: 5 }), /= 5, allowed: ≤ 4/)
  assert.throws(() => withStateOfCharge(dual, 0.5), /give each amount/)
  const one = (await readCellText(half, 'half.yaml')).cell
  assert.ok(Math.abs(withStateOfCharge(one, 0.5).cathode.amount.Li - (0.95038 + 0.0875) / 2) < 1e-15)
  assert.throws(() => withStateOfCharge(one, 1.1), /≥ 0 and ≤ 1/)
  const full = (await readCellText('from: graphite-nmc811', 'g.yaml')).cell
  const empty = withStateOfCharge(full, 0)
  assert.equal((empty.anode as PorousElectrode).amount.Li, 0.02634579027064577)
  assert.equal(empty.cathode.amount.Li, 0.853974674630047)
})

test('explanation: inventory, capacity, first voltage', async () => {
  const text = explainCell((await readCellText(half, 'half.yaml')).cell)
  // ε_s ℓ c_max F = 0.73641·64.3e-6·21200·96485/3600/10 mAh/cm²
  assert.match(text, /capacity +2\.69 mAh\/cm² full of Li/)
  // U(0.0875) of the file's expression, against Li at activity 1.
  assert.match(text, /first voltage +3\.737 V by Li/)
  assert.match(text, /per formula unit of LFP/)
})

test('explanation: an anode without metal has no potential of its own, and says so', async () => {
  const bare = 'from: li-mg-mo6s8-full\nanode: { amount: { Li: 0, Mg: 0 } }\n'
  const text = explainCell((await readCellText(bare, 'bare.yaml')).cell)
  assert.match(text, /first voltage +2\.745 V by Li, 2\.058 V by Mg \(.*as if there were metal/)
})

test('JSON Schema of the cell file names the units', () => {
  const schema = JSON.stringify(cellFileJsonSchema())
  for (const part of ['Particle radius', '[mol/m³]', 'from', 'nominalCapacity']) assert.ok(schema.includes(part), part)
})
