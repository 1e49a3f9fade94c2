/** Ten CC–CV cycles at 1C between 2.5 V and 4.2 V, DFN 20 × 20, rtol 1e-4. Asked: three times PyBaMM's speed. */
import { besidePeer } from './peer.ts'
import { bothTimed, cellOf } from './setup.ts'

const one = ['Discharge at 1C until 2.5 V', 'Charge at 1C until 4.2 V', 'Hold at 4.2 V until C/50']
const steps = Array.from({ length: 10 }, () => one).flat()
besidePeer({
  title: 'Ten CC–CV cycles',
  ours: bothTimed(await cellOf(), steps, { warm: 3, repeats: 8 }),
  task: 'experiment',
  input: { steps, repeats: 3 },
})
