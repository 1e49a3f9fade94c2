import { refuse } from '../../error.ts'
import type { ProtocolStep } from '../protocol.ts'
import { repeat } from './repeat.ts'
import type { StepOptions } from './step-of.ts'
import { sweep } from './sweep.ts'

/**
 * Cyclic voltammetry: from the voltage the cell has to the second vertex, then to and fro between the two.
 * `cyclicVoltammetry({ between: [2, 0.6], rate: 1e-4, cycles: 3 })`; [V], [V/s].
 */
export const cyclicVoltammetry = (
  o: { readonly between: readonly [number, number]; readonly rate: number; readonly cycles?: number } & Pick<
    StepOptions,
    'period' | 'temperature' | 'tags'
  >,
): ProtocolStep[] => {
  const { between, cycles = 1, rate, ...options } = o
  const [last, first] = between
  if (!(Math.abs(first - last) > 0)) refuse('cyclicVoltammetry.between', `${last} V and ${first} V`, 'two voltages')
  return repeat(cycles, [sweep({ ...options, to: first, rate }), sweep({ ...options, to: last, rate })])
}
