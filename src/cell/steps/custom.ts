import { refuse } from '../../error.ts'
import type { Control } from '../model.ts'
import type { ProtocolStep } from '../protocol.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

/**
 * A law of your own between voltage, current, time and what else the protocol sees, smooth in voltage and current:
 * `custom({ label: '5 W less 1 mW a second', control: at => at.voltage * at.current - 5 + 1e-3 * at.time, duration: 600 })`.
 */
export const custom = (o: { readonly label: string; readonly control: Control } & StepOptions): ProtocolStep => {
  if (typeof o.control !== 'function') refuse('custom.control', o.control, 'a function of the state')
  return stepOf({ ...o, drive: { kind: 'custom', label: o.label, control: o.control }, until: limitsOf(untilOf(o)) })
}
