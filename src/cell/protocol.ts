/**
 * A protocol: what is done to the cell, step by step, as plain data. The sentences of `sentence.ts` become this.
 * Signs: current, rate and power are positive on discharge.
 */

/** What is held or imposed during a step; exactly one way to say each. */
export type Drive =
  /** [A] */
  | { readonly kind: 'current'; readonly current: number }
  /** [1/h], against the cell's nominal capacity */
  | { readonly kind: 'rate'; readonly rate: number }
  /** [W] */
  | { readonly kind: 'power'; readonly power: number }
  /** [V] */
  | { readonly kind: 'voltage'; readonly voltage: number }
  /** [Ω], > 0 */
  | { readonly kind: 'resistance'; readonly resistance: number }
  | { readonly kind: 'rest' }
  /** Linear sweep; [V], [V], [V/s] > 0. Without `from` it starts at the voltage the cell has. */
  | { readonly kind: 'sweep'; readonly from?: number; readonly to: number; readonly rate: number }
  /** Imposed profile, linear between its points; time [s] increasing from 0, values [A], [V] or [W]. */
  | {
      readonly kind: 'profile'
      readonly quantity: 'current' | 'voltage' | 'power'
      readonly time: Float64Array
      readonly value: Float64Array
    }

/** What ends a step. `crossing`: from above or below where the sentence says so, else whichever side the step starts on. */
export type StopLimit =
  /** Duration of the step [s]. */
  | { readonly kind: 'time'; readonly time: number }
  /** [V] */
  | { readonly kind: 'voltage'; readonly voltage: number; readonly crossing?: 'below' | 'above' }
  /** Magnitude of the current [A]. */
  | { readonly kind: 'current'; readonly current: number; readonly crossing?: 'below' | 'above' }
  /** Magnitude of the current [1/h]. */
  | { readonly kind: 'rate'; readonly rate: number }
  /** Charge passed in the step, magnitude [A·h]. */
  | { readonly kind: 'capacity'; readonly capacity: number }
  /** Mean content of an ion in the cathode [per formula unit]. */
  | { readonly kind: 'amount'; readonly carrier: string; readonly amount: number }
  /** [K] */
  | { readonly kind: 'temperature'; readonly temperature: number; readonly crossing?: 'below' | 'above' }

export type ProtocolStep = {
  /** The sentence, or its equal. */
  readonly label: string
  readonly drive: Drive
  /** The first that is met ends the step. Never empty except for a profile or a sweep, which end by themselves. */
  readonly until: readonly StopLimit[]
  /** Interval of the output rows [s]; absent: the solver's own steps plus evenly spaced rows. */
  readonly period?: number
  /** Ambient temperature during the step [K]. */
  readonly temperature?: number
  /** Counts repeats, from 1. */
  readonly cycle: number
}

export type Protocol = readonly ProtocolStep[]
