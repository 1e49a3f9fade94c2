/**
 * The closed forms of linear diffusion into a body, as functions of q = R√(s/D): how the flux at the surface answers the
 * concentration there, in units of D/R, outward flux = −(D/R) f(q) c_surface.
 *
 *   sphere  q coth q − 1      cylinder  q I₁(q)/I₀(q)      plate  q tanh q
 *
 * q lies in the right half plane (|arg q| ≤ π/4 for a frequency). Complex numbers are pairs in an `out` array [2].
 * Relative error a few 1e-14, also as q → 0, where f → q²/3, q²/2, q².
 */

/** Below these |q| the closed forms cancel, and the series take over; their first omitted term is under 1e-13 of f. */
const smallSphere = 0.1
const smallPlate = 0.01
/** Beyond this |q| the ratio of Bessel functions is taken from their asymptotic series, whose error is below e^{−√2·30}. */
const largeCylinder = 30
const asymptoticTerms = 16

/** out = √(re + i im), the root with positive real part. */
export const complexSqrt = (re: number, im: number, out: Float64Array): void => {
  const size = Math.hypot(re, im)
  // The larger of the two parts first: no cancellation.
  const a = Math.sqrt(0.5 * (size + Math.abs(re)))
  const b = a === 0 ? 0 : im / (2 * a)
  out[0] = re >= 0 ? a : Math.abs(b)
  out[1] = re >= 0 ? b : im < 0 ? -a : a
}

/** Σ coefficients[k] q^{2(k+1)}. */
const evenSeries = (qRe: number, qIm: number, coefficients: readonly number[], out: Float64Array): void => {
  const re = qRe * qRe - qIm * qIm
  const im = 2 * qRe * qIm
  let sumRe = 0
  let sumIm = 0
  for (let k = coefficients.length - 1; k >= 0; k--) {
    const a = sumRe + coefficients[k]
    const b = sumIm
    sumRe = a * re - b * im
    sumIm = a * im + b * re
  }
  out[0] = sumRe
  out[1] = sumIm
}
const sphereSeries = [1 / 3, -1 / 45, 2 / 945, -1 / 4725, 2 / 93555]
const plateSeries = [1, -1 / 3, 2 / 15, -17 / 315]

/** out = q coth q − 1. */
export const sphereAdmittance = (qRe: number, qIm: number, out: Float64Array): void => {
  if (Math.hypot(qRe, qIm) < smallSphere) {
    evenSeries(qRe, qIm, sphereSeries, out)
    return
  }
  hyperbolic(qRe, qIm, 1, out)
  out[0] -= 1
}

/** out = q tanh q. */
export const plateAdmittance = (qRe: number, qIm: number, out: Float64Array): void => {
  if (Math.hypot(qRe, qIm) < smallPlate) evenSeries(qRe, qIm, plateSeries, out)
  else hyperbolic(qRe, qIm, -1, out)
}

/** out = q (1 + σE)/(1 − σE), E = e^{−2q}: q coth q for σ = 1, q tanh q for σ = −1. */
const hyperbolic = (qRe: number, qIm: number, sigma: number, out: Float64Array): void => {
  const size = sigma * Math.exp(-2 * qRe)
  const eRe = size * Math.cos(2 * qIm)
  const eIm = -size * Math.sin(2 * qIm)
  const square = (1 - eRe) * (1 - eRe) + eIm * eIm
  const re = ((1 + eRe) * (1 - eRe) - eIm * eIm) / square
  const im = (eIm * (1 - eRe) + (1 + eRe) * eIm) / square
  out[0] = qRe * re - qIm * im
  out[1] = qRe * im + qIm * re
}

/** out = q I₁(q)/I₀(q), by the continued fraction q²/(2 + q²/(4 + q²/(6 + …))), or asymptotically for large q. */
export const cylinderAdmittance = (qRe: number, qIm: number, out: Float64Array): void => {
  const size = Math.hypot(qRe, qIm)
  if (size > largeCylinder) {
    besselRatio(qRe, qIm, out)
    return
  }
  const re = qRe * qRe - qIm * qIm
  const im = 2 * qRe * qIm
  let fRe = 0
  let fIm = 0
  for (let k = 24 + 2 * Math.ceil(size); k >= 1; k--) {
    const dRe = 2 * k + fRe
    const square = dRe * dRe + fIm * fIm
    const nextRe = (re * dRe + im * fIm) / square
    fIm = (im * dRe - re * fIm) / square
    fRe = nextRe
  }
  out[0] = fRe
  out[1] = fIm
}

/** I_ν(q) ∝ Σ_k (−1)^k a_k/q^k, a_k = Π_{j≤k} (4ν² − (2j − 1)²)/(8j). */
const besselRatio = (qRe: number, qIm: number, out: Float64Array): void => {
  const square = qRe * qRe + qIm * qIm
  const uRe = qRe / square
  const uIm = -qIm / square
  const sum = (fourNuSquare: number): void => {
    let termRe = 1
    let termIm = 0
    out[0] = 1
    out[1] = 0
    for (let k = 1; k <= asymptoticTerms; k++) {
      const factor = -(fourNuSquare - (2 * k - 1) ** 2) / (8 * k)
      const re = factor * (termRe * uRe - termIm * uIm)
      termIm = factor * (termRe * uIm + termIm * uRe)
      termRe = re
      out[0] += termRe
      out[1] += termIm
    }
  }
  sum(0)
  const [bRe, bIm] = out
  sum(4)
  const [aRe, aIm] = out
  const denominator = bRe * bRe + bIm * bIm
  const re = (aRe * bRe + aIm * bIm) / denominator
  const im = (aIm * bRe - aRe * bIm) / denominator
  out[0] = qRe * re - qIm * im
  out[1] = qRe * im + qIm * re
}
