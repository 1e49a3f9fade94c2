/**
 * Lithium metal, plating and stripping on a planar electrode.
 *
 * Convention of this folder: a file exports `name` (its own stem), `parameters` (plain data: value, range, unit, source)
 * and `make(overrides)`, which gives the record.
 */
import { li } from '../carriers/li.ts'
import { metalOf } from '../laws/metal.ts'
import type { Overrides } from '../laws/parameter.ts'
import type { Metal } from '../scales.ts'

export const name = 'li'

export const parameters = {
  molarVolume: {
    value: 13.0e-6,
    range: [12.9e-6, 13.1e-6],
    bounds: [1e-7, 1e-3],
    unit: 'm³/mol',
    meaning: 'molar volume of the metal',
    source: 'assumed: remembered density of the metal',
  },
  exchangeCurrent: {
    value: 30,
    range: [10, 100],
    bounds: [1e-12, 1e6],
    unit: 'A/m²',
    meaning: 'exchange current density at unit activity, 25 °C',
    source: 'assumed: remembered, Li in carbonate or ether about 10–100 A/m², weak',
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

export const make = (overrides: Overrides<typeof parameters> = {}): Metal => metalOf(name, li, parameters, overrides)
