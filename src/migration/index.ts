export { type BarrierStatistics, barrierOf, fittedProfile } from './barrier.ts'
export type { Decomposition } from './decomposition.ts'
export { type EndStates, endStates, ionMoves } from './end-states.ts'
export { idppPath, straightPath } from './first-guess.ts'
export { matchAtoms } from './match.ts'
export {
  type Mechanism,
  type MechanismRow,
  type MechanismTable,
  mechanisms,
  type Profile,
  profileOf,
} from './mechanism-table.ts'
export { compareMechanisms, type IonMove, type MechanismOptions, type MechanismProgress } from './mechanisms.ts'
export { lowestModes, type Modes, type ModesOptions } from './modes.ts'
export {
  allPairMoves,
  type Move,
  type MoveKind,
  type Mover,
  moveNumbers,
  type PairOptions,
  type Place,
  pairMoves,
  singleMoves,
} from './moves.ts'
export { type Path, type PathOptions, type PathProgress, relaxPath } from './path.ts'
export { frequencies, type Prefactor, partialHessian, vibrationalPrefactor } from './prefactor.ts'
export { type Relaxation, type RelaxOptions, type RelaxProgress, relax } from './relax.ts'
export { relaxRoute } from './relax-route.ts'
export type { Route, RouteOptions, RouteProgress } from './route.ts'
export {
  checkSaddle,
  findSaddle,
  type Saddle,
  type SaddleCheck,
  type SaddleProgress,
  type SaddleSearchOptions,
} from './saddle.ts'
