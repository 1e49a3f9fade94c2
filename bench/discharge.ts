/** DFN, 1C to 2.5 V, 20 × 20, rtol 1e-4, cell of Chen et al.: CPU time of the solve alone. Asked: half of PyBaMM's. */
import { cpuOf } from './measure.ts'
import { besidePeer } from './peer.ts'
import { cellOf, runnerOf } from './setup.ts'

const run = runnerOf(await cellOf(), ['Discharge at 1C until 2.5 V'])
besidePeer({
  title: 'DFN discharge at 1C, 20 × 20, rtol 1e-4',
  ours: () => cpuOf(run, { warm: 30, repeats: 40 }),
  task: 'discharge',
  input: { repeats: 20 },
})
console.log(run().statistics)
