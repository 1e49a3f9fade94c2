/** The double layer of a planar metal: an RC element where nothing else moves, with its ions where something does. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell, Fidelity, MetalElectrode } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { impedance } from '../../src/cell/impedance/impedance.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { F, R } from '../../src/units.ts'
import { bath, cellOf, idealHost, ion, layeredCell, metalOf, planar, porous, sharing, twoIonCell } from './cells.ts'

const fidelities = ['dfn', 'spme', 'spm'] as const satisfies Fidelity[]
const A = ion('A', 1)
const RTF = (R * 298.15) / F
const [Dplus, Dminus, c0] = [2e-10, 3e-10, 1000]

/** One ion on its metal: activity 1, so that R_ct = RT/(F i0) [Ω·m²]. */
const foil = (o: { i0: number; doubleLayer: number; filmResistance?: number } & Partial<Cell>): Cell => {
  const { i0, doubleLayer, filmResistance = 0, ...rest } = o
  return cellOf(
    planar([metalOf(A, i0)], { A: 5 }, { doubleLayer, filmResistance }),
    porous(idealHost({ carriers: [A], potential: [3.5], diffusivity: [1e-14] }), { A: 0.5 }),
    bath(
      [
        { name: 'A', charge: 1, c: c0, D: Dplus },
        { name: 'X', charge: -1, c: c0, D: Dminus },
      ],
      { A: 0 },
    ),
    rest,
  )
}

type Complex = readonly [re: number, im: number]
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]]
const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
const over = (a: Complex, b: Complex): Complex => {
  const scale = b[0] * b[0] + b[1] * b[1]
  return [(a[0] * b[0] + a[1] * b[1]) / scale, (a[1] * b[0] - a[0] * b[1]) / scale]
}

/** What a double layer changes in Z·area: the spectrum of the cell with it less that without. */
const changed = (o: { i0: number; filmResistance?: number } & Partial<Cell>, C: number, f: number[], fid: Fidelity) => {
  const Z = (doubleLayer: number) => impedance(foil({ ...o, doubleLayer }), { frequencies: f, fidelity: fid })
  const [layered, plain] = [Z(C), Z(0)]
  return f.map((_, k): Complex => {
    const area = foil({ ...o, doubleLayer: 0 }).area
    return [area * (layered.real[k] - plain.real[k]), area * (layered.imaginary[k] - plain.imaginary[k])]
  })
}

describe('impedance of a planar metal with a double layer', () => {
  it('well mixed: the semicircle of R_ct ‖ C, the film inside it', () => {
    const [i0, C, filmResistance] = [2, 0.3, 5e-3]
    const resistance = RTF / i0 + filmResistance
    const f = [0.1, 1, 10, 40, 100, 1000]
    const got = changed({ i0, filmResistance }, C, f, 'spm')
    f.forEach((frequency, k) => {
      const want = plus(over([1, 0], [1 / resistance, 2 * Math.PI * frequency * C]), [-resistance, 0])
      const error = Math.hypot(got[k][0] - want[0], got[k][1] - want[1]) / resistance
      console.log(`# ${frequency} Hz: ${got[k]} for ${want}, ${error.toExponential(1)}`)
      // Both are linear: the coverage θ = n/(n + n_mono), 2e-6 from 1, and the metal's difference quotient, 1e-7.
      assert.ok(error < 1e-5, `${frequency} Hz: ${got[k]} for ${want}`)
    })
  })

  it('dfn: with the diffusion of a salt whose anion charges it, in closed form', () => {
    // Semi-infinite: c̃(0) = (j_f − t₊ j)/(F √(iω ε B D)), j_f R = −φ̃_e − (RT/Fc) c̃, j_C = −iωC φ̃_e; the drop in the salt ends at
    // φ̃_e(∞) = φ̃_e(0) + (F (D₊ − D₋)/κ) c̃(0) beside the ohmic one.
    const [i0, C] = [20, 0.2]
    const separator = { thickness: 3e-4, porosity: 0.5, transportEfficiency: 0.3 }
    const resistance = RTF / i0
    const tPlus = Dplus / (Dplus + Dminus)
    const D = (2 * Dplus * Dminus) / (Dplus + Dminus)
    const kappa = (F * c0 * (Dplus + Dminus)) / RTF
    const half = (omega: number, capacity: number): Complex => {
      // With φ̃_e = −1: unknowns j_f and c̃ = w (j_f − t₊ j), j = j_f + iωC.
      const root = Math.sqrt((omega * separator.porosity * separator.transportEfficiency * D) / 2) * F
      const w = over([1, 0], [root, root])
      const charging: Complex = [0, omega * capacity]
      const g = RTF / c0 / resistance
      // j_f = 1/R − g c̃,  c̃ = w ((1 − t₊) j_f − t₊ iωC)
      const denominator = plus([1, 0], times([g * (1 - tPlus), 0], w))
      const jf = over(plus([1 / resistance, 0], times([g * tPlus, 0], times(w, charging))), denominator)
      const c = times(w, plus([(1 - tPlus) * jf[0], (1 - tPlus) * jf[1]], [-tPlus * charging[0], -tPlus * charging[1]]))
      const potential = plus([1, 0], times([(-F * (Dplus - Dminus)) / kappa, 0], c))
      return over(potential, plus(jf, charging))
    }
    const f = [40, 200, 1000]
    const got = changed({ i0, separator }, C, f, 'dfn')
    f.forEach((frequency, k) => {
      const omega = 2 * Math.PI * frequency
      const without = half(omega, 0)
      const want = plus(half(omega, C), [-without[0], -without[1]])
      const error = Math.hypot(got[k][0] - want[0], got[k][1] - want[1]) / resistance
      // Charged by the cation instead, the difference would be that of R ‖ C alone.
      const alone = plus(over([1, 0], [1 / resistance, omega * C]), [-resistance, 0])
      const told = Math.hypot(alone[0] - want[0], alone[1] - want[1]) / resistance
      console.log(`# ${frequency} Hz: ${error.toExponential(1)}, without diffusion ${told.toExponential(1)}`)
      // The extrapolated mesh leaves 1e-4 of the diffusion part.
      assert.ok(error < 2e-4, `${frequency} Hz: ${got[k]} for ${want}`)
      assert.ok(told > 100 * error && told > 1e-4, `${told}`)
    })
  })

  it('option and field: F/m² of metal face where the cell states none, said; the field stands', () => {
    const frequencies = [100]
    const plain = foil({ i0: 2, doubleLayer: 0 })
    const stated = foil({ i0: 2, doubleLayer: 0.3 })
    const by = (cell: Cell, o: { doubleLayer?: number; metalDoubleLayer?: number }) =>
      impedance(cell, { frequencies, ...o })
    const option = by(plain, { metalDoubleLayer: 0.3 })
    assert.equal(option.imaginary[0], by(stated, {}).imaginary[0])
    assert.equal(option.imaginary[0], by(stated, { metalDoubleLayer: 7 }).imaginary[0])
    assert.deepEqual(option.notes, ['double layer of 0.3 F/m² of metal face taken: anode'])
    // Where nothing else is said it is that of the particles.
    const both = by(plain, { doubleLayer: 0.3 })
    assert.equal(both.imaginary[0], by(plain, { doubleLayer: 0.3, metalDoubleLayer: 0.3 }).imaginary[0])
    assert.throws(() => by(plain, { metalDoubleLayer: -1 }), /metalDoubleLayer: got -1/)
  })
})

describe('a cell whose planar metal has a double layer', () => {
  for (const fidelity of fidelities)
    it(`${fidelity}: a current that sets in charges it with the time R_ct C`, () => {
      const [i0, C] = [0.01, 0.2]
      const tau = (RTF / i0) * C
      const cell = foil({ i0, doubleLayer: C })
      // 1 mV over R_ct: linear to (1 mV F/2RT)²/6 = 6e-5; the salt changes by less.
      const I = 4e-4 * cell.area
      const { columns } = cycle(
        modelOf(cell, { fidelity, mesh: { points: 6, shells: 8 } }),
        parseProtocol([`Discharge at ${I} A for ${4 * tau} s`]),
        { rtol: 1e-8, rows: 'steps' },
      )
      const { time, current } = columns
      const through = columns['anodeCurrent[A]']
      let worst = 0
      for (let k = 1; k < time.length; k++)
        worst = Math.max(worst, Math.abs(through[k] / current[k] - (1 - Math.exp(-time[k] / tau))))
      console.log(`# ${fidelity}: ${time.length} rows, worst ${worst.toExponential(1)}`)
      // The equations hold to rtol of a volt, 1e-8, over 1 mV, at each of some hundred steps.
      assert.ok(time.length > 20 && worst < 1e-3, `${worst}`)
    })

  for (const fidelity of fidelities)
    it(`${fidelity}: what passed is in the metal and in the double layer, through a hold and jumps between holds`, () => {
      for (const cell of [
        layeredCell(),
        layeredCell(0),
        { ...layeredCell(), electrolyte: sharing(layeredCell().electrolyte) },
      ]) {
        const anode = cell.anode as MetalElectrode
        const { columns, conservation, profiles, steps } = cycle(
          modelOf(cell, { fidelity, mesh: { points: 6, shells: 8 } }),
          parseProtocol([
            'Hold at 1.9 V for 2 minutes',
            'Hold at 2.1 V for 2 minutes',
            'Hold at 1.95 V for 1 minute',
            'Rest for 1 minute',
            'Discharge at C/5 for 5 minutes',
          ]),
        )
        assert.deepEqual(
          steps.map(step => step.outcome),
          Array(5).fill('time'),
        )
        for (const [name, error] of Object.entries(conservation)) assert.ok(error < 1e-10, `${name}: ${error}`)
        // Charge: what left the collector of the anode is what the metals lost and what −φ_e holds.
        const end = columns.time.length - 1
        const stripped = anode.metals.reduce((sum, { carrier }) => {
          return sum + carrier.charge * F * (anode.amount[carrier.symbol] - columns[`metal[${carrier.symbol}]`][end])
        }, 0)
        const model = modelOf(cell, { fidelity, mesh: { points: 6, shells: 8 } })
        const y = new Float64Array(model.size)
        model.start(y, new Float64Array(model.size))
        const [first, last] = [model.profiles(0, y), profiles[profiles.length - 1]].map(({ phiE }) => -phiE[0])
        const held = anode.doubleLayer * (last - first)
        const passed = (columns.capacity[end] * 3600) / cell.area
        const error = Math.abs(stripped + held - passed) / Math.abs(passed)
        console.log(`# ${fidelity}: ${passed} C/m², ${held} in the double layer, ${error.toExponential(1)}`)
        assert.ok(Math.abs(held) > 1e-7 * Math.abs(passed))
        // The rows of charge are linear and hold to round-off; the first profile is that of rest, before the first jump.
        assert.ok(error < 1e-9, `${error}`)
      }
    })

  for (const fidelity of fidelities)
    it(`${fidelity}: as C → 0 the cell becomes the one without`, () => {
      const voltages = (doubleLayer: number) => {
        const cell = layeredCell(0, doubleLayer)
        const { columns } = cycle(
          modelOf(cell, { fidelity, mesh: { points: 6, shells: 8 } }),
          parseProtocol(['Discharge at C/5 for 20 minutes (1 minute period)', 'Rest for 2 minutes (1 minute period)']),
          { rtol: 1e-7 },
        )
        return columns
      }
      const { voltage: plain, stepTime } = voltages(0)
      const apart = [0.2, 0.02, 1e-4].map(C => {
        const { voltage: layered } = voltages(C)
        assert.equal(layered.length, plain.length)
        return plain.reduce((worst, v, k) => (stepTime[k] === 0 ? worst : Math.max(worst, Math.abs(v - layered[k]))), 0)
      })
      console.log(`# ${fidelity}: ${apart.map(x => x.toExponential(1)).join(', ')} V`)
      // Minutes are a million times R C: what is left of 0.2 F/m² is the current it takes as φ_e drifts. Of 1e-4 F/m², round-off of rtol.
      assert.ok(apart[0] < 1e-5 && apart[2] < 1e-6, `${apart}`)
    })

  it('does not depend on which anion is left to electroneutrality, nor on the order of the cations', () => {
    const ions = {
      A: { name: 'A', charge: 1, c: 500, D: 2e-10 },
      B: { name: 'B', charge: 2, c: 500, D: 1e-10 },
      X: { name: 'X', charge: -1, c: 300, D: 3e-10 },
      Y: { name: 'Y', charge: -2, c: 600, D: 2e-10 },
    }
    const run = (order: readonly (keyof typeof ions)[]) => {
      const cell = layeredCell()
      const electrolyte = bath(
        order.map(name => ions[name]),
        { A: 0, B: 0.5 },
      )
      const { columns } = cycle(
        modelOf({ ...cell, electrolyte }, { mesh: { points: 5, shells: 6 } }),
        parseProtocol(['Discharge at C/2 for 5 minutes (1 minute period)']),
        { rtol: 1e-9 },
      )
      return columns.voltage
    }
    const plain = run(['A', 'B', 'X', 'Y'])
    for (const order of [
      ['A', 'B', 'Y', 'X'],
      ['B', 'A', 'X', 'Y'],
    ] as const) {
      const other = run(order)
      const apart = plain.reduce((worst, v, k) => Math.max(worst, Math.abs(v - other[k])), 0)
      console.log(`# ${order}: ${apart.toExponential(1)} V`)
      assert.ok(apart < 1e-7, `${order}: ${apart} V`) // round-off, and the error test of another set of unknowns at rtol 1e-9
    }
  })

  it('the two metals and the double layer keep Σ_k partial currents + capacitive = I', () => {
    const cell = twoIonCell({
      anode: planar([metalOf(ion('B', 2)), metalOf(A)], { A: 0.5, B: 2 }, { doubleLayer: 0.2 }),
    })
    const { columns } = cycle(modelOf(cell), parseProtocol(['Discharge at C/2 for 1 s (0.1 s period)']), { rtol: 1e-6 })
    const part = (k: number) => 1 - (columns['anodeCurrent[A]'][k] + columns['anodeCurrent[B]'][k]) / columns.current[k]
    // At the first moment all of it charges the layer; R_ct C is a millisecond here.
    assert.ok(Math.abs(part(1) - 1) < 0.05 || part(1) < 1)
    assert.ok(Math.abs(part(columns.time.length - 1)) < 0.05)
  })
})
