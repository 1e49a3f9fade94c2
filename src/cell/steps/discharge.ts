import type { ProtocolStep } from '../protocol.ts'
import { type Flow, flowDrive } from './flow.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

/** Discharge at a current, rate, power or through a resistance: `discharge({ rate: 0.2, until: { voltage: 0.4 } })`. */
export const discharge = (o: Flow & StepOptions): ProtocolStep =>
  stepOf({ ...o, drive: flowDrive('discharge', o), until: limitsOf(untilOf(o)) })
