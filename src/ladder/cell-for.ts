/** The cell of a study: of the library, or from a file. */
import { resolve } from 'node:path'
import type { Cell } from '../cell/cell.ts'
import { refuse } from '../error.ts'
import { libraryEntry, madeFromLibrary } from '../file/library.ts'
import { readCellText } from '../file/read.ts'
import { readInput } from '../study/read-input.ts'
import { sha256 } from './canonical.ts'

/** Largest cell file [bytes]. */
const largestCell = 20_000_000

/** The cell, and as plain data what it is made from. */
export const cellFor = async (
  {
    cell: name,
    parameters = {},
  }: { readonly cell: string; readonly parameters?: Readonly<Record<string, number>> | undefined },
  folder: string,
  notes: string[],
): Promise<{ readonly cell: Cell; readonly recipe: unknown }> => {
  if (!/\.(ya?ml|json)$/i.test(name)) {
    const cell = await madeFromLibrary('cells', name, parameters, 'discharge.cell', notes)
    const entry = await libraryEntry('cells', name, 'discharge.cell')
    const values = Object.fromEntries(Object.entries(entry.parameters).map(([key, { value }]) => [key, value]))
    return { cell, recipe: { name, values: { ...values, ...parameters } } }
  }
  if (Object.keys(parameters).length > 0)
    refuse('discharge.parameters', parameters, 'a cell of the library; a file holds its own')
  const file = resolve(folder, name)
  const bytes = await readInput(file, largestCell, { name })
  const read = await readCellText(bytes, file)
  return { cell: read.cell, recipe: { file: sha256(bytes) } }
}
