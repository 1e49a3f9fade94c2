/** `node --import tsx --conditions=source test/reference/pybamm/print.ts [curve …]`: our distance from each curve. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cycle } from '../../../src/cell/cycle.ts'
import { modelOf } from '../../../src/cell/model-of.ts'
import type { Protocol } from '../../../src/cell/protocol.ts'
import { parseProtocol } from '../../../src/cell/sentence.ts'
import { readCellText } from '../../../src/file/read.ts'
import { cellFileOf, type Reference, referenceOf, rmsAgainst } from './compare.ts'

/** Rows every second: the cubic between them is exact to 1e-8 V. */
const period = 1

/** Density × specific heat × volume of the LFP file [J/K]. */
const lfpHeatCapacity = 1940 * 999 * 1.7e-5

/** The protocol of a curve, its profile where it has one. */
const protocolOf = (reference: Reference): Protocol =>
  reference.steps.flatMap(({ label }) => {
    if (label !== 'drive') return parseProtocol([label]).map(step => ({ ...step, period }))
    const { time, current } = reference.profile!
    const drive = {
      kind: 'profile',
      quantity: 'current',
      time: Float64Array.from(time),
      value: Float64Array.from(current),
    } as const
    return [{ label, drive, until: [], cycle: 1, period }]
  })

const folder = fileURLToPath(new URL('./', import.meta.url))
const all = readdirSync(folder).flatMap(name => (name.endsWith('.json') ? [name.slice(0, -5)] : []))
for (const name of process.argv.length > 2 ? process.argv.slice(2) : all) {
  const reference = referenceOf(name)
  const file = cellFileOf(reference)
  const read = await readCellText(file.bytes, file.name)
  // A file without a coefficient of heat transfer is isothermal for us, adiabatic for PyBaMM's lumped model.
  const adiabatic = reference.thermal === 'lumped' && !read.cell.thermal
  const cell = adiabatic
    ? { ...read.cell, thermal: { heatCapacity: lfpHeatCapacity, coolingConductance: 0 } }
    : read.cell
  const line = [name.padEnd(22)]
  try {
    const solution = cycle(modelOf(cell, { fidelity: reference.model }), protocolOf(reference), { rtol: 1e-5 })
    const { rms, max, at, durations } = rmsAgainst(solution, reference)
    line.push(`rms ${(1000 * rms).toFixed(4)} mV`, `max ${(1000 * max).toFixed(3)} mV at ${at.toFixed(0)} s`)
    if (reference.columns.temperature) {
      const warm = rmsAgainst(solution, reference, { quantity: 'temperature' })
      line.push(`T rms ${(1000 * warm.rms).toFixed(2)} mK`)
    }
    const ended = durations.filter((_, k) => !/ for \d/.test(reference.steps[k]!.label))
    line.push(`ends ${ended.map(d => d.toFixed(4)).join(', ')} s`)
  } catch (error) {
    line.push((error as Error).message)
  }
  console.log(line.join('  '))
}
