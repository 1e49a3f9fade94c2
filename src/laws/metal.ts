import type { Carrier, Metal } from '../scales.ts'
import { NA } from '../units.ts'
import { type Overrides, type Parameters, sourcesOf, valuesOf } from './parameter.ts'

/** The numbers of every metal record. */
export type MetalParameters = Parameters &
  Readonly<Record<'molarVolume' | 'exchangeCurrent' | 'activationEnergy' | 'alpha', Parameters[string]>>

/**
 * A planar metal from its parameters. One monolayer is (N_A/V_m)^⅔/N_A, the densest cubic cut of the metal itself.
 *
 * @throws input error for an unknown parameter or one out of physical range
 */
export const metalOf = (name: string, carrier: Carrier, parameters: MetalParameters, overrides: Overrides): Metal => {
  const p = valuesOf(name, parameters, overrides)
  return {
    carrier,
    molarVolume: p.molarVolume,
    exchangeCurrent: p.exchangeCurrent,
    activationEnergy: p.activationEnergy,
    alphaAnodic: p.alpha,
    alphaCathodic: 1 - p.alpha,
    monolayer: (NA / p.molarVolume) ** (2 / 3) / NA,
    sources: { ...sourcesOf(parameters, overrides), monolayer: 'computed from the molar volume, a simple cubic layer' },
  }
}
