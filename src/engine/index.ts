export type { Engine, Evaluation, RemoteEngine } from './engine.ts'
export { drive, driveRemote, driveSteps, evaluated, type Message, report, type Search } from './search.ts'
