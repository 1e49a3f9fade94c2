/** A lattice model that a study names, with the files that it names itself. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type LatticeFile, readLatticeText } from '../file/lattice/read.ts'

/** @param folder  of the study */
export const latticeFileOf = async (model: string, folder: string): Promise<LatticeFile> => {
  const file = resolve(folder, model)
  return readLatticeText(await readFile(file), model, name => readFile(resolve(dirname(file), name), 'utf8'))
}
