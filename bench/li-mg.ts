/**
 * Li–Mg | Mo6S8 (convex host), DFN 20 × 20, rtol 1e-4, to 0.4 V, warm: the full cell, whose lithium is used up on the way, and
 * the beaker cell. Asked: at most 25 ms of CPU time. PyBaMM has no cell with two intercalating ions, so there is no ratio.
 * Each row is measured in a process of its own, its `alone` with the first model made there: V8 compiles functions that were made
 * once to faster code, and every model made before costs the next up to a quarter more.
 */
import { spawnSync } from 'node:child_process'
import { make as beaker } from '../src/cells/li-mg-mo6s8-beaker.ts'
import { make as full } from '../src/cells/li-mg-mo6s8-full.ts'
import { cpuOf, printTable, timeCells } from './measure.ts'
import { runnerOf } from './setup.ts'

const counts = { warm: 20, repeats: 15 }
const makes = { full, beaker }

const measured = (name: keyof typeof makes, rate: string): string[] => {
  const cell = makes[name]()
  const sentence = `Discharge at ${rate} until 0.4 V`
  const alone = cpuOf(runnerOf(cell, [sentence], { outputs: 'terminal' }), counts)
  const run = runnerOf(cell, [sentence])
  const { outcome, statistics } = run()
  return [name, rate, ...timeCells(alone), ...timeCells(cpuOf(run, counts)), outcome, String(statistics.steps)]
}

const [name, rate] = process.argv.slice(2)
if (name && rate && name in makes) {
  console.log(JSON.stringify(measured(name as keyof typeof makes, rate)))
  process.exit()
}
const rowOf = (...asked: readonly string[]): string[] => {
  const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, process.argv[1], ...asked], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}
const rows = Object.keys(makes).flatMap(cell => ['C/10', 'C/5', '1C'].map(at => rowOf(cell, at)))
printTable(
  'Li–Mg | Mo6S8, DFN 20 × 20',
  ['cell', 'rate', 'alone, min', 'mean ± sd', 'every output, min', 'mean ± sd', 'outcome', 'steps'],
  rows,
)
