/** `npm start`: the main job. Runs the cells, holds the claims against what comes out, writes tables and figures. */
import { program } from 'commander'
import { report } from './exit.ts'
import { numberOf, repeated } from './options.ts'
import type { MainJobOptions } from './start/main-job.ts'

program
  .name('npm start --')
  .description('The Li–Mg | Mo6S8 cell beside its single-ion cells, and the claims made for it')
  .option('--out <folder>', 'where tables, results and figures go', 'out')
  .option('--json <file>', 'the summary as JSON in one more place')
  .option('--rate <number>', 'rate of every discharge [1/h]', numberOf('--rate', 1e-4, 100), 0.2)
  .option('--fresh', 'compute the ladder of Mo6S8 again instead of taking the rungs that come along')
  .option(
    '--shift <family=eV...>',
    'move the barriers of a family of hops of the ladder, as in "Mg outer–outer=0.05"',
    repeated,
    [] as readonly string[],
  )
  .option('--quick', 'few cycles, a short sensitivity table, one small map')
  .allowExcessArguments(false)

try {
  program.parse()
  const { mainJob } = await import('./start/main-job.ts')
  const { shift, ...options } = program.opts()
  const { shiftsOf } = await import('./ladder-shifts.ts')
  process.exitCode = await mainJob({ ...options, shifts: shiftsOf(shift) } as MainJobOptions)
} catch (error) {
  process.exitCode = report(error)
}
