import type { Cell } from '../../src/cell/cell.ts'
import type { At, Control, Model } from '../../src/cell/model.ts'
import { denseDae } from '../../src/solve/dense-dae.ts'

/**
 * A cell with closed-form answers: V = U₀ − k q − R I, dq/dt = I. Every drive of a protocol can be integrated by hand.
 * U₀ [V], k [V/C], R [Ω]; nominal capacity U₀-free: 1 A·h; limits 2 … 4 V.
 */
export const U0 = 3.6
export const R = 0.2
export const slope = 1 / 3600
/** Formula units of host, as amount of the only ion per coulomb drawn. */
const perCoulomb = 1 / 3600

export const theveninCell = {
  name: 'Thevenin',
  nominalCapacity: 1,
  voltageLimits: [2, 4],
  temperature: 298.15,
  ambientTemperature: 298.15,
  area: 1,
  sources: { all: 'assumed' },
  anode: { kind: 'metal', metals: [], amount: {}, sources: {} },
  separator: { thickness: 1, porosity: 0, transportEfficiency: 1 },
  inactiveMass: 0,
  inactiveVolume: 0,
  cathode: {
    kind: 'porous',
    thickness: 1,
    porosity: 0,
    activeFraction: 1,
    amount: {},
    doubleLayer: 1,
    host: {
      formula: 'H',
      molarMass: 100,
      molarVolume: 1e-4,
      carriers: [{ symbol: 'Li', charge: 1, mass: 7, sources: {} }],
      limits: [{ weights: { Li: 1 }, max: 10 }],
      thermodynamics: { sources: {} },
      transport: { sources: {} },
      sources: {},
    },
  },
  electrolyte: { species: [], concentration: [], sources: {} },
} as unknown as Cell

/** @param broken  q [C] beyond which the model allows no state */
export const thevenin = (o: { broken?: number } = {}): Model => {
  let control: Control = at => at.current
  const at: At = { time: 0, voltage: 0, current: 0, capacity: 0, temperature: 298.15, amount: new Float64Array(1) }
  const observe = (t: number, y: Float64Array): At => {
    at.time = t
    at.current = y[1]
    at.voltage = U0 - slope * y[0] - R * y[1]
    at.capacity = y[0] / 3600
    at.amount[0] = perCoulomb * y[0]
    return at
  }
  const dae = denseDae({
    size: 2,
    differential: [1, 0],
    scale: [3600, 1],
    name: i => ['charge', 'current'][i],
    residual(t, y, yp, out) {
      if (y[0] > (o.broken ?? Number.POSITIVE_INFINITY)) return false
      out[0] = yp[0] - y[1]
      out[1] = control(observe(t, y))
      return true
    },
  })
  return {
    ...dae,
    cell: theveninCell,
    fidelity: 'spm',
    mesh: { points: 1, shells: 1 },
    carriers: ['Li'],
    notes: [],
    start(y, yp) {
      y.fill(0)
      yp.fill(0)
    },
    drive(next) {
      control = next
    },
    at: observe,
    columns: ['equilibrium', 'loss[ohmic]'],
    row(_t, y, _yp, out) {
      out[0] = U0 - slope * y[0]
      out[1] = R * y[1]
    },
    profiles: () => ({
      x: new Float64Array(0),
      concentration: {},
      phiE: new Float64Array(0),
      electrodes: [],
    }),
    inventory: () => ({ Li: 1 }),
  }
}
