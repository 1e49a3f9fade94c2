import { refuse } from '../../error.ts'
import { kBeV } from '../../units.ts'
import type { Estimate } from '../thermodynamics/averages.ts'

/**
 * D = D₀ exp(−E_a/kT) through diffusivities with their standard errors, least squares of ln D weighted by (D/error)².
 *
 * @param points  D in any one unit, temperatures in K, errors above 0
 * @returns E_a [eV], D₀ [the unit of D], with standard errors from those of the points; χ² of the fit, points − 2 on the mean
 * Source: computed: weighted linear regression
 */
export const arrheniusFit = (
  points: readonly { readonly temperature: number; readonly value: number; readonly error: number }[],
): { readonly Ea: Estimate; readonly D0: Estimate; readonly chi2: number } => {
  if (new Set(points.map(({ temperature }) => temperature)).size < 2)
    refuse('points', points.length, 'at least 2 temperatures')
  let [S, Sx, Sy, Sxx, Sxy] = [0, 0, 0, 0, 0]
  for (const [k, { temperature, value, error }] of points.entries()) {
    if (!(value > 0 && error > 0)) refuse(`points[${k}]`, value > 0 ? error : value, 'a value and an error above 0')
    const w = (value / error) ** 2
    const x = 1 / (kBeV * temperature)
    const y = Math.log(value)
    S += w
    Sx += w * x
    Sy += w * y
    Sxx += w * x * x
    Sxy += w * x * y
  }
  const determinant = S * Sxx - Sx * Sx
  const slope = (S * Sxy - Sx * Sy) / determinant
  const lnD0 = (Sxx * Sy - Sx * Sxy) / determinant
  const chi2 = points.reduce((sum, { temperature, value, error }) => {
    const off = Math.log(value) - lnD0 - slope / (kBeV * temperature)
    return sum + (off * value) ** 2 / error ** 2
  }, 0)
  const D0 = Math.exp(lnD0)
  return {
    Ea: { value: -slope, error: Math.sqrt(S / determinant) },
    D0: { value: D0, error: D0 * Math.sqrt(Sxx / determinant) },
    chi2,
  }
}
