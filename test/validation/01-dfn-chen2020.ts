import type { ValidationRow } from './case.ts'
import { compared, referenceFromCsv, runLike } from './curves.ts'
import { csvOf, valueAt } from './setup.ts'

export const title = 'Porous electrode, one ion: LG M50 at 1C'
export const claim =
  'With one ion and one salt the model is the Doyle–Fuller–Newman model: a 1C discharge follows the mesh-extrapolated curve of another program.'
export const source = 'Chen2020 (cell), PyBaMM 26.10 (curve, extrapolated in x and r), Doyle1993 (model)'
export const equation = `
rms of V − V_ref over 60 s ≤ t ≤ 97 % of the discharge, 20 points a region, 20 shells, rtol 1e-5`
export const why =
  'The reference is good to 0.01 mV. 20 × 20 second-order cells leave some hundredths of a millivolt; 0.2 mV is asked for. A transference number with the wrong frame, κ_eff or D_eff off by a porosity, the thermodynamic factor of 2RT(1 − t₊)/F left out, a particle off by a factor 3: each is millivolts to hundreds of them. The concentrations at the end are those of a single mesh of 80 points (0.2 mV class). At 0+ there is no diffusion layer yet: kinetics and ohmic drops alone, 0.1 mV; at 10 s it is a few shells thick: 1 mV.'

const label = 'Discharge at 1C until 2.5 V'
const reference = referenceFromCsv({
  file: 'chen2020/dfn-1c.csv',
  cell: 'cells/chen2020.json',
  model: 'dfn',
  label,
  duration: 3555.202,
})

export const run = async (): Promise<readonly ValidationRow[]> => {
  const { rms, durations, solution } = await compared(reference)
  const { columns } = solution
  const end = solution.profiles.at(-1)!
  const { x_m: x, ce_mol_m3: c } = csvOf('chen2020/dfn-1c-end-electrolyte.csv')
  const { time, voltage } = reference.columns
  const salt = Object.values(end.concentration)[0]
  return [
    { quantity: 'rms of the voltage', unit: 'mV', theory: 0, dualion: 1e3 * rms, tolerance: 0.2 },
    {
      quantity: 'voltage at 0+',
      unit: 'V',
      theory: voltage[0],
      dualion: columns.voltage[0],
      tolerance: 1e-4,
      absolute: true,
    },
    {
      quantity: 'voltage at 10 s',
      unit: 'V',
      theory: valueAt(time, voltage, 10),
      dualion: valueAt(columns.time, columns.voltage, 10),
      tolerance: 1e-3,
      absolute: true,
    },
    {
      quantity: 'end of the discharge',
      unit: 's',
      theory: 3555.202,
      dualion: 3555.202 + durations[0],
      tolerance: 0.1,
      absolute: true,
    },
    {
      quantity: 'salt at the anode collector at the end',
      unit: 'mol/m³',
      theory: valueAt(x, c, end.x[0]),
      dualion: salt[0],
      tolerance: 2e-3,
    },
    {
      quantity: 'salt at the cathode collector at the end',
      unit: 'mol/m³',
      theory: valueAt(x, c, end.x[salt.length - 1]),
      dualion: salt[salt.length - 1],
      tolerance: 2e-3,
    },
  ]
}

export const figure = async (): Promise<string> => {
  const { line } = await import('../../src/plot/index.ts')
  const { columns } = await runLike(reference)
  const { time, voltage } = reference.columns
  const keep = time.map((_, k) => k).filter(k => k % Math.ceil(time.length / 60) === 0)
  return line(
    [
      { x: columns.time, y: columns.voltage, label: 'dualion' },
      { x: keep.map(k => time[k]), y: keep.map(k => voltage[k]), points: true, label: 'reference' },
    ],
    { x: 'time', y: 'voltage', title },
  )
}
