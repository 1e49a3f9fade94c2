import { stat } from 'node:fs/promises'
import type { Cell } from '../src/cell/cell.ts'
import { SimulationError } from '../src/error.ts'
import type { CellFile } from '../src/file/read.ts'
import { readCellText } from '../src/file/read.ts'
import { readInput } from '../src/study/read-input.ts'
import { endBySignal } from './exit.ts'

/** Largest cell file [bytes]; those of use have a thousandth of it. */
const largestCell = 10_000_000

const zeroAtStart = / is 0 per formula unit at the start$/

/** A cell file read and started as the options say. */
export const cellOf = async (
  file: string,
  o: { readonly amount?: string; readonly soc?: number; readonly thermal?: boolean },
): Promise<CellFile> => {
  if ((await stat(file).catch(() => undefined))?.isFIFO()) endBySignal()
  const read = await readCellText(await readInput(file, largestCell), file, { isothermal: o.thermal !== true })
  const cold = o.thermal === true && !read.cell.thermal
  const needs =
    read.kind === 'bpx'
      ? 'density, specific heat capacity, volume, external surface area and heat transfer coefficient'
      : 'a section thermal'
  const notes = cold
    ? [...read.notes, `--thermal: the file has no heat balance (it needs ${needs}), the run is isothermal`]
    : read.notes
  // An amount given here takes the place of the file's: what the model makes of a zero it says itself.
  const said = o.amount === undefined && o.soc === undefined ? notes : notes.filter(note => !zeroAtStart.test(note))
  return { ...read, notes: said, cell: await started(read.cell, o) }
}

const started = async (cell: Cell, o: { readonly amount?: string; readonly soc?: number }): Promise<Cell> => {
  if (o.amount === undefined && o.soc === undefined) return cell
  if (o.amount !== undefined && o.soc !== undefined) {
    throw new SimulationError('--amount and --soc: got both, allowed: one of them says how the cell starts', {
      code: 'input',
      at: '--soc',
    })
  }
  const { parseAmount, withAmount, withStateOfCharge } = await import('../src/file/amounts.ts')
  return o.amount === undefined ? withStateOfCharge(cell, o.soc!) : withAmount(cell, parseAmount(o.amount))
}
