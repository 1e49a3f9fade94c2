import type { ValidationRow } from './case.ts'
import { compared, referenceFromCsv } from './curves.ts'

export const title = 'Single-particle models, one ion: LG M50 at 1C and 2C'
export const claim =
  'With one ion and one salt `spm` and `spme` are the single-particle models without and with electrolyte of the literature.'
export const source = 'Marquis2019 (models), Chen2020 (cell), PyBaMM 26.10.1 (curves)'
export const equation = `
spm    V = U_c(x_s) − U_a(x_s) + η_c − η_a
spme   the same + electrolyte: concentration overpotential and ohmic drops of an evenly running cell`
export const why =
  'At 1C the references are single fine meshes (0.2 mV class), at 2C extrapolated. Our 20 shells leave 0.1 mV at 2C, and PyBaMM takes κ of the SPMe at another mean concentration, 0.1 mV at 1C, 0.22 mV at 2C, which stays as our mesh is refined (test/reference/pybamm/README.md). SPMe without the ohmic drop of the solid, or with a local κ, is 1 mV and more off; spm and dfn differ by tens of millivolts, so neither can stand in for the other.'

const at1C = (model: 'spm' | 'spme') =>
  referenceFromCsv({
    file: `chen2020/${model}-1c.csv`,
    cell: 'cells/chen2020.json',
    model,
    label: 'Discharge at 1C until 2.5 V',
  })

export const run = async (): Promise<readonly ValidationRow[]> => {
  const rows: ValidationRow[] = []
  for (const model of ['spm', 'spme'] as const)
    for (const [rate, reference] of [
      ['1C', at1C(model)],
      ['2C', `chen2020-${model}-2c`],
    ] as const) {
      const one = await compared(reference)
      const { duration } = one.reference.steps[0]
      rows.push({ quantity: `${model} ${rate}: rms`, unit: 'mV', theory: 0, dualion: 1e3 * one.rms, tolerance: 0.2 })
      rows.push({
        quantity: `${model} ${rate}: end`,
        unit: 's',
        theory: duration,
        dualion: duration + one.durations[0],
        tolerance: 0.1,
        absolute: true,
      })
    }
  return rows
}
