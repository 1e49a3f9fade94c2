/** Conformance: the laws that any new host, electrolyte, ion or metal must pass; one test runs them over every file. */
export { type Check, failures } from './check.ts'
export { checkElectrolyte } from './electrolyte.ts'
export { checkEngine, type EngineCheckOptions } from './engine.ts'
export { checkHost } from './host.ts'
export { checkCarrier, checkMetal } from './metal.ts'
export { checkStep } from './step.ts'
