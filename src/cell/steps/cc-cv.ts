import type { ProtocolStep } from '../protocol.ts'
import { charge } from './charge.ts'
import { discharge } from './discharge.ts'
import { type Flow, flowOf } from './flow.ts'
import { hold } from './hold.ts'
import { aboutStep, type StepOptions } from './step-of.ts'

/**
 * Constant current to a voltage, then that voltage until the current has decayed:
 * `ccCv({ rate: 0.5, voltage: 4.2, until: { rate: 1 / 50 } })`.
 */
export const ccCv = (
  o: Flow & { readonly voltage: number; readonly direction?: 'charge' | 'discharge' } & Omit<
      StepOptions,
      'duration' | 'direction'
    >,
): ProtocolStep[] => {
  const { voltage, until, direction = 'charge' } = o
  const { startTime, ...options } = aboutStep(o)
  const begun = startTime === undefined ? {} : { startTime }
  const flowing = direction === 'charge' ? charge : discharge
  return [
    flowing({ ...flowOf(o), ...options, ...begun, until: { voltage } }),
    hold({ ...options, voltage, ...(until ? { until } : {}) }),
  ]
}
