/** DFN, 1C to 2.5 V, 20 × 20, rtol 1e-4, cell of Chen et al.: CPU time of the solve alone. Asked: half of PyBaMM's. */
import { besidePeer } from './peer.ts'
import { bothTimed, cellOf, runnerOf } from './setup.ts'

const sentence = ['Discharge at 1C until 2.5 V']
const cell = await cellOf()
besidePeer({
  title: 'DFN discharge at 1C, 20 × 20, rtol 1e-4',
  ours: bothTimed(cell, sentence, { warm: 30, repeats: 40 }),
  task: 'discharge',
  input: { repeats: 20 },
})
console.log(JSON.stringify(runnerOf(cell, sentence)().statistics))
