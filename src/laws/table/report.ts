import type { TensorSpline } from '../../math/tensor-spline.ts'

/** How a fit meets its samples. */
export type FitReport = {
  /** Σ (residual/error)² over the degrees of freedom: 1 where the errors are right and the spline fits. */
  readonly reducedChiSquare: number
  readonly values: number
  /** Unknowns that the samples decided. */
  readonly effective: number
  /** The value that fits worst: its sample, what it is, and (fit − sample)/error. */
  readonly worst: { readonly sample: number; readonly value: string; readonly deviation: number }
  /** Root mean square of fit − sample: of μ [J/mol], of L in parts of √(L_ii L_jj). */
  readonly misfit: number
  /** What the spline runs along, cells along each, λ along each. */
  readonly axes: string
  readonly cells: readonly number[]
  readonly smoothing: readonly number[]
}

/** One value of a sample against the fit. */
export type Deviation = {
  readonly sample: number
  readonly value: string
  /** (fit − sample)/error */
  readonly deviation: number
  /** fit − sample in the unit of `misfit`, 0 where another unit is meant. */
  readonly difference: number
}

/** χ² per degree of freedom above which a fit does not meet its errors. */
const poorFit = 2

export const reportOf = (
  deviations: readonly Deviation[],
  effective: number,
  axes: { readonly name: string },
  space: TensorSpline,
  smoothing: readonly number[],
): FitReport => {
  const chiSquare = deviations.reduce((sum, d) => sum + d.deviation ** 2, 0)
  const worst = deviations.reduce((a, b) => (Math.abs(b.deviation) > Math.abs(a.deviation) ? b : a))
  const counted = deviations.filter(d => d.difference !== 0)
  return {
    reducedChiSquare: chiSquare / Math.max(deviations.length - effective, 1),
    values: deviations.length,
    effective,
    worst: { sample: worst.sample, value: worst.value, deviation: worst.deviation },
    misfit: Math.sqrt(counted.reduce((sum, d) => sum + d.difference ** 2, 0) / Math.max(counted.length, 1)),
    axes: axes.name,
    cells: [...space.cells],
    smoothing,
  }
}

/** A sentence where a fit misses its samples by more than their errors and more than `least`. */
export const missNote = (what: string, report: FitReport, least: number, unit: string): string[] => {
  const { reducedChiSquare, misfit, worst } = report
  return reducedChiSquare > poorFit && misfit > least
    ? [
        `${what} misses its samples by ${three(misfit)} ${unit}: χ² ${three(reducedChiSquare)} per degree of freedom, worst ${worst.value} of sample ${worst.sample}, ${three(worst.deviation)} standard errors.`,
      ]
    : []
}

const three = (value: number): string => String(Number(value.toPrecision(3)))
