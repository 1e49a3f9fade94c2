import { readFileSync } from 'node:fs'
import type { Cell } from '../src/cell/cell.ts'
import { cycle } from '../src/cell/cycle.ts'
import { modelOf } from '../src/cell/model-of.ts'
import { parseProtocol } from '../src/cell/sentence.ts'
import { readCellText } from '../src/file/read.ts'
import { chen2020 } from './peer.ts'

/** The cell of a file. */
export const cellOf = async (file: string = chen2020): Promise<Cell> =>
  (await readCellText(readFileSync(file), file)).cell

/** Everything warm: one model, one parsed protocol; each call runs it from the start. */
export const runnerOf = (
  cell: Cell,
  sentences: readonly string[],
  options: { points?: number; shells?: number; rtol?: number; period?: number } = {},
) => {
  const { points = 20, shells = 20, rtol = 1e-4, period } = options
  const model = modelOf(cell, { fidelity: 'dfn', mesh: { points, shells } })
  const steps = parseProtocol(sentences)
  const protocol = period === undefined ? steps : steps.map(step => ({ ...step, period }))
  return () => cycle(model, protocol, { rtol })
}
