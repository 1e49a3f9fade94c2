/**
 * Heap over 1,000 cycles (run with `node --expose-gc`): the live heap after a collection every 100 cycles, the result of
 * each batch thrown away. Asked: flat. DFN 10 × 10, 2C, 40 % of the capacity a cycle.
 */
import { printTable } from './measure.ts'
import { cellOf, runnerOf } from './setup.ts'

const batch = 100
const run = runnerOf(
  await cellOf(),
  Array.from({ length: batch }, () => ['Discharge at 2C for 12 minutes', 'Charge at 2C for 12 minutes']).flat(),
  { points: 10, shells: 10 },
)
const collect = (globalThis as { gc?: () => void }).gc
if (!collect) console.log('run with node --expose-gc for the live heap; without it garbage is counted too')
const rows: string[][] = []
for (let done = 0; done <= 1000; done += batch) {
  if (done) run()
  collect?.()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  rows.push([done, ...[heapUsed, arrayBuffers, rss].map(bytes => (bytes / 1e6).toFixed(2))].map(String))
}
printTable('Memory over 1,000 cycles [MB]', ['cycles', 'live heap', 'array buffers', 'resident'], rows)
