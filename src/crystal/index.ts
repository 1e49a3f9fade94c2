export {
  type CellParameters,
  cellParameters,
  fractionalPositions,
  latticeOf,
  toCartesian,
  toFractional,
} from './lattice.ts'
export { type MinimumImage, minimumImage } from './minimum-image.ts'
export { type NeighbourList, neighbourList } from './neighbours.ts'
export {
  atomCount,
  checkStructure,
  composition,
  type Structure,
  volume,
  withAtoms,
  withPositions,
} from './structure.ts'
