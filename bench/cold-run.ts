/**
 * CPU time of a cold `./bin/dualion run FILE --csv F` (build it first: `npm run build`), all processes counted, and of
 * PyBaMM's import, build and one discharge. Asked: under 0.6 s.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printTable, timeCells } from './measure.ts'
import { chen2020, peer, python } from './peer.ts'

/** User + system CPU time of a command and its children [ms], from the shell's own clock. */
const cpuOfCommand = (command: readonly string[]): number => {
  const run = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>/dev/null', 'bash', ...command], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`${command.join(' ')}: exit code ${run.status}`)
  const [user, system] = run.stderr.trim().split(' ').map(Number)
  return 1000 * (user! + system!)
}

const repeated = (count: number, command: readonly string[]): number[] =>
  Array.from({ length: count }, () => cpuOfCommand(command))

const folder = mkdtempSync(join(tmpdir(), 'dualion-bench-'))
const root = fileURLToPath(new URL('..', import.meta.url))
const command = [join(root, 'bin/dualion'), 'run', chen2020, '--csv', join(folder, 'run.csv')]
const rows = [['dualion run FILE --csv F', ...timeCells(repeated(8, command))]]
rows.push(['node -e 0', ...timeCells(repeated(8, [process.execPath, '-e', '0']))])
if (peer('cold', {})) {
  const input = JSON.stringify({ cell: chen2020 })
  rows.push([
    'PyBaMM: import, build, solve',
    ...timeCells(repeated(3, [python, join(root, 'bench/pybamm_peer.py'), 'cold', input])),
  ])
}
printTable('Cold run to CSV', ['', 'min', 'mean ± sd'], rows)
if (rows.length < 3) console.log('PyBaMM not installed: no ratio')
rmSync(folder, { recursive: true })
