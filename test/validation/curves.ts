/** Discharges beside reference curves: how they are run, and what is compared. */
import type { Cell, Fidelity } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import type { Protocol } from '../../src/cell/protocol.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import type { Solution } from '../../src/cell/solution.ts'
import { readCellText } from '../../src/file/read.ts'
import { type Comparison, cellFileOf, type Reference, referenceOf, rmsAgainst } from '../reference/pybamm/compare.ts'
import { csvOf } from './setup.ts'

/** Rows every second: the cubic between them is exact to 1e-8 V. */
const period = 1
/** Density × specific heat × volume of the LFP file [J/K], for the adiabatic curve. */
const lfpHeatCapacity = 1940 * 999 * 1.7e-5

/** A reference of one step from a CSV of time and voltage. */
export const referenceFromCsv = (o: {
  readonly file: string
  readonly cell: string
  readonly model: Fidelity
  readonly label: string
  /** [s]; the last row of the file where absent. */
  readonly duration?: number
}): Reference => {
  const { time_s: time, voltage_V: voltage } = csvOf(o.file)
  return {
    title: o.label,
    cell: o.cell,
    model: o.model,
    thermal: 'isothermal',
    steps: [{ label: o.label, start: 0, duration: o.duration ?? time[time.length - 1] }],
    columns: { time, voltage, step: time.map(() => 1), current: time.map(() => 0) },
    lateRmsError: {},
    maxError: {},
  }
}

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

/** The cell of a reference; without a coefficient of heat transfer its thermal run is adiabatic. */
export const cellOfReference = async (reference: Reference): Promise<Cell> => {
  const { bytes, name } = cellFileOf(reference)
  const { cell } = await readCellText(bytes, name)
  const adiabatic = reference.thermal === 'lumped' && !cell.thermal
  return adiabatic ? { ...cell, thermal: { heatCapacity: lfpHeatCapacity, coolingConductance: 0 } } : cell
}

/** Our run of a reference at the default mesh and tolerance. */
export const runLike = async (reference: Reference): Promise<Solution> =>
  cycle(modelOf(await cellOfReference(reference), { fidelity: reference.model }), protocolOf(reference), {
    rtol: 1e-5,
  })

export type Compared = Comparison & { readonly reference: Reference; readonly solution: Solution }

export const compared = async (
  reference: Reference | string,
  o: { readonly quantity?: 'voltage' | 'temperature' } = {},
): Promise<Compared> => {
  const against = typeof reference === 'string' ? referenceOf(reference) : reference
  const solution = await runLike(against)
  return { ...rmsAgainst(solution, against, o), reference: against, solution }
}
