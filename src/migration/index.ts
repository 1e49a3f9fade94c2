export { type EndStates, endStates } from './end-states.ts'
export {
  allPairMoves,
  type Move,
  type MoveKind,
  type Mover,
  type PairOptions,
  type Place,
  pairMoves,
  singleMoves,
} from './moves.ts'
