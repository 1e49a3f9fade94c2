import type { ProtocolStep } from '../protocol.ts'
import { charge } from './charge.ts'
import { discharge } from './discharge.ts'
import type { Flow } from './flow.ts'
import { hold } from './hold.ts'
import type { StepOptions } from './step-of.ts'

/**
 * Constant current to a voltage, then that voltage until the current has decayed:
 * `ccCv({ rate: 0.5, voltage: 4.2, until: { rate: 1 / 50 } })`.
 */
export const ccCv = (
  o: Flow & { readonly voltage: number; readonly direction?: 'charge' | 'discharge' } & Omit<StepOptions, 'duration'>,
): ProtocolStep[] => {
  const { voltage, until, direction = 'charge', period, temperature, ...flow } = o
  const options = {
    ...(period === undefined ? {} : { period }),
    ...(temperature === undefined ? {} : { temperature }),
  }
  const flowing = direction === 'charge' ? charge : discharge
  return [
    flowing({ ...flow, ...options, until: { voltage } }),
    hold({ ...options, voltage, ...(until ? { until } : {}) }),
  ]
}
