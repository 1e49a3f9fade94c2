/** Newton's method stops at this relative change; it converges quadratically, so a few steps do. */
const tolerance = 1e-15
const maximumSteps = 50

/**
 * Shape of the Butler–Volmer law, S(h) = exp(α_a h) − exp(−α_c h), of the scaled overpotential h = zFη/RT.
 */
export const butlerVolmer = (h: number, alphaA: number, alphaC: number): number =>
  Math.exp(alphaA * h) - Math.exp(-alphaC * h)

/** S′(h) = α_a exp(α_a h) + α_c exp(−α_c h) > 0. */
export const butlerVolmerSlope = (h: number, alphaA: number, alphaC: number): number =>
  alphaA * Math.exp(alphaA * h) + alphaC * Math.exp(-alphaC * h)

/**
 * The scaled overpotential at which the law gives s: S(h) = s. With equal coefficients h = asinh(s/2)/α; else Newton's method
 * on asinh(S(h)/2) = asinh(s/2), which is nearly linear in h.
 *
 * @returns  h [–], to round-off
 */
export const overpotentialOf = (s: number, alphaA: number, alphaC: number): number => {
  const target = Math.asinh(0.5 * s)
  if (alphaA === alphaC) return target / alphaA
  let h = target / (s > 0 ? alphaA : alphaC)
  for (let step = 0; step < maximumSteps; step++) {
    const value = butlerVolmer(h, alphaA, alphaC)
    const slope = butlerVolmerSlope(h, alphaA, alphaC) / Math.sqrt(value * value + 4)
    const change = (Math.asinh(0.5 * value) - target) / slope
    h -= change
    if (Math.abs(change) <= tolerance * Math.abs(h)) break
  }
  return h
}
