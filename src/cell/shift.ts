import { brentRoot } from '../solve/root.ts'

/** First shift tried, and the largest [V]. */
const firstShift = 0.05
const mostShift = 3
/** Accuracy of a shift [V]: a tenth of what bends an exponential. */
const shiftAccuracy = 2e-3

/** s of f(s) = 0 for an f that grows with s; 0 where none is near. */
export const shiftTo = (f: (s: number) => number): number => {
  const first = f(0)
  let before = 0
  for (let s = first > 0 ? -firstShift : firstShift; Math.abs(s) < mostShift; s *= 2) {
    const value = f(s)
    if (!Number.isFinite(value)) return 0
    if (value > 0 !== first > 0) return brentRoot({ f, lower: before, upper: s, tolerance: shiftAccuracy })
    before = s
  }
  return 0
}
