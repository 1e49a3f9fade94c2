/** One law held against a record: what was measured, how far it may go, and why that far. */
export type Check = {
  readonly law: string
  readonly ok: boolean
  readonly measured: number
  readonly tolerance: number
  /** A finding that is allowed but must be named (a spinodal, say). */
  readonly note?: string
}

/** A check of |measured| ≤ tolerance; NaN fails. */
export const within = (law: string, measured: number, tolerance: number, note?: string): Check => ({
  law,
  ok: Math.abs(measured) <= tolerance,
  measured,
  tolerance,
  ...(note === undefined ? {} : { note }),
})

/** The checks that failed, as one message a line; empty when all hold. */
export const failures = (checks: readonly Check[]): readonly string[] =>
  checks.filter(c => !c.ok).map(c => `${c.law}: measured ${c.measured}, allowed ${c.tolerance}`)

/** Evenly spread points of (0, 1)^n: the additive recurrence of the generalised golden ratio. */
export const spread = (n: number, count: number): number[][] => {
  let ratio = 1.5
  for (let i = 0; i < 40; i++) ratio = (1 + ratio) ** (1 / (n + 1))
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: n }, (_, i) => (0.5 + (k + 1) * ratio ** -(i + 1)) % 1),
  )
}
