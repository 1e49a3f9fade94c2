/** LiTFSI alone in the ether of `li-mg-ether`: the same law without the other salt. Convention: see `hosts/mo6s8.ts`. */
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { type Parameter, valuesOf } from '../laws/parameter.ts'
import { parameters as dual, type EtherOverrides, etherElectrolyte } from './li-mg-ether.ts'

export const name = 'li-ether'

const none = {
  range: [0, 0],
  bounds: [0, 2e4],
  unit: 'mol/m³',
  meaning: 'no Mg(TFSI)2',
  source: 'assumed: single-salt bath',
} as const

export const parameters = {
  ...dual,
  LiTFSI: { ...dual.LiTFSI, range: [100, 1500] },
  'Mg(TFSI)2': { ...none, value: 0 },
} as const satisfies Record<string, Parameter>

export const make = (overrides: EtherOverrides = {}): Electrolyte => {
  const p = valuesOf(name, parameters, overrides)
  return etherElectrolyte(name, p, overrides)
}
