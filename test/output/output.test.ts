import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { impedanceCsv, toCsv, toJson, toParquet } from '../../src/output/index.ts'

const columns = {
  'share[Li]': Float64Array.of(0.75, Number.NaN),
  'partialCurrent[Li]': Float64Array.of(0.75, -0.5),
  current: Float64Array.of(1, -2),
  time: Float64Array.of(0, 1e-9),
  voltage: Float64Array.of(3, 2.5),
  temperature: Float64Array.of(298.15, 300),
  step: Float64Array.of(1, 2),
  capacity: Float64Array.of(0, 0.25),
}

test('CSV: Battery Data Format headers, cell columns first, ions after them, discharge positive', () => {
  const [head, first, second] = toCsv(columns).split('\n')
  assert.equal(
    head,
    'Test Time / s,Voltage / V,Current / A,Net Capacity / Ah,Surface Temperature / degC,Step Index / 1,' +
      'Li Share Of Current / 1,Li Partial Current / A',
  )
  assert.equal(first, '0,3,1,0,25,1,0.75,0.75')
  assert.match(second, /^1e-9,2\.5,-2,0\.25,26\.85\d*,2,,-0\.5$/) // no number where the share is not defined
})

test('CSV: the sign of every directed column turns over, nothing else does', () => {
  const [, first, second] = toCsv(columns, { currentSign: 'charge' }).split('\n')
  assert.equal(first, '0,3,-1,0,25,1,0.75,-0.75') // and no "-0"
  assert.match(second, /^1e-9,2\.5,2,-0\.25,26\.85\d*,2,,0\.5$/)
})

test('CSV: every number reads back as the same one', () => {
  const value = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(value, voltage => {
      const read = toCsv({ voltage }).trimEnd().split('\n').slice(1).map(Number)
      assert.deepEqual(
        read,
        voltage.map(x => x + 0),
      )
    }),
  )
})

test('CSV: more rows than one piece holds', () => {
  const time = Float64Array.from({ length: 4321 }, (_, i) => i)
  const lines = toCsv({ time }).split('\n')
  assert.equal(lines.length, 4323)
  assert.equal(lines[4321], '4320')
})

test('columns of different length, or without a row in quantities.ts, are a programming error', () => {
  assert.throws(() => toCsv({ time: [0, 1], voltage: [3] }), /voltage has 1 rows, time has 2/)
  assert.throws(() => toCsv({ flux: [0] }), /no quantity is named "flux"/)
})

test('impedance: the three columns of the contract', () => {
  assert.equal(
    impedanceCsv({ frequency: [10], real: [1], imaginary: [-2] }),
    'Frequency / Hz,Zre / Ohm,Zim / Ohm\n10,1,-2\n',
  )
})

test('Parquet: same headers and numbers, whole numbers as integers, metadata kept', async () => {
  const bytes = await toParquet(columns, { currentSign: 'charge', metadata: { cell: 'test' } })
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const rows = await parquetReadObjects({ file })
  assert.equal(rows.length, 2)
  assert.equal(rows[1]['Test Time / s'], 1e-9)
  assert.equal(rows[1]['Current / A'], 2)
  assert.equal(rows[1]['Li Partial Current / A'], 0.5)
  const metadata = await parquetMetadataAsync(file)
  assert.equal(metadata.schema.find(element => element.name === 'Step Index / 1')?.type, 'INT32')
  assert.ok(metadata.key_value_metadata?.some(item => item.key === 'cell' && item.value === 'test'))
})

test('JSON: readable by any reader, units and citations inside, non-finite numbers as words', () => {
  const result = {
    columns,
    outcome: 'cut-off',
    worst: Number.POSITIVE_INFINITY,
    profiles: [{ x: Float64Array.of(0, 1) }],
    sources: { 'cathode.D': 'Chen2020 table 2', 'anode.D': 'assumed' },
  }
  const read = JSON.parse(toJson(result))
  assert.equal(read.format, 'dualion result')
  assert.equal(read.outcome, 'cut-off')
  assert.equal(read.worst, 'Infinity')
  assert.deepEqual(read.profiles[0].x, [0, 1])
  assert.deepEqual(Object.keys(read.references), ['Chen2020'])
  assert.ok(read.references.Chen2020.citation.length > 10)
  assert.deepEqual(read.columns['share[Li]'].values, [0.75, 'NaN'])
  assert.equal(read.columns.temperature.unit, 'K')
  assert.equal(read.columns.temperature.values[0], 298.15)
  assert.equal(read.columns.voltage.header, 'Voltage / V')
})

test('JSON: currents follow the chosen sign and say so; a result without columns is still JSON', () => {
  const read = JSON.parse(toJson({ columns }, { currentSign: 'charge' }))
  assert.equal(read.currentSign, 'charge')
  assert.deepEqual(read.columns.current.values, [-1, 2])
  assert.deepEqual(JSON.parse(toJson({ columns: {} })).columns, {})
})
