/** Electrolytes: the transport law of dissolved ions, as data and functions of plain data. */
export { binaryElectrolyte } from './binary.ts'
export { correlatedOnsager } from './correlated.ts'
export { type DiluteSpecies, diluteElectrolyte } from './dilute.ts'
export { conductivity, type Electrolyte, netCharge, type Species } from './electrolyte.ts'
export { fullElectrolyte } from './full.ts'
export { ionicActivities } from './ionic-strength.ts'
export { stefanMaxwellOnsager } from './stefan-maxwell.ts'
