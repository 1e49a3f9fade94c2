/**
 * A protocol: what is done to the cell, step by step, as plain data. The sentences of `sentence.ts` become this.
 * Signs: current, rate and power are positive on discharge.
 */

import type { At, Control } from './model.ts'

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
  /** [Ω], V = R I: > 0 discharges through a resistor; < 0 charges with I = V/R, as PyBaMM's `Charge at 4 Ohm` does */
  | { readonly kind: 'resistance'; readonly resistance: number }
  | { readonly kind: 'rest' }
  /** Linear sweep; [V], [V], [V/s] > 0. Without `from` it starts at the voltage the cell has. */
  | { readonly kind: 'sweep'; readonly from?: number; readonly to: number; readonly rate: number }
  /** Imposed profile, linear between its points; time [s] increasing from 0, values [A], [1/h], [V], [W] or [Ω]. */
  | {
      readonly kind: 'profile'
      readonly quantity: 'current' | 'rate' | 'voltage' | 'power' | 'resistance'
      readonly time: Float64Array
      readonly value: Float64Array
    }
  /** A law of the caller's, zero where it is met: a function, so that the protocol is no longer plain data. */
  | { readonly kind: 'custom'; readonly label: string; readonly control: Control }

/** Which way a step is meant to go, where its drive does not say it: the side on which its voltage limits are met. */
export type StepDirection = 'discharge' | 'charge' | 'rest'

/**
 * What ends a step. `crossing`: the side on which the limit counts as met, `below` or `above`; absent, the side away from
 * the one the step starts on. A limit whose side is reached already when the step starts ends it at once.
 */
export type StopLimit =
  /** Duration of the step [s]. */
  | { readonly kind: 'time'; readonly time: number }
  /** [V] */
  | { readonly kind: 'voltage'; readonly voltage: number; readonly crossing?: 'below' | 'above' }
  /** Magnitude of the current [A]; with `signed` the current itself, positive on discharge. */
  | {
      readonly kind: 'current'
      readonly current: number
      readonly crossing?: 'below' | 'above'
      readonly signed?: boolean
    }
  /** Magnitude of the current [1/h]; with `signed` the current itself, positive on discharge. */
  | {
      readonly kind: 'rate'
      readonly rate: number
      readonly crossing?: 'below' | 'above'
      readonly signed?: boolean
    }
  /** Charge passed in the step, magnitude [A·h]. */
  | { readonly kind: 'capacity'; readonly capacity: number }
  /** Mean content of an ion in the cathode [per formula unit]. */
  | {
      readonly kind: 'amount'
      readonly carrier: string
      readonly amount: number
      readonly crossing?: 'below' | 'above'
    }
  /** [K] */
  | { readonly kind: 'temperature'; readonly temperature: number; readonly crossing?: 'below' | 'above' }
  /** A function of the caller's, positive until the limit is met. */
  | { readonly kind: 'custom'; readonly label: string; readonly value: (at: At) => number }

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
  /** Steps after this one that are left out when a limit other than time ends it: the last voltage of a GITT ends them all. */
  readonly leave?: number
  /** Words to find the step by. */
  readonly tags?: readonly string[]
  /**
   * When the step begins [s], on a clock on which the first step begins at its own `startTime`, or at 0. A step before it that is
   * not over by then is cut off; one that ends early is followed by a rest until then.
   */
  readonly startTime?: number
  /** False: a step that is over before it begins is refused instead of left out. */
  readonly skipOk?: boolean
  /** Part of a repeat: what ends an experiment is looked for at the end of its cycle, else at the end of the step. */
  readonly repeated?: true
}

export type Protocol = readonly ProtocolStep[]
