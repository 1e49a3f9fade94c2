/**
 * Magnesium metal, plating and stripping on a planar electrode.
 *
 * Convention of this folder: a file exports `name` (its own stem), `parameters` (plain data: value, range, unit, source)
 * and `make(overrides)`, which gives the record.
 */
import { mg } from '../carriers/mg.ts'
import { metalOf } from '../laws/metal.ts'
import type { Overrides } from '../laws/parameter.ts'
import type { Metal } from '../scales.ts'

export const name = 'mg'

export const parameters = {
  molarVolume: {
    value: 14.0e-6,
    range: [13.9e-6, 14.1e-6],
    bounds: [1e-7, 1e-3],
    unit: 'm³/mol',
    meaning: 'molar volume of the metal',
    source: 'assumed: remembered density of the metal',
  },
  exchangeCurrent: {
    value: 3,
    range: [1, 10],
    bounds: [1e-12, 1e6],
    unit: 'A/m²',
    meaning: 'exchange current density at unit activity, 25 °C',
    source: 'assumed: remembered, Mg in a chloride ether electrolyte about 1–10 A/m², weak',
  },
  activationEnergy: {
    value: 40e3,
    range: [30e3, 60e3],
    bounds: [0, 300e3],
    unit: 'J/mol',
    meaning: 'activation energy of the exchange current',
    source: 'assumed: usual size for metal deposition',
  },
  alpha: {
    value: 0.5,
    range: [0.3, 0.7],
    bounds: [0.2, 0.8],
    unit: '–',
    meaning: 'anodic transfer coefficient per charge number (cathodic 1 − α)',
    source: 'assumed: symmetric',
  },
} as const

export const make = (overrides: Overrides<typeof parameters> = {}): Metal => metalOf(name, mg, parameters, overrides)
