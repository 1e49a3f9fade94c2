import { refuse } from '../../error.ts'
import { lineFit } from '../../math/line-fit.ts'
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
  for (const [k, { value, error }] of points.entries())
    if (!(value > 0 && error > 0)) refuse(`points[${k}]`, value > 0 ? error : value, 'a value and an error above 0')
  const fit = lineFit(
    points.map(({ temperature }) => -1 / (kBeV * temperature)),
    points.map(({ value }) => Math.log(value)),
    points.map(({ value, error }) => error / value),
  )
  const D0 = Math.exp(fit.intercept)
  return {
    Ea: { value: fit.slope, error: fit.slopeError },
    D0: { value: D0, error: D0 * fit.interceptError },
    chi2: fit.chiSquare,
  }
}
