import { isSourced } from '../references.ts'
import type { Carrier, Metal } from '../scales.ts'
import { type Check, within } from './check.ts'

/** A carrier: an element's symbol, a positive whole charge, a mass that an element can have, sources. */
export const checkCarrier = (carrier: Carrier): readonly Check[] => [
  within('symbol is an element’s', /^[A-Z][a-z]?$/.test(carrier.symbol) ? 0 : 1, 0),
  within('charge is a whole number > 0', Number.isInteger(carrier.charge) && carrier.charge > 0 ? 0 : 1, 0),
  within('mass between H and Og', carrier.mass > 1 && carrier.mass < 300 ? 0 : 1, 0),
  within('mass has a source', isSourced(carrier.sources.mass ?? '') ? 0 : 1, 0),
]

/** A metal: its carrier, positive numbers, transfer coefficients in (0, 1), a monolayer of atomic size, sources. */
export const checkMetal = (metal: Metal): readonly Check[] => {
  const positive = [metal.molarVolume, metal.exchangeCurrent, metal.monolayer, metal.alphaAnodic, metal.alphaCathodic]
  const thickness = metal.molarVolume * metal.monolayer
  const unsourced = Object.values(metal.sources).filter(text => !isSourced(text))
  return [
    ...checkCarrier(metal.carrier),
    within('positive numbers', positive.filter(v => !(v > 0 && v < Number.POSITIVE_INFINITY)).length, 0),
    within('activation energy ≥ 0', metal.activationEnergy >= 0 ? 0 : 1, 0),
    within('transfer coefficients below 1', metal.alphaAnodic < 1 && metal.alphaCathodic < 1 ? 0 : 1, 0),
    within('one monolayer is 1–5 Å thick', thickness > 1e-10 && thickness < 5e-10 ? 0 : thickness, 0),
    within('every number has a source', unsourced.length, 0, unsourced[0]),
  ]
}
