/** GITT, 20 pulses of 6 min at C/2 and rests of 20 min, DFN 20 × 20, rtol 1e-4. Asked: three times PyBaMM's speed. */
import { besidePeer } from './peer.ts'
import { bothTimed, cellOf } from './setup.ts'

const steps = Array.from({ length: 20 }, () => ['Discharge at C/2 for 6 minutes', 'Rest for 20 minutes']).flat()
besidePeer({
  title: 'GITT, 20 pulses',
  ours: bothTimed(await cellOf(), steps, { warm: 5, repeats: 10 }),
  task: 'experiment',
  input: { steps, repeats: 4 },
})
