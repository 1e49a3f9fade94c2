import type { ProtocolStep } from '../protocol.ts'
import { type Flow, flowDrive } from './flow.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

/** Charge at a current, rate or power: `charge({ rate: 0.2, until: { voltage: 1.9 } })`. */
export const charge = (o: Flow & StepOptions): ProtocolStep =>
  stepOf({ ...o, drive: flowDrive('charge', o), until: limitsOf(untilOf(o)) })
