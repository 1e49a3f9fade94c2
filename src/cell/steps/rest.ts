import type { ProtocolStep } from '../protocol.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

/** No current: `rest({ duration: 600 })`. */
export const rest = (o: StepOptions): ProtocolStep =>
  stepOf({ ...o, drive: { kind: 'rest' }, until: limitsOf(untilOf(o)) })
