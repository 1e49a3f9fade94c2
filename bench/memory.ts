/**
 * Heap over 1,000 cycles (run with `node --expose-gc`): the live heap after a collection every 100 cycles, the result of
 * each batch thrown away. Asked: flat. DFN 10 × 10, 1C, 20 % of the capacity a cycle, charged to 4.2 V each time; every batch
 * must have run all of its steps.
 */
import { printTable } from './measure.ts'
import { cellOf, runnerOf } from './setup.ts'

const batch = 100
const sentences = Array.from({ length: batch }, () => [
  'Discharge at 1C for 12 minutes',
  'Charge at 1C until 4.2 V',
]).flat()
const run = runnerOf(await cellOf(), sentences, { points: 10, shells: 10 })
const collect = (globalThis as { gc?: () => void }).gc
if (!collect) console.log('run with node --expose-gc for the live heap; without it garbage is counted too')

/** Runs a batch to its end; returns the cycles it really made. */
const cyclesOf = (): number => {
  const { steps, cycles, outcome, reason } = run()
  if (steps.length !== sentences.length || steps.some(step => step.duration === 0))
    throw new Error(`memory: ${steps.length} of ${sentences.length} steps were run; ${outcome}: ${reason}`)
  return cycles.length
}

const rows: string[][] = []
let done = 0
for (let k = 0; k <= 1000 / batch; k++) {
  if (k > 0) done += Math.max(batch, cyclesOf())
  collect?.()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  rows.push([done, ...[heapUsed, arrayBuffers, rss].map(bytes => (bytes / 1e6).toFixed(2))].map(String))
}
printTable('Memory over 1,000 cycles [MB]', ['cycles', 'live heap', 'array buffers', 'resident'], rows)
