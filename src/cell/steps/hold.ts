import type { ProtocolStep } from '../protocol.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

/** Constant voltage [V]: `hold({ voltage: 4.2, until: { rate: 1 / 50 } })`. */
export const hold = (o: { readonly voltage: number } & StepOptions): ProtocolStep =>
  stepOf({ ...o, drive: { kind: 'voltage', voltage: o.voltage }, until: limitsOf(untilOf(o)) })
