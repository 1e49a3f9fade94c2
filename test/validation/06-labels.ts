import type { Cell, Fidelity } from '../../src/cell/cell.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { bath, cellOf, idealHost, ion, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'One ion under one, two or three labels'
export const claim =
  'An ion written as two or three identical ions is that ion: same voltage, equal parts of the content.'
export const source = 'derived: labels carry no physics'
export const equation = `
V(A as A₁ + A₂ + A₃) = V(A),   x_A₁ = x_A₂ = x_A₃ = x_A/3`
export const why =
  'One, two and three ions run through three different particle kernels and blocks of different width. Integrated at 1e-8 of some 3 V over a few hundred steps: 2e-6 V. It would catch room, charge or exchange current counted once an ion instead of once a content, and a coupling on the wrong side of the diagonal. The reduced models count an ion as scarce against the whole salt, a thousandth of the unevenness for each label: 2e-5 V in spme.'

const labels = ['A', 'B', 'C']

/** A cell of two porous electrodes in which one ion goes by n names. */
const labelled = (n: number): Cell => {
  const carriers = labels.slice(0, n).map(symbol => ion(symbol, 1))
  const host = (U: number, D: number) =>
    idealHost({ carriers, potential: carriers.map(() => U), diffusivity: carriers.map(() => D) })
  const each = (total: number) => Object.fromEntries(carriers.map(c => [c.symbol, total / n]))
  return cellOf(
    porous(host(0.2, 2e-14), each(0.8)),
    porous(host(3.5, 1e-14), each(0.2)),
    bath(
      [
        ...carriers.map(c => ({ name: c.symbol, charge: 1, c: 1000 / n })),
        { name: 'X', charge: -1, c: 1000, D: 3e-10 },
      ],
      each(0),
    ),
  )
}

export const run = (): readonly ValidationRow[] => {
  const times = [0, 10, 100, 1000, 1800]
  const rows: ValidationRow[] = []
  for (const fidelity of ['dfn', 'spme', 'spm'] as Fidelity[]) {
    const runs = [1, 2, 3].map(n => {
      const cell = labelled(n)
      const model = modelOf(cell, { fidelity, mesh: { points: 8, shells: 10 } })
      return hold(cell, { control: at => at.current - cell.nominalCapacity, times, rtol: 1e-8, model })
    })
    const total = runs[0].model.at(0, runs[0].y).amount[0]
    for (const n of [2, 3]) {
      const { voltage, model, y } = runs[n - 1]
      const worst = Math.max(...times.map((_, k) => Math.abs(voltage[k] - runs[0].voltage[k])))
      rows.push({
        quantity: `${fidelity}, ${n} labels: largest voltage difference`,
        unit: 'V',
        theory: 0,
        dualion: worst,
        tolerance: fidelity === 'spme' ? 2e-5 : 2e-6,
      })
      const last = model.at(0, y).amount[n - 1]
      rows.push({
        quantity: `${fidelity}, ${n} labels: content of the last`,
        theory: total / n,
        dualion: last,
        tolerance: 1e-7,
      })
    }
  }
  return rows
}
