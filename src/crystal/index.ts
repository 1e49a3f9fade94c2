export { elementOf, elementOfNumber, elements } from './elements.ts'
export { readFrames, readFramesAsync } from './formats/extxyz.ts'
export type { Frame } from './formats/extxyz-frame.ts'
export { writeFrame, writeFrames } from './formats/extxyz-write.ts'
export { readStructure } from './formats/read-structure.ts'
export { writeStructure } from './formats/write-structure.ts'
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
  bottlenecks,
  findNetwork,
  type HopOrbit,
  type Network,
  type NetworkOptions,
  type Percolation,
  percolation,
  type Threshold,
  thresholds,
} from './network.ts'
export { type PairOrbit, pairOrbits, type SitePair } from './site-pairs.ts'
export { findSites, onlySublattices, type SiteOptions, type SiteSet, type Sublattice } from './sites.ts'
export {
  atomCount,
  checkStructure,
  composition,
  type Structure,
  volume,
  withAtoms,
  withPositions,
} from './structure.ts'
export { integerMatrix, strained, supercell } from './supercell.ts'
export { initSymmetry, type Operation, type Symmetry, symmetryOf } from './symmetry.ts'
