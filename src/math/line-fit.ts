/** A straight line through points with errors: y = intercept + slope·x. */
export type LineFit = {
  readonly intercept: number
  readonly slope: number
  /** Standard errors, from those of the points; of their covariance −x̄ σ²(slope) follows. */
  readonly interceptError: number
  readonly slopeError: number
  /** χ² = Σ ((y − fit)/error)². */
  readonly chiSquare: number
  /** χ² over the points less two; NaN for two points. */
  readonly reducedChiSquare: number
}

/**
 * Weighted least squares, weights 1/error².
 *
 * @param x,y,errors  [points], at least two different x, errors > 0
 * @throws RangeError where they are not
 */
export const lineFit = (x: ArrayLike<number>, y: ArrayLike<number>, errors: ArrayLike<number>): LineFit => {
  let [w, wx, wy] = [0, 0, 0]
  for (let k = 0; k < x.length; k++) {
    const weight = 1 / errors[k] ** 2
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`lineFit: error ${errors[k]}, must be > 0`)
    w += weight
    wx += weight * x[k]
    wy += weight * y[k]
  }
  const [mx, my] = [wx / w, wy / w]
  let [sxx, sxy] = [0, 0]
  for (let k = 0; k < x.length; k++) {
    const weight = 1 / errors[k] ** 2
    sxx += weight * (x[k] - mx) ** 2
    sxy += weight * (x[k] - mx) * (y[k] - my)
  }
  if (!(sxx > 0)) throw new RangeError(`lineFit: ${x.length} points, need two of different x`)
  const slope = sxy / sxx
  let chi = 0
  for (let k = 0; k < x.length; k++) chi += ((y[k] - my - slope * (x[k] - mx)) / errors[k]) ** 2
  return {
    intercept: my - slope * mx,
    slope,
    interceptError: Math.sqrt(1 / w + mx ** 2 / sxx),
    slopeError: Math.sqrt(1 / sxx),
    chiSquare: chi,
    reducedChiSquare: chi / (x.length - 2),
  }
}
