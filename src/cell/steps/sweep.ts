import type { ProtocolStep } from '../protocol.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

/**
 * Linear voltage sweep, V = from ± rate·t, until `to`: `sweep({ from: 2, to: 0.6, rate: 1e-4 })`; [V], [V], [V/s].
 * Without `from` it starts at the voltage the cell has.
 */
export const sweep = (
  o: { readonly from?: number; readonly to: number; readonly rate: number } & StepOptions,
): ProtocolStep =>
  stepOf({
    ...o,
    drive: { kind: 'sweep', ...(o.from === undefined ? {} : { from: o.from }), to: o.to, rate: o.rate },
    until: limitsOf(untilOf(o)),
  })
