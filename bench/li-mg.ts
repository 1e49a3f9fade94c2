/**
 * Li–Mg | Mo6S8 (full cell, convex host), DFN 20 × 20, rtol 1e-4, C/5 to 0.4 V, warm. Asked: at most 25 ms of CPU time.
 * PyBaMM has no cell with two intercalating ions, so there is no ratio.
 */
import { make } from '../src/cells/li-mg-mo6s8-full.ts'
import { cpuOf, printTable, timeCells } from './measure.ts'
import { runnerOf } from './setup.ts'

const rows = ['C/10', 'C/5', '1C'].map(rate => {
  const run = runnerOf(make(), [`Discharge at ${rate} until 0.4 V`])
  const { outcome, statistics } = run()
  return [rate, ...timeCells(cpuOf(run, { warm: 15, repeats: 20 })), outcome, String(statistics.steps)]
})
printTable('Li–Mg | Mo6S8, DFN 20 × 20', ['rate', 'min', 'mean ± sd', 'outcome', 'steps'], rows)
