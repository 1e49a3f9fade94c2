/** A lattice model that a study or a command names, with the files that it names itself. */
import { dirname, resolve } from 'node:path'
import { decoded } from '../file/decoded.ts'
import { type LatticeFile, largestLattice, readLatticeText } from '../file/lattice/read.ts'
import { readInput } from '../study/read-input.ts'
import { recordsBeside } from './lattice-records.ts'

/** @param folder  of the study */
export const latticeFileOf = async (model: string, folder: string): Promise<LatticeFile> => {
  const file = resolve(folder, model)
  const bytes = await readInput(file, largestLattice, { name: model })
  return readLatticeText(bytes, model, name => besideModel(file, name), recordsBeside(file))
}

/** The text of a file that a model names, from the folder of the model. */
export const besideModel = async (model: string, name: string): Promise<string> =>
  decoded(await readInput(resolve(dirname(model), name), largestLattice, { name }), name, largestLattice)
