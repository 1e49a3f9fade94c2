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
