/** Iterations after which a bracket of 1e308 would have been halved to nothing. */
const iterationLimit = 2200

/**
 * Root of a continuous scalar function in a bracket, by Brent's method: inverse quadratic interpolation or the secant
 * where they converge, bisection where they do not.
 *
 * @param f          [any], of opposite signs at `lower` and `upper` (a zero at an end is the root)
 * @param lower      lower end of the bracket
 * @param upper      upper end
 * @param tolerance  half width of the bracket at which to stop, in x; round-off of x is added
 * @param side       `upper`: the upper end of the last bracket, so that f there has the sign of f(upper); else the best value
 * @returns          x
 * @throws RangeError when the ends do not bracket a root
 * Source: Brent1973
 */
export const brentRoot = (o: {
  f: (x: number) => number
  lower: number
  upper: number
  tolerance: number
  side?: 'upper'
}): number => {
  const { f, tolerance, side } = o
  let a = o.lower
  let b = o.upper
  let fa = f(a)
  let fb = f(b)
  if (fa === 0) return a
  if (fb === 0 && side !== 'upper') return b
  if (!(fa * fb <= 0)) throw new RangeError(`brentRoot: f(${a}) = ${fa} and f(${b}) = ${fb} do not bracket a root`)
  let c = a
  let fc = fa
  let d = b - a
  let e = d
  for (let iteration = 0; iteration < iterationLimit; iteration++) {
    // Keep b the best value and c on the other side of the root.
    if (fb > 0 === fc > 0 && fb !== 0) {
      c = a
      fc = fa
      d = b - a
      e = d
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      a = b
      b = c
      c = a
      fa = fb
      fb = fc
      fc = fa
    }
    const close = 2 * Number.EPSILON * Math.abs(b) + 0.5 * tolerance
    const half = 0.5 * (c - b)
    if (fb === 0) return b
    if (Math.abs(half) <= close) return side === 'upper' ? Math.max(b, c) : b
    if (Math.abs(e) >= close && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa
      let p: number
      let q: number
      if (a === c) {
        p = 2 * half * s
        q = 1 - s
      } else {
        const r = fb / fc
        q = fa / fc
        p = s * (2 * half * q * (q - r) - (b - a) * (r - 1))
        q = (q - 1) * (r - 1) * (s - 1)
      }
      if (p > 0) q = -q
      else p = -p
      if (2 * p < Math.min(3 * half * q - Math.abs(close * q), Math.abs(e * q))) {
        e = d
        d = p / q
      } else {
        d = half
        e = d
      }
    } else {
      d = half
      e = d
    }
    a = b
    fa = fb
    b += Math.abs(d) > close ? d : half > 0 ? close : -close
    fb = f(b)
    if (Number.isNaN(fb)) throw new RangeError(`brentRoot: f(${b}) is not a number`)
  }
  return b
}
