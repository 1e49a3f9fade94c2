export { type CifOptions, readCif } from './cif.ts'
export { type CifWriteOptions, writeCif } from './cif-write.ts'
export { readFrames, readFramesAsync } from './extxyz.ts'
export type { InfoValue } from './extxyz-comment.ts'
export type { AtomColumn, Frame } from './extxyz-frame.ts'
export { writeFrame, writeFrames } from './extxyz-write.ts'
export { operationOf, operationWord } from './operation.ts'
export { optimadeStructure, readOptimade } from './optimade.ts'
export { readPoscar } from './poscar.ts'
export { writePoscar } from './poscar-write.ts'
export { pymatgenStructure, readPymatgen, writePymatgen } from './pymatgen.ts'
export {
  chosenFrame,
  chosenFrameAsync,
  formatOfName,
  readStructure,
  type StructureFormat,
  structureFormats,
} from './read-structure.ts'
export { type WriteFormat, writeStructure } from './write-structure.ts'
