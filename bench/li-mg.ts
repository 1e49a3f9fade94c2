/**
 * Li–Mg | Mo6S8 (convex host), DFN 20 × 20, rtol 1e-4, to 0.4 V, warm: the full cell, whose lithium is used up on the way, and
 * the beaker cell. Asked: at most 25 ms of CPU time. PyBaMM has no cell with two intercalating ions, so there is no ratio.
 */
import { make as beaker } from '../src/cells/li-mg-mo6s8-beaker.ts'
import { make as full } from '../src/cells/li-mg-mo6s8-full.ts'
import { cpuOf, printTable, timeCells } from './measure.ts'
import { runnerOf } from './setup.ts'

const counts = { warm: 20, repeats: 15 }
const rows = Object.entries({ full, beaker }).flatMap(([name, make]) =>
  ['C/10', 'C/5', '1C'].map(rate => {
    const sentence = `Discharge at ${rate} until 0.4 V`
    const run = runnerOf(make(), [sentence])
    const { outcome, statistics } = run()
    const alone = cpuOf(runnerOf(make(), [sentence], { outputs: 'terminal' }), counts)
    return [name, rate, ...timeCells(alone), ...timeCells(cpuOf(run, counts)), outcome, String(statistics.steps)]
  }),
)
printTable(
  'Li–Mg | Mo6S8, DFN 20 × 20',
  ['cell', 'rate', 'alone, min', 'mean ± sd', 'every output, min', 'mean ± sd', 'outcome', 'steps'],
  rows,
)
