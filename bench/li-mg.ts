/**
 * Li–Mg | Mo6S8 (full cell, convex host), DFN 20 × 20, rtol 1e-4, C/5 to 0.4 V, warm. Asked: at most 25 ms of CPU time.
 * PyBaMM has no cell with two intercalating ions, so there is no ratio.
 */
import { make } from '../src/cells/li-mg-mo6s8-full.ts'
import { cpuOf, printTable, timeCells } from './measure.ts'
import { runnerOf } from './setup.ts'

const counts = { warm: 8, repeats: 10 }
const rows = ['C/10', 'C/5', '1C'].map(rate => {
  const sentence = `Discharge at ${rate} until 0.4 V`
  const run = runnerOf(make(), [sentence])
  const { outcome, statistics } = run()
  const alone = cpuOf(runnerOf(make(), [sentence], { outputs: 'terminal' }), counts)
  return [rate, ...timeCells(alone), ...timeCells(cpuOf(run, counts)), outcome, String(statistics.steps)]
})
printTable(
  'Li–Mg | Mo6S8, DFN 20 × 20',
  ['rate', 'alone, min', 'mean ± sd', 'every output, min', 'mean ± sd', 'outcome', 'steps'],
  rows,
)
