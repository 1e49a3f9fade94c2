/** Ten CC–CV cycles at 1C between 2.5 V and 4.2 V, DFN 20 × 20, rtol 1e-4. Asked: three times PyBaMM's speed. */
import { cpuOf } from './measure.ts'
import { besidePeer } from './peer.ts'
import { cellOf, runnerOf } from './setup.ts'

const one = ['Discharge at 1C until 2.5 V', 'Charge at 1C until 4.2 V', 'Hold at 4.2 V until C/50']
const steps = Array.from({ length: 10 }, () => one).flat()
const run = runnerOf(await cellOf(), steps)
besidePeer({
  title: 'Ten CC–CV cycles',
  ours: () => cpuOf(run, { warm: 3, repeats: 8 }),
  task: 'experiment',
  input: { steps, repeats: 3 },
})
