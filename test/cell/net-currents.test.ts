/**
 * Who carries the charge, by the balances: partial currents of every ion sum to the current of the cell and integrate to the
 * ions that moved, at the default tolerance, also where ions exchange a million times faster than the net current.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell, Fidelity } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as graphiteLfp } from '../../src/cells/graphite-lfp.ts'
import { make as graphiteNmc } from '../../src/cells/graphite-nmc811.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as full } from '../../src/cells/li-mg-mo6s8-full.ts'
import { make as li } from '../../src/cells/li-mo6s8.ts'
import { make as mg } from '../../src/cells/mg-mo6s8.ts'
import { integrateSteps } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'
import { F } from '../../src/units.ts'

const cells: readonly (() => Cell)[] = [full, beaker, li, mg, graphiteNmc, graphiteLfp]
const fidelities: readonly Fidelity[] = ['spm', 'spme', 'dfn']
const mesh = { points: 8, shells: 10 }

/** Gauss–Legendre, exact for the slope of a polynomial of order 5. */
const gauss = [
  [0.5 - Math.sqrt(0.15), 5 / 18],
  [0.5, 8 / 18],
  [0.5 + Math.sqrt(0.15), 5 / 18],
] as const

describe('partial currents', () => {
  for (const make of cells)
    for (const fidelity of fidelities)
      it(`${make().name}, ${fidelity}: Σ I_i = I and ∫ I_i dt = z F Δn_i`, () => {
        const cell = make()
        const model = modelOf(cell, { fidelity, mesh })
        const current = cell.nominalCapacity / 5
        const y = new Float64Array(model.size)
        const yp = new Float64Array(model.size)
        model.start(y, yp)
        model.drive(at => at.current - current, cell.ambientTemperature)
        consistentInitial(model, 0, y, yp)
        const row = new Float64Array(model.columns.length)
        const of = (name: string): number => row[model.columns.indexOf(name)]
        const carriers = cell.cathode.host.carriers
        const metals = cell.anode.kind === 'metal' ? cell.anode.metals.map(m => m.carrier) : []
        const start = model.at(0, y).amount.slice()
        const carried = carriers.map(() => 0)
        const state = y.slice()
        const slope = yp.slice()
        model.row(0, y, yp, row)
        const metalStart = metals.map(m => of(`metal[${m.symbol}]`))
        const stripped = metals.map(() => 0)
        let worst = 0
        let atAnode = 0
        for (const step of integrateSteps(model, { y, yp, start: 0, end: 3600, rtol: 1e-5 })) {
          for (const [part, weight] of gauss) {
            step.interpolate(step.t - step.h * (1 - part), state, slope)
            model.row(step.t, state, slope, row)
            carriers.forEach((c, i) => {
              carried[i] += weight * step.h * of(`partialCurrent[${c.symbol}]`)
            })
            metals.forEach((m, i) => {
              stripped[i] += weight * step.h * of(`anodeCurrent[${m.symbol}]`)
            })
          }
          model.row(step.t, step.y, step.yp, row)
          const sum = carriers.reduce((s, c) => s + of(`partialCurrent[${c.symbol}]`), 0)
          worst = Math.max(worst, Math.abs(sum / current - 1))
          const out = (metals.length > 0 ? metals : carriers).reduce((s, c) => s + of(`anodeCurrent[${c.symbol}]`), 0)
          atAnode = Math.max(atAnode, Math.abs(out / current - 1))
        }
        // The linear solves leave 1e-16 of an exchange that a Newton tolerance of 1e-5 V makes 1e5 times the current: 1e-9 of it
        // seen; the reactions' own j were off by a factor of 1e5.
        assert.ok(worst < 1e-7, `cathode: ${worst}`)
        assert.ok(atAnode < 1e-7, `anode: ${atAnode}`)
        const charge = 3600 * current
        const hosts =
          ((cell.cathode.thickness * cell.cathode.areaDensity * cell.cathode.particleRadius) /
            { sphere: 3, cylinder: 2, plate: 1 }[cell.cathode.shape] /
            cell.cathode.host.molarVolume) *
          cell.area
        const end = model.at(3600, y).amount
        carriers.forEach((c, i) => {
          const moved = hosts * c.charge * F * (end[i] - start[i])
          assert.ok(Math.abs(carried[i] - moved) < 1e-8 * charge, `${c.symbol}: ${carried[i]} C, ${moved} C moved`)
        })
        model.row(3600, y, yp, row)
        metals.forEach((m, i) => {
          const moved = (metalStart[i] - of(`metal[${m.symbol}]`)) * cell.area * m.charge * F
          assert.ok(Math.abs(stripped[i] - moved) < 1e-8 * charge, `metal ${m.symbol}: ${stripped[i]} C, ${moved} C`)
        })
      })

  it('a double layer takes its part: Σ I_i at rest is what it gives back', () => {
    const base = beaker()
    const cell: Cell = { ...base, cathode: { ...base.cathode, doubleLayer: 0.2 } }
    const { columns, conservation, steps } = cycle(
      modelOf(cell, { mesh }),
      parseProtocol(['Discharge at C/5 for 20 minutes', 'Rest for 10 minutes']),
    )
    const sum = (k: number): number => columns['partialCurrent[Li]'][k] + columns['partialCurrent[Mg]'][k]
    const end = steps[0].end
    // 0.2 F/m² against a potential that falls by 1e-4 V/s: a small part, not nothing.
    const part = 1 - sum(end) / columns.current[end]
    assert.ok(Math.abs(part) > 1e-6 && Math.abs(part) < 0.05, `${part} of the current`)
    for (const [name, error] of Object.entries(conservation)) assert.ok(error < 1e-10, `${name}: ${error}`)
  })
})

describe('heat of ions that exchange fast', () => {
  it('a thermal Li–Mg cell warms alike at two tolerances, and ∫ heat = C ΔT + what is cooled away', () => {
    const capacity = 0.1
    const cooling = 1e-4
    const cell: Cell = { ...beaker(), thermal: { heatCapacity: capacity, coolingConductance: cooling } }
    const runs = [1e-4, 1e-5].map(rtol => {
      const { columns } = cycle(modelOf(cell, { mesh }), parseProtocol(['Discharge at C/5 for 4 hours']), { rtol })
      const { time, temperature, heat } = columns
      let made = 0
      let cooled = 0
      for (let k = 1; k < time.length; k++) {
        const dt = time[k] - time[k - 1]
        made += 0.5 * dt * (heat[k] + heat[k - 1])
        cooled += 0.5 * dt * cooling * (temperature[k] + temperature[k - 1] - 2 * cell.ambientTemperature)
      }
      const end = temperature.length - 1
      return {
        end: temperature[end],
        low: Math.min(...temperature),
        made,
        kept: capacity * (temperature[end] - temperature[0]) + cooled,
      }
    })
    const [loose, tight] = runs
    // The heat is 0.1 J: 1 % of it is 0.01 K here; with the reactions' own currents it was 9 K.
    assert.ok(Math.abs(loose.end - tight.end) < 0.01, `${loose.end} and ${tight.end} K`)
    assert.ok(Math.abs(loose.low - tight.low) < 0.01, `${loose.low} and ${tight.low} K`)
    // Rows are a line's width apart, not the solver's: 1e-3 of the sum by the trapezoidal rule.
    assert.ok(Math.abs(tight.made - tight.kept) < 3e-3 * Math.abs(tight.made), `${tight.made} J, ${tight.kept} J`)
  })
})

describe('losses weighted by net currents', () => {
  it('each is a power over the current: what reactions and resistances dissipate is never negative on discharge', () => {
    const cell = full()
    const { columns } = cycle(modelOf(cell, { mesh }), parseProtocol(['Discharge at C/5 for 4 hours']))
    const { time, current } = columns
    const size = (name: string, k: number): number =>
      Math.abs(columns[`${name}[Li]`][k]) + Math.abs(columns[`${name}[Mg]`][k])
    let seen = 0
    for (let k = 0; k < time.length; k++) {
      // Where ions exchange the weights are not those of the power.
      if (Math.max(size('anodeCurrent', k), size('partialCurrent', k)) > 1.5 * current[k]) continue
      seen++
      for (const name of ['kinetic', 'ohmic']) {
        const loss = columns[`loss[${name}]`][k]
        assert.ok(loss > -1e-5, `${name} at ${time[k]} s: ${loss} V`)
      }
    }
    assert.ok(seen > 50, `${seen} rows`)
  })
})
