/** Long steps over a flat potential that ends in an exponential: a leap far up it must not pass for a solution. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { withStateOfCharge } from '../../src/file/amounts.ts'
import { readCellText } from '../../src/file/read.ts'

const path = fileURLToPath(new URL('../../examples/cells/li-lfp-half-cell.yaml', import.meta.url))

describe('a charge along the plateau of LFP', () => {
  for (const { name, radius, temperature, current, fidelity, points, shells } of [
    {
      name: 'particles of 150 nm',
      radius: 0.3,
      temperature: 298.15,
      current: 0.4372,
      fidelity: 'spm',
      points: 8,
      shells: 12,
    },
    { name: '1C at 0 °C', radius: 1, temperature: 273.15, current: 2.152, fidelity: 'dfn', points: 20, shells: 20 },
  ] as const)
    it(`ends at its limit and conserves at rtol 1e-3: ${name}`, async () => {
      const { cell: read } = await readCellText(readFileSync(path), path)
      const full = withStateOfCharge(read, 0)
      const { particleRadius, areaDensity } = full.cathode
      const cell = {
        ...full,
        temperature,
        ambientTemperature: temperature,
        cathode: { ...full.cathode, particleRadius: particleRadius * radius, areaDensity: areaDensity / radius },
      }
      const ends = [1e-3, 1e-5].map(rtol => {
        const { outcome, columns, conservation } = cycle(
          modelOf(cell, { fidelity, mesh: { points, shells } }),
          parseProtocol([`Charge at ${current} A until 3.8 V`]),
          { rtol },
        )
        assert.equal(outcome, 'cut-off')
        // Taken for a solution, it was an error of 0.13 V here, and of 30 V with the other particles, where nothing followed.
        assert.ok(Math.abs(columns.voltage[columns.voltage.length - 1] - 3.8) < 1e-6)
        for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10, `${lost}`)
        return columns.time[columns.time.length - 1]
      })
      // The time of the end, to a few tolerances of the coarse run.
      assert.ok(Math.abs(ends[0] / ends[1] - 1) < 3e-3, `${ends}`)
    })
})
