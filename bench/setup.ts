import { readFileSync } from 'node:fs'
import type { Cell } from '../src/cell/cell.ts'
import { cycle } from '../src/cell/cycle.ts'
import { modelOf } from '../src/cell/model-of.ts'
import { parseProtocol } from '../src/cell/sentence.ts'
import { readCellText } from '../src/file/read.ts'
import { cpuOf } from './measure.ts'
import { chen2020 } from './peer.ts'

/** The cell of a file. */
export const cellOf = async (file: string = chen2020): Promise<Cell> =>
  (await readCellText(readFileSync(file), file)).cell

/**
 * Everything warm: one model, one parsed protocol; each call runs it from the start. `outputs: 'terminal'` at the
 * solver's own steps is what PyBaMM's `solve` does (it keeps the states); `'all'` is what a user of ours gets.
 */
export const runnerOf = (
  cell: Cell,
  sentences: readonly string[],
  options: { points?: number; shells?: number; rtol?: number; period?: number; outputs?: 'all' | 'terminal' } = {},
) => {
  const { points = 20, shells = 20, rtol = 1e-4, period, outputs = 'all' } = options
  const model = modelOf(cell, { fidelity: 'dfn', mesh: { points, shells } })
  const steps = parseProtocol(sentences)
  const protocol = period === undefined ? steps : steps.map(step => ({ ...step, period }))
  const rows = outputs === 'all' ? 'smooth' : 'steps'
  return () => cycle(model, protocol, { rtol, outputs, rows })
}

/** CPU times of a protocol, the solve alone and with every output, as `besidePeer` wants them. */
export const bothTimed = (cell: Cell, sentences: readonly string[], counts: { warm: number; repeats: number }) => ({
  'solve alone': () => cpuOf(runnerOf(cell, sentences, { outputs: 'terminal' }), counts),
  'every output': () => cpuOf(runnerOf(cell, sentences), counts),
})
