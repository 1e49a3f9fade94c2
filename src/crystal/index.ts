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
