/** Péclet numbers below which a face is centred, and above which it is wholly upwind. */
const centred = 1
const upwind = 3

/** The Péclet number that counts at a face where the side after has the part w in the mean: that of a face in the middle. */
const lean = (a: number, w: number): number => 2 * (a > 0 ? 1 - w : w)

/**
 * θ ≥ 1 by which the diffusion of a flux −g D [θ Δc + a c_f], c_f = c_before + w Δc, has to grow for it to draw nothing out of an
 * empty side, at a Péclet number a = z F Δφ/RT. With A = 2 a (1 − w) for a > 0, 2 a w for a < 0:
 *
 *   θ = 1 for |A| ≤ 1,   1 + (|A| − 1)²/8 between,   |A|/2 for |A| ≥ 3
 *
 * θ ≥ |A|/2 makes it [θ − a (1 − w)] c_before − (θ + a w) c_after with neither factor below zero. An exponential fit would have
 * (A/2) coth(A/2); this leaves faces that a mesh resolves as they are, and is as smooth as Newton's method asks.
 *
 * Source: computed
 */
export const upwinding = (a: number, w: number): number => {
  const size = Math.abs(a) * lean(a, w)
  if (size <= centred) return 1
  return size < upwind ? 1 + (size - centred) ** 2 / 8 : size / 2
}

/** dθ/da */
export const upwindingSlope = (a: number, w: number): number => {
  const factor = lean(a, w)
  const size = Math.abs(a) * factor
  if (size <= centred) return 0
  return Math.sign(a) * factor * (size < upwind ? (size - centred) / 4 : 0.5)
}
