import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { checkCell } from '../../src/file/check-cell.ts'
import { hostOfTable, hostText, readHostText } from '../../src/file/host-file.ts'
import { readCellText } from '../../src/file/read.ts'
import { resample } from '../../src/laws/table/resample.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { R, roomTemperature } from '../../src/units.ts'
import { sampledHost } from '../laws/sampled-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'dualion-host-'))
after(() => rmSync(folder, { recursive: true }))

const T = roomTemperature
const base = beaker()
const original = base.cathode.host
const sites = 4
/** μ° of the record's own exchange currents: μ_i = μ°_i + RT(1 + ln(x_i/m) − ω_i m/max) in its empty host. */
const reference = [1, 2].map((weight, i) => {
  const mu = original.thermodynamics.potential([1e-12, 1e-12], T)[i]
  return mu - R * T * (1 + Math.log(1e-12 / sites) - weight)
})
const tableOf = (noise: { mu: number; theta: number; L: number } | undefined, seed = 1): HostTable => {
  const table = sampledHost(original, { temperatures: [T], step: 0.0625, sites, seed, ...(noise ? { noise } : {}) })
  return { ...table, kinetics: { ...table.kinetics, reference } }
}
const exact = tableOf(undefined)

test('a host file is read back to the last bit', () => {
  const table = { ...exact, inputs: { lattice: 'sha256:abc' }, notes: ['a note'] }
  assert.deepEqual(readHostText(hostText(table), 'h.json'), table)
})

test('a host file that is none is refused with line, field and what is allowed', () => {
  const data = JSON.parse(hostText(exact))
  const refused = (change: object, message: RegExp) =>
    assert.throws(() => readHostText(JSON.stringify({ ...data, ...change }), 'h.json'), message)
  refused({ format: 'dualion result' }, /h\.json: format: got "dualion result", allowed: dualion host/)
  refused({ formatVersion: 2 }, /formatVersion: got 2/)
  refused({ molarVolume: -1 }, /molarVolume: got -1, allowed: a number > 0/)
  refused({ transprot: [] }, /transprot: unknown key, did you mean "transport"/)
  refused({ carriers: ['Xx'] }, /carriers\.0: got "Xx"/)
  const [first, ...rest] = data.thermodynamics
  refused({ thermodynamics: [{ ...first, mu: ['1', 2] }, ...rest] }, /thermodynamics\.0\.mu\.0: got "1"/)
  refused({ thermodynamics: [{ ...first, x: [9, 9] }, ...rest] }, /h\.json: thermodynamics\[0\]\.x: got/)
  assert.throws(() => readHostText('{ "format": ', 'h.json'), /h\.json: line 1/)
})

const cellText = (host: string): string => `from: li-mg-mo6s8-beaker\ncathode: { host: ${host} }\n`

test('a cell names a host file by path or { file }, seen from the cell’s own folder', async () => {
  const coarse = sampledHost(original, { temperatures: [T], step: 0.125, sites })
  writeFileSync(join(folder, 'computed.json'), hostText(coarse))
  const at = join(folder, 'cell.yaml')
  for (const host of ['computed.json', '{ file: ./computed.json }', join(folder, 'computed.json')]) {
    const { cell } = await readCellText(cellText(host), at)
    assert.equal(cell.cathode.host.name, 'Mo6S8, sampled')
    assert.ok(cell.cathode.host.notes!.some(note => note.startsWith('Standard errors over the room')))
  }
  await assert.rejects(
    readCellText(cellText('other.json'), at),
    /cathode\.host: got ".*other\.json", allowed: a host file/,
  )
  writeFileSync(join(folder, 'broken.json'), '{ "format": "dualion host" }')
  await assert.rejects(readCellText(cellText('{ file: broken.json }'), at), /broken\.json.*missing/s)
  // Names of the library are what they were.
  const { cell } = await readCellText('from: li-mg-mo6s8-beaker\ncathode: { host: mo6s8 }\n', at)
  assert.equal(cell.cathode.host.name, 'Mo6S8')
})

/** Capacity of a discharge, voltage and share of Mg against it. */
const discharged = (cell: Cell) => {
  const { columns, outcome } = cycle(
    modelOf(cell, { mesh: { points: 10, shells: 12 } }),
    parseProtocol(['Discharge at 1C until 0.4 V']),
    { rtol: 1e-4 },
  )
  const column = (name: string) => columns[name as keyof typeof columns] as unknown as Float64Array
  const [Q, V] = [column('capacity'), column('voltage')]
  const last = Q.length - 1
  const at = (values: Float64Array, q: number): number => {
    let k = 0
    while (k < last - 1 && Q[k + 1] < q) k++
    return values[k] + ((values[k + 1] - values[k]) * (q - Q[k])) / (Q[k + 1] - Q[k])
  }
  // Share of Mg in the host’s charge so far; at 1C the ions come in together.
  const share = (q: number): number => {
    const [li, mg] = ['Li', 'Mg'].map(c => at(column(`amount[${c}]`), q))
    return (2 * mg) / (li + 2 * mg)
  }
  return { outcome, capacity: Q[last], voltage: (q: number) => at(V, q), share }
}
const withHost = (table: HostTable): Cell => ({ ...base, cathode: { ...base.cathode, host: hostOfTable(table) } })

test('a Li–Mg discharge with the tabled host is that of the host itself, and noise in the samples spreads it', t => {
  const own = discharged(base)
  const compare = (table: HostTable) => {
    const tabled = discharged(withHost(table))
    // The last millionth of the room is left, or followed to the cut-off, by how many steps it takes: the same end but for its name.
    for (const { outcome } of [tabled, own]) assert.match(outcome, /^(cut-off|host full)$/)
    const least = Math.min(own.capacity, tabled.capacity)
    let [square, share] = [0, 0]
    for (let k = 1; k < 60; k++) {
      const q = (k / 60) * least
      square += (own.voltage(q) - tabled.voltage(q)) ** 2 / 59
      share = Math.max(share, Math.abs(own.share(q) - tabled.share(q)))
    }
    return { mV: 1000 * Math.sqrt(square), share, capacity: tabled.capacity / own.capacity - 1 }
  }
  const clean = compare(exact)
  t.diagnostic(`share of Mg at half ${own.share(0.5 * own.capacity)}; exact samples: ${JSON.stringify(clean)}`)
  // μ is within 0.2 mV and L within a per cent of the host (test/laws/table.test.ts).
  assert.ok(clean.mV < 1, `${clean.mV} mV`)
  assert.ok(clean.share < 0.01 && Math.abs(clean.capacity) < 0.01)
  const spreads = [1, 1 / 9].map(size => {
    const table = tableOf({ mu: 300 * size, theta: 0.1 * size, L: 0.1 * size }, 7)
    const runs = [1, 2].map(seed => compare(resample(table, seed)))
    return {
      mV: Math.sqrt(runs.reduce((sum, r) => sum + r.mV ** 2, 0) / 2),
      share: Math.sqrt(runs.reduce((sum, r) => sum + r.share ** 2, 0) / 2),
    }
  })
  t.diagnostic(JSON.stringify(spreads))
  const [large, small] = spreads
  // Noise of 3 mV in each sample, averaged over hundreds.
  assert.ok(large.mV < 6 && large.share < 0.03, JSON.stringify(large))
  // Not shown: that the spread is proportional to the noise. Over one factor of three it grew by 6.5, over another by 1.3, with two
  // draws each and a smoothing that is chosen anew in every draw. Here a ninth of the noise must give clearly less.
  assert.ok(large.mV > 2 * small.mV, JSON.stringify(spreads))
})

test('one diffusivity of two may be below 0, as one ion draws the other; their sum may not', () => {
  const cell = beaker()
  const { host } = cell.cathode
  const withDiagonal = (Li: number, Mg: number) => ({
    ...cell,
    cathode: {
      ...cell.cathode,
      host: { ...host, transport: { ...host.transport, diffusivity: () => Float64Array.of(Li, 1e-14, -1e-14, Mg) } },
    },
  })
  checkCell(withDiagonal(1e-13, -1e-15), 'cell.yaml')
  assert.throws(() => checkCell(withDiagonal(1e-13, -2e-13), 'cell.yaml'), {
    code: 'input',
    message: /sum of the diffusivities at .*: got -/,
  })
})
