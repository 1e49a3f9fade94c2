import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell, Fidelity } from '../../src/cell/cell.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { conductivity } from '../../src/electrolyte/electrolyte.ts'
import { readCellText } from '../../src/file/read.ts'
import { integrateSteps } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'
import { F } from '../../src/units.ts'
import { cellFileOf, referenceOf, rmsAgainst } from '../reference/pybamm/compare.ts'
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

const reduced = ['spm', 'spme'] as const
const mesh = { points: 8, shells: 10 }
const of = (cell: Cell, fidelity: Fidelity, at = mesh): Model => modelOf(cell, { fidelity, mesh: at })

/** Row of a model at a state, by column. */
const rowOf = (model: Model, y: Float64Array): Record<string, number> => {
  const out = new Float64Array(model.columns.length)
  model.row(0, y, new Float64Array(model.size), out)
  return Object.fromEntries(model.columns.map((name, i) => [name, out[i]]))
}

// Against the curves of a peer, extrapolated to zero mesh width. What is left is our own mesh of 20 shells (0.1 mV, falling
// fourfold with 40), and in spme 0.1 mV of the conductivity at which the peer takes its ohmic drop (README of the curves). The
// ohmic drop at the local instead of the mean conductivity would be 1.2 mV off already at 1C, a wrong sign anywhere tens of mV.
for (const fidelity of reduced)
  test(`${fidelity} at 2C is the peer's within 0.2 mV rms and 0.1 s`, async () => {
    const reference = referenceOf(`chen2020-${fidelity}-2c`)
    const file = cellFileOf(reference)
    const { cell } = await readCellText(file.bytes, file.name)
    const model = of(cell, fidelity, { points: 20, shells: 20 })
    const y = new Float64Array(model.size)
    const yp = new Float64Array(model.size)
    const at = new Float64Array(model.size)
    model.start(y, yp)
    model.drive(view => view.current - 2 * cell.nominalCapacity, cell.temperature)
    consistentInitial(model, 0, y, yp)
    const time = [0]
    const voltage = [model.at(0, y).voltage]
    const event = { label: 'end', value: (t: number, state: Float64Array) => model.at(t, state).voltage - 2.5 }
    for (const step of integrateSteps(model, { y, yp, start: 0, end: 3600, rtol: 1e-5, events: [event] })) {
      for (let t = 5 * time.length; t < step.t; t = 5 * time.length) {
        step.interpolate(t, at)
        time.push(t)
        voltage.push(model.at(t, at).voltage)
      }
      if (model.at(step.t, y).voltage < 2.5 + 1e-6) {
        time.push(step.t)
        voltage.push(2.5)
      }
    }
    const compared = rmsAgainst({ columns: { time, voltage }, steps: [{ start: 0, end: time.length - 1 }] }, reference)
    console.log(
      `# ${fidelity}: ${(1e3 * compared.rms).toFixed(3)} mV rms, ends ${compared.durations[0].toFixed(4)} s apart`,
    )
    assert.ok(compared.rms < 2e-4, `${compared.rms} V`)
    assert.ok(Math.abs(compared.durations[0]) < 0.1, `${compared.durations[0]} s`)
  })

// The bordered elimination against a difference quotient of the residual: round-off 1e-16/1e-6 times the condition of the cell,
// in units of the unknowns' sizes (a concentration's is a hundredth of the salt); a wrong sign anywhere gives 1 or more.
for (const fidelity of reduced)
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
    test(`Jacobian of ${fidelity}: ${label}`, () => {
      const model = of(cell, fidelity, { points: 3, shells: 3 })
      const y = new Float64Array(model.size)
      const yp = new Float64Array(model.size)
      model.start(y, yp)
      model.drive(at => at.voltage * at.current - 0.01, 298.15)
      for (let i = 0; i < y.length; i++) {
        y[i] *= 1 + (model.name(i).startsWith('cE') ? 0.1 : 0.01) * Math.sin(i * 7.3)
        yp[i] = 1e-4 * Math.cos(i * 3.1)
      }
      const [error, where] = jacobianError(model, y, yp, 0.01)
      console.log(`# ${fidelity}, ${label}: ${error.toExponential(1)} at ${where}`)
      assert.ok(error < 5e-2, `${error} at ${where}`)
    })

test('spme at 0+ is spm less the ohmic drops of evenly reacting electrodes', () => {
  const cell = oneIonCell()
  const I = 2 * cell.nominalCapacity
  const [even, along] = reduced.map(
    fidelity => hold(cell, { control: at => at.current - I, times: [0, 1e-6], model: of(cell, fidelity) }).voltage[0],
  )
  const { electrolyte, anode, separator, cathode } = cell
  if (anode.kind !== 'porous') throw new Error('made for two porous electrodes')
  const K = electrolyte.species.length
  const s = new Float64Array(K)
  electrolyte.flux(Float64Array.from(electrolyte.concentration), cell.temperature, new Float64Array(K * K), s)
  const kappa = conductivity(electrolyte.species, s, F)
  const third = ({ thickness, transportEfficiency }: { thickness: number; transportEfficiency: number }): number =>
    thickness / (3 * kappa * transportEfficiency)
  const resistance =
    third(anode) +
    3 * third(separator) +
    third(cathode) +
    anode.thickness / (3 * anode.conductivity) +
    cathode.thickness / (3 * cathode.conductivity)
  const drop = even - along
  console.log(`# ${(1e3 * drop).toFixed(6)} mV, expected ${((1e3 * I) / cell.area) * resistance} mV`)
  // The distances of the mesh are exact for these parabolas; left is the accuracy of the start, 1e-8 of a volt each.
  assert.ok(Math.abs(drop - (I / cell.area) * resistance) < 1e-7)
})

// The errors of the reduced models are of first order in the current: at a hundredth of the rate a hundredth is left.
for (const [label, cell] of [
  ['one ion', oneIonCell()],
  ['two ions', twoIonCell({ reservoir: 1e-4 })],
] as [string, Cell][])
  test(`the three fidelities differ at 2C and agree as the rate falls: ${label}`, () => {
    const differences = [2, 0.02].map(rate => {
      const I = rate * cell.nominalCapacity
      const [spm, spme, dfn] = [...reduced, 'dfn' as const].map(
        fidelity =>
          hold(cell, { control: at => at.current - I, times: [900 / rate], rtol: 1e-7, model: of(cell, fidelity) })
            .voltage[0],
      )
      return [spm - dfn, spme - dfn, spm - spme]
    })
    console.log(
      `# ${label}: [mV] at 2C ${differences[0].map(d => 1e3 * d)}, at C/50 ${differences[1].map(d => 1e3 * d)}`,
    )
    for (let k = 0; k < 3; k++) {
      assert.ok(Math.abs(differences[0][k]) > 5e-5, `at 2C only ${differences[0][k]} V`)
      // Twice the first order, and 2e-6 V of integration at rtol 1e-7 over the steps.
      const bound = 0.02 * Math.abs(differences[0][k]) + 2e-6
      assert.ok(Math.abs(differences[1][k]) < bound, `${differences[1][k]} V of ${bound}`)
    }
    assert.ok(Math.abs(differences[0][1]) < Math.abs(differences[0][0]), 'spme is nearer')
  })

for (const fidelity of reduced)
  test(`${fidelity}: ions and charge are conserved to 1e-10 through discharge, rest and charge`, () => {
    const cell = twoIonCell({ reservoir: 1e-4 })
    const I = 0.5 * cell.nominalCapacity
    const model = of(cell, fidelity)
    const start = new Float64Array(model.size)
    model.start(start, new Float64Array(model.size))
    const before = model.inventory(start)
    let run = hold(cell, { control: at => at.current - I, times: [1500], rtol: 1e-4, model })
    const out = model.at(0, run.y)
    const { cathode } = cell
    const moles = (cathode.areaDensity * cathode.thickness * cathode.particleRadius) / 3 / cathode.host.molarVolume
    const stored = (out.amount[0] - 0.1 + 2 * (out.amount[1] - 0.1)) * moles * F * cell.area
    assert.ok(Math.abs(stored / (out.capacity * 3600) - 1) < 1e-10)
    run = hold(cell, { control: at => at.current, times: [1000], rtol: 1e-4, from: run })
    run = hold(cell, { control: at => at.voltage - 2.05, times: [1200], rtol: 1e-4, from: run })
    const after = model.inventory(run.y)
    const moved = Math.abs(rowOf(model, run.y)['concentration[A]'] / 500 - 1)
    assert.ok(moved > 1e-3, 'the composition did drift')
    for (const name of Object.keys(before)) {
      const error = Math.abs(after[name] / before[name] - 1)
      console.log(`# ${fidelity} ${name}: ${error.toExponential(1)}`)
      assert.ok(error < 1e-10, `${name} ${error}`)
    }
  })

for (const fidelity of reduced)
  test(`${fidelity}: two identical ions are one ion`, () => {
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
    const I = single.nominalCapacity
    const times = [0, 10, 100, 1000, 1800]
    const control = (at: { current: number }) => at.current - I
    const a = hold(single, { control, times, rtol: 1e-7, model: of(single, fidelity) })
    const b = hold(double, { control, times, rtol: 1e-7, model: of(double, fidelity) })
    const worst = Math.max(...times.map((_, k) => Math.abs(b.voltage[k] - a.voltage[k])))
    const half = b.model.at(0, b.y).amount.slice()
    const whole = a.model.at(0, a.y).amount[0]
    console.log(`# ${fidelity}: ${worst.toExponential(1)} V, ${half} of ${whole}`)
    // Integration at 1e-7 of 3.5 V over the steps; half of each label counts as twice as scarce, 1e-6 of an even reaction.
    assert.ok(worst < 2e-6, `${worst} V`)
    assert.ok(Math.abs(half[0] - half[1]) < 1e-7)
    assert.ok(Math.abs(half[0] + half[1] - whole) < 1e-7)
  })

for (const fidelity of reduced)
  test(`${fidelity}: at rest nothing moves; columns and profiles are those of the dfn, losses sum to the voltage`, () => {
    const cell = oneIonCell()
    const symmetric = { ...cell, anode: { ...cell.cathode }, cathode: { ...cell.cathode } } as Cell
    const rest = hold(symmetric, { control: at => at.current, times: [0, 1e4], model: of(symmetric, fidelity) })
    const drift = rest.y.reduce(
      (worst, v, i) => Math.max(worst, Math.abs(v - rest.samples[0][i]) / rest.model.scale[i]),
      0,
    )
    assert.ok(drift < 1e-12, `drift ${drift}`) // nothing drives it: round-off only

    const ions = twoIonCell({ reservoir: 1e-4, contactResistance: 0.1 })
    const run = hold(ions, {
      control: at => at.current - ions.nominalCapacity,
      times: [1000],
      model: of(ions, fidelity),
    })
    assert.deepEqual(run.model.columns, of(ions, 'dfn').columns)
    const row = rowOf(run.model, run.y)
    const lost = ['kinetic', 'ohmic', 'electrolyte', 'solid'].reduce((sum, name) => sum + row[`loss[${name}]`], 0)
    assert.ok(Math.abs(row.equilibrium - lost - run.voltage[0]) < 1e-12)
    // Contact 0.1 Ω is in both; the electrolyte's and the solid's own ohmic drop only in spme.
    const contact = 0.1 * ions.nominalCapacity
    if (fidelity === 'spm') assert.ok(Math.abs(row['loss[ohmic]'] - contact) < 1e-9)
    else assert.ok(row['loss[ohmic]'] > contact + 1e-3)
    const profiles = run.model.profiles(0, run.y)
    const [{ content, current, x, phiS }] = profiles.electrodes
    assert.equal(content.A.length, mesh.shells + 1)
    assert.deepEqual([current.A.length, x.length, phiS.length], [1, 1, 1])
    assert.equal(profiles.x.length, 1 + 2 * mesh.points)
  })

test('an ion that runs out of the electrolyte leaves empty pores, not a failure', () => {
  // B comes from the anode, A, which the host takes 0.6 V earlier, only from the bath: 100 mol/m³ fill half a percent of the host.
  const cell: Cell = {
    ...twoIonCell({ anode: planar([metalOf(ion('B', 2))], { B: 5 }) }),
    electrolyte: bath(
      [
        { name: 'A', charge: 1, c: 100, D: 2e-10 },
        { name: 'B', charge: 2, c: 500, D: 2e-10 },
        { name: 'X', charge: -1, c: 1100, D: 3e-10 },
      ],
      { A: 0, B: 0 },
    ),
  }
  const I = cell.nominalCapacity
  const held = (100 * (25e-6 * 0.5 + 60e-6 * 0.35) * 5e-5) / (0.5 * 60e-6)
  for (const fidelity of [...reduced, 'dfn' as const]) {
    const run = hold(cell, { control: at => at.current - I, times: [600], rtol: 1e-4, model: of(cell, fidelity) })
    const row = rowOf(run.model, run.y)
    console.log(
      `# ${fidelity}: A ${row['amount[A]']} of ${0.1 + held}, lowest ${row['lowest[A]']} mol/m³, ${run.voltage[0]} V`,
    )
    // c₀ is 1.1 mol/m³, a hundredth of what there was: that much of A may still be dissolved, or lie below zero.
    assert.ok(Math.abs(row['lowest[A]']) < 1.1)
    assert.ok(Math.abs(row['amount[A]'] - 0.1 - held) < 0.02 * held, `${row['amount[A]'] - 0.1} of ${held}`)
  }
})
