import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import {
  bath,
  cellOf,
  idealHost,
  ion,
  layeredCell,
  metalOf,
  oneIonCell,
  planar,
  porous,
  sharing,
  twoIonCell,
} from './cells.ts'
import { hold, jacobianError } from './run.ts'

const area = 0.01
const oneC = (cell: Cell): number => cell.nominalCapacity

/** Deterministic bumps that leave a state inside its range. */
const disturb = (y: Float64Array, yp: Float64Array): void => {
  for (let i = 0; i < y.length; i++) {
    y[i] *= 1 + 0.01 * Math.sin(i * 7.3)
    yp[i] = 1e-4 * Math.cos(i * 3.1)
  }
}

// The structured elimination (particles → surface → point → control) against a difference quotient of the residual:
// truncation 1e-12, round-off 1e-16/1e-6, magnified by the condition of the cell and by the small scale of concentrations; a wrong sign anywhere gives 0.1 or more.
for (const [label, cell] of [
  ['one ion, porous anode', oneIonCell()],
  ['two ions, metal anode', twoIonCell()],
  [
    'film and contact',
    twoIonCell({
      anode: planar([metalOf(ion('B', 2)), metalOf(ion('A', 1))], { A: 0.5, B: 2 }, { filmResistance: 1e-3 }),
      contactResistance: 0.1,
    }),
  ],
  ['reservoir and reference', twoIonCell({ reservoir: 1e-3, reference: 'B' })],
  [
    'solid solution',
    twoIonCell({
      anode: planar([metalOf(ion('B', 2)), metalOf(ion('A', 1))], { A: 0.5, B: 2 }, { mixing: 'solid-solution' }),
    }),
  ],
  ['double layer', { ...twoIonCell(), cathode: { ...twoIonCell().cathode, doubleLayer: 0.2, filmResistance: 1e-3 } }],
  [
    'double layer of the metal',
    twoIonCell({
      anode: planar(
        [metalOf(ion('B', 2)), metalOf(ion('A', 1))],
        { A: 0.5, B: 2 },
        { doubleLayer: 0.2, filmResistance: 1e-3 },
      ),
    }),
  ],
  [
    'double layers, their current by a cation too',
    { ...layeredCell(), electrolyte: sharing(layeredCell().electrolyte) },
  ],
] as [string, Cell][])
  test(`Jacobian: ${label}`, () => {
    const model = modelOf(cell, { mesh: { points: 3, shells: 3 } })
    const y = new Float64Array(model.size)
    const yp = new Float64Array(model.size)
    model.start(y, yp)
    model.drive(at => at.voltage * at.current - 0.01, 298.15)
    disturb(y, yp)
    const [error, where] = jacobianError(model, y, yp, 0.01)
    console.log(`# ${label}: ${error.toExponential(1)} at ${where}`)
    assert.ok(error < 2e-2, `${error} at ${where}`)
  })

test('at rest nothing moves: equal electrodes, no current', () => {
  const cell = oneIonCell()
  const symmetric = { ...cell, anode: { ...cell.cathode }, cathode: { ...cell.cathode } } as Cell
  const run = hold(symmetric, { control: at => at.current, times: [0, 1e4] })
  const start = run.samples[0]
  const drift = run.y.reduce((worst, v, i) => Math.max(worst, Math.abs(v - start[i]) / run.model.scale[i]), 0)
  assert.ok(drift < 1e-12, `drift ${drift}`) // nothing drives it: round-off only
})

test('ions and charge are conserved to 1e-10 through discharge, rest and charge', () => {
  const cell = twoIonCell({ reservoir: 1e-4 })
  const I = 0.5 * oneC(cell)
  let run = hold(cell, { control: at => at.current - I, times: [1500], rtol: 1e-3 })
  const before = run.model.inventory(
    hold(cell, { control: at => at.current, times: [0, 1e-6], model: run.model }).samples[0],
  )
  const startAmount = [0.1, 0.1]
  const out = run.model.at(0, run.y)
  // Charge: Δ(x_A + 2 x_B) of the host times its moles is the charge that passed.
  const moles =
    (cell.cathode.areaDensity * cell.cathode.thickness * cell.cathode.particleRadius) /
    3 /
    cell.cathode.host.molarVolume
  const stored = (out.amount[0] - startAmount[0] + 2 * (out.amount[1] - startAmount[1])) * moles * 96485.33212 * area
  const passed = out.capacity * 3600
  console.log(`# charge: stored ${stored}, passed ${passed}`)
  assert.ok(Math.abs(stored / passed - 1) < 1e-10)
  run = hold(cell, { control: at => at.current, times: [1000], rtol: 1e-3, from: run })
  run = hold(cell, { control: at => at.current + I, times: [1200], rtol: 1e-3, from: run })
  const after = run.model.inventory(run.y)
  for (const name of Object.keys(before)) {
    const error = Math.abs(after[name] / before[name] - 1)
    console.log(`# ${name}: ${error.toExponential(1)}`)
    assert.ok(error < 1e-10, `${name} ${error}`)
  }
})

test('two identical ions are one ion: same voltage, half the content each', () => {
  const [A, B] = [ion('A', 1), ion('B', 1)]
  const one = (U: number, D: number) => idealHost({ carriers: [A], potential: [U], diffusivity: [D] })
  const two = (U: number, D: number) => idealHost({ carriers: [A, B], potential: [U, U], diffusivity: [D, D] })
  const anion = { name: 'X', charge: -1, c: 1000, D: 3e-10 }
  const single = cellOf(
    porous(one(0.2, 2e-14), { A: 0.8 }),
    porous(one(3.5, 1e-14), { A: 0.2 }),
    bath([{ name: 'A', charge: 1, c: 1000 }, anion], { A: 0 }),
  )
  const double = cellOf(
    porous(two(0.2, 2e-14), { A: 0.4, B: 0.4 }),
    porous(two(3.5, 1e-14), { A: 0.1, B: 0.1 }),
    bath([{ name: 'A', charge: 1, c: 500 }, { name: 'B', charge: 1, c: 500 }, anion], { A: 0, B: 0 }),
  )
  const I = oneC(single)
  const times = [0, 10, 100, 1000, 1800]
  const a = hold(single, { control: at => at.current - I, times, rtol: 1e-7 })
  const b = hold(double, { control: at => at.current - I, times, rtol: 1e-7 })
  const shift = times.map((_, k) => b.voltage[k] - a.voltage[k])
  console.log('# voltage differences', shift)
  for (const s of shift) assert.ok(Math.abs(s) < 2e-6, `${s} V`) // integration tolerance 1e-7 of 3.5 V over the steps
  const half = b.model.at(0, b.y).amount.slice()
  console.log('# contents', half, a.model.at(0, a.y).amount)
  assert.ok(Math.abs(half[0] - half[1]) < 1e-9)
  assert.ok(Math.abs(half[0] + half[1] - a.model.at(0, a.y).amount[0]) < 1e-7)
})

test('an ion that is absent leaves the cell of the other', () => {
  const cell = twoIonCell({ anode: planar([metalOf(ion('A', 1))], { A: 5 }) })
  const absent: Cell = {
    ...cell,
    cathode: { ...cell.cathode, amount: { A: 0.2, B: 0 } },
    electrolyte: bath(
      [
        { name: 'A', charge: 1, c: 1000 },
        { name: 'B', charge: 2, c: 1e-9 },
        { name: 'X', charge: -1, c: 1000 + 2e-9, D: 3e-10 },
      ],
      { A: 0, B: 0 },
    ),
  }
  const host = idealHost({
    carriers: [ion('A', 1)],
    potential: [2],
    diffusivity: [1e-14],
    coupling: [1e-14],
    exchangeCurrent: [1],
  })
  const only: Cell = {
    ...absent,
    cathode: { ...absent.cathode, host, amount: { A: 0.2 } },
    electrolyte: bath(
      [
        { name: 'A', charge: 1, c: 1000 },
        { name: 'X', charge: -1, c: 1000, D: 3e-10 },
      ],
      { A: 0 },
    ),
  }
  const times = [10, 100, 1000]
  const I = 0.5 * oneC(only)
  const a = hold(absent, { control: at => at.current - I, times, rtol: 1e-6 })
  const b = hold(only, { control: at => at.current - I, times, rtol: 1e-6 })
  const worst = Math.max(...times.map((_, k) => Math.abs(a.voltage[k] - b.voltage[k])))
  console.log(`# ${worst.toExponential(1)} V`)
  assert.ok(worst < 2e-5, `${worst} V`) // the floor content 1e-6 of B shifts ln x_v by 1e-6; tolerance 1e-6 of 2 V over the steps
})
