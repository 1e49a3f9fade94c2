/** Laws that make records: free energies, transport, kinetics, and the library's parameters as data. */
export { arrheniusFactor, hopRate } from './arrhenius.ts'
export { type FickianOptions, fickianHost } from './fickian.ts'
export { insertionKinetics } from './insertion-kinetics.ts'
export { type Move, meanFieldTransport } from './mean-field-transport.ts'
export { type MetalParameters, metalOf } from './metal.ts'
export {
  type Overrides,
  type Parameter,
  type Parameters,
  prefixed,
  sourcesOf,
  type Values,
  valuesOf,
  withPrefix,
} from './parameter.ts'
export { onlyCarriers, type SiteFreeEnergy, type SiteStep, siteThermodynamics } from './site-free-energy.ts'
export { splitCarrier } from './split-carrier.ts'
export { hostFromTable, type TableHost } from './table/from-table.ts'
export { resample } from './table/resample.ts'
export { type Stability, stabilityOf } from './table/stability.ts'
export { checkTable, type HostTable, type ThermodynamicSample, type TransportSample } from './table/table.ts'
export { type TableThermodynamics, thermodynamicsFromTable } from './table/thermodynamics.ts'
export { type TableTransport, transportFromTable } from './table/transport.ts'
