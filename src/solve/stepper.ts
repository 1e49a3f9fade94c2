/**
 * A way downhill (or to a zero of any force field near a gradient): from where one stands and what pulls there, the next
 * displacement. It evaluates nothing itself, so one code serves single structures, whole bands and sockets.
 */
export type Stepper = {
  /**
   * @param x    coordinates [n]
   * @param f    force there, −∂E/∂x [n]
   * @param out  displacement to take [n]
   */
  step(x: Float64Array, f: Float64Array, out: Float64Array): void
  /** Forgets what it learnt: the surface has changed. */
  reset(): void
  /** Takes back trust after a bad step: forgets, and walks shorter for a while. */
  retreat(): void
}

/** Largest length of a group of coordinates: of an atom's three. */
export const largestOf = (v: ArrayLike<number>, group: number): number => {
  let most = 0
  for (let i = 0; i < v.length; i += group) {
    let sum = 0
    for (let d = 0; d < group; d++) sum += v[i + d] * v[i + d]
    if (!(sum <= most)) most = sum // a NaN goes through
  }
  return Math.sqrt(most)
}

/** Shortens a displacement so that no group moves further than `most`. */
export const shorten = (v: Float64Array, group: number, most: number): void => {
  const length = largestOf(v, group)
  if (!(length > most)) return
  const share = most / length
  for (let i = 0; i < v.length; i++) v[i] *= share
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
