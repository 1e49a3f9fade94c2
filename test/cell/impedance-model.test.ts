/** The linearised cell against the models it linearises: their own factors at real s, and small currents in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell, Fidelity, Mesh } from '../../src/cell/cell.ts'
import { impedance, linearisedCell } from '../../src/cell/impedance/impedance.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { reducedPartsOf } from '../../src/cell/reduced/parts.ts'
import { ion, layeredCell, metalOf, oneIonCell, planar, sharing, twoIonCell } from './cells.ts'
import { hold } from './run.ts'

/** −dV/dI times area of a model at real s, from its own Jacobian. */
const ownTransfer = (model: Model, y: Float64Array, yp: Float64Array, s: number): number => {
  const { area } = model.cell
  model.drive(at => at.current, model.cell.temperature)
  assert.ok(model.jacobian(0, y, yp) && model.factor(s))
  const dy = new Float64Array(model.size)
  const current = Array.from(dy).findIndex((_, i) => model.name(i) === 'current')
  dy[current] = area
  model.solve(dy)
  const at = (step: number): number =>
    model.at(
      0,
      y.map((value, i) => value + step * dy[i]),
    ).voltage
  // Voltage is linear but for a logarithm and a mean ohmic drop: central difference, 1e-3 A/m².
  const step = 1e-3
  return -(at(step) - at(-step)) / (2 * step)
}

const disturbed = (model: Model): Float64Array => {
  const y = new Float64Array(model.size)
  model.start(y, new Float64Array(model.size))
  for (let i = 0; i < y.length; i++) y[i] *= 1 + 0.01 * Math.sin(i * 7.3)
  return y
}

const metals = [metalOf(ion('B', 2)), metalOf(ion('A', 1))]
const two = twoIonCell()
const cells: [string, Cell][] = [
  ['one ion, porous anode', oneIonCell()],
  ['two ions, separate metals', { ...two, contactResistance: 0.1 }],
  [
    'films',
    {
      ...twoIonCell({ anode: planar(metals, { A: 0.5, B: 2 }, { filmResistance: 1e-3 }) }),
      cathode: { ...two.cathode, filmResistance: 1e-3 },
    },
  ],
  ['reservoir and reference', twoIonCell({ reservoir: 1e-3, reference: 'B' })],
  ['solid solution', twoIonCell({ anode: planar(metals, { A: 0.5, B: 2 }, { mixing: 'solid-solution' }) })],
  ['double layer of the metal', twoIonCell({ anode: planar(metals, { A: 0.5, B: 2 }, { doubleLayer: 0.2 }) })],
  [
    'double layers, their current by a cation too',
    { ...layeredCell(), electrolyte: sharing(layeredCell().electrolyte) },
  ],
  ['double layer, plates', { ...two, cathode: { ...two.cathode, doubleLayer: 0.2, shape: 'plate' } }],
]
const mesh: Mesh = { points: 4, shells: 5 }
for (const fidelity of ['dfn', 'spme', 'spm'] as Fidelity[])
  for (const [label, cell] of cells)
    test(`the model's own matrix at real s, about a disturbed state: ${fidelity}, ${label}`, () => {
      const model = modelOf(cell, { fidelity, mesh })
      const y = disturbed(model)
      const { transfer } = linearisedCell(cell, { fidelity, mesh, state: { y }, grid: 'model', highest: 1 })
      const following = fidelity === 'spm' ? reducedPartsOf(cell, mesh, fidelity).layered : 0
      const out = new Float64Array(2)
      for (const s of [1e-3, 1, 1e3]) {
        assert.ok(transfer(s, 0, out))
        // What lets a held voltage say a current in the well-mixed model is no part of the cell.
        const want = ownTransfer(model, y, new Float64Array(model.size), s) - following
        const error = Math.abs(out[0] / want - 1)
        console.log(`# ${fidelity}, ${label}, ${s}: ${error.toExponential(1)}`)
        // The same blocks in other orders of elimination: round-off times the condition; a wrong sign 1e-2 or more.
        // spme: shifts of a reaction between cells by their concentration, c*/c = 1e-3 of the disturbance of 1e-2, are left out.
        assert.ok(
          error < (fidelity === 'spme' ? 5e-5 : 1e-7) && Math.abs(out[1]) < 1e-9 * Math.abs(out[0]),
          `s = ${s}: ${out[0]} for ${want}`,
        )
      }
    })

/** Z of a small sinusoidal current through the model, from the last of `periods` periods. */
const bySinus = (cell: Cell, from: ReturnType<typeof hold>, f: number, amplitude: number): [number, number] => {
  const [periods, samples] = [3, 64]
  const mean = from.model.at(0, from.y).current
  const times = Array.from({ length: samples + 1 }, (_, k) => (periods - 1 + k / samples) / f)
  const run = (size: number): readonly number[] =>
    hold(cell, {
      control: at => at.current - mean - size * Math.sin(2 * Math.PI * f * at.time),
      times,
      from,
      rtol: 1e-8,
    }).voltage
  // What the state does by itself is taken off.
  const [moved, still] = [run(amplitude), run(0)]
  let [sine, cosine] = [0, 0]
  for (let k = 0; k < samples; k++) {
    const dV = moved[k] - still[k]
    sine += (2 / samples) * dV * Math.sin(2 * Math.PI * f * times[k])
    cosine += (2 / samples) * dV * Math.cos(2 * Math.PI * f * times[k])
  }
  return [-sine / amplitude, -cosine / amplitude]
}

test('a small sinusoidal current through the dual-ion cell in the middle of a discharge sees the impedance', () => {
  const cell: Cell = { ...two, cathode: { ...two.cathode, doubleLayer: 0.2 } }
  const grid: Mesh = { points: 6, shells: 8 }
  const I = 0.5 * cell.nominalCapacity
  const model = modelOf(cell, { mesh: grid })
  const from = hold(cell, { control: at => at.current - I, times: [600], model, rtol: 1e-6 })
  const f = 20
  const [real, imaginary] = bySinus(cell, from, f, 0.01 * I)
  const Z = impedance(cell, { frequencies: [f], mesh: grid, state: { y: from.y }, grid: 'model' })
  const error = Math.hypot(real - Z.real[0], imaginary - Z.imaginary[0]) / Math.hypot(real, imaginary)
  console.log(`# sinus: ${real} ${imaginary} for ${Z.real[0]} ${Z.imaginary[0]}, ${error.toExponential(1)}`)
  // Amplitude 1 % of C/2: second harmonics and rectification under 1e-4; the transient of the first periods fades as √t.
  assert.ok(error < 1e-3, `${error}`)
  assert.equal(Z.diffusion.cathode, 'mesh')
})

test('about a polarised state the own meshes follow the model as its mesh is refined', () => {
  const cell = two
  const I = 0.5 * cell.nominalCapacity
  const at = (grid: Mesh, how: 'model' | 'refined') => {
    const from = hold(cell, { control: a => a.current - I, times: [300], mesh: grid, rtol: 1e-6 })
    return impedance(cell, { frequencies: [1e-2, 1], mesh: grid, state: { y: from.y }, grid: how })
  }
  const own = at({ points: 10, shells: 14 }, 'refined')
  const reference = at({ points: 30, shells: 60 }, 'refined')
  for (let k = 0; k < 2; k++) {
    const error =
      Math.hypot(own.real[k] - reference.real[k], own.imaginary[k] - reference.imaginary[k]) /
      Math.hypot(reference.real[k], reference.imaginary[k])
    console.log(`# polarised: ${error.toExponential(1)}`)
    assert.ok(error < 2e-2, `${error}`) // that of the state itself on its coarse mesh
  }
})
