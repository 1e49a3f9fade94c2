/** Activation energies of tracer diffusivities over several temperatures. */
import { arrheniusFit } from '../src/lattice/kinetics/arrhenius-fit.ts'
import type { Estimate } from '../src/lattice/thermodynamics/averages.ts'
import type { DiffusivityRun } from './diffusivity-run.ts'

export type Arrhenius = {
  readonly carrier: string
  readonly pairHops: boolean
  /** E of D* = D₀ exp(−E/k_BT) [eV], D₀ [m²/s]. */
  readonly activationEnergy: Estimate
  readonly prefactor: number
  /** Of ln D₀. */
  readonly prefactorLogError: number
  /** null for two temperatures: a line meets them. */
  readonly reducedChiSquare: number | null
}

/** ln D* against 1/k_BT of each carrier, where two temperatures or more are known. */
export const arrheniusOf = (runs: readonly DiffusivityRun[]): Arrhenius[] => {
  const first = runs[0]
  if (first === undefined) return []
  return [...new Set(runs.map(run => run.pairHops))].flatMap(pairHops =>
    first.carriers.flatMap(({ symbol }, i) => {
      const points = runs.flatMap(({ pairHops: hops, temperature, carriers }) => {
        const tracer = hops === pairHops ? carriers[i].tracer : null
        return tracer && tracer.value > 0 && tracer.error > 0 ? [{ temperature, ...tracer }] : []
      })
      if (points.length < 2) return []
      const { Ea, D0, chi2 } = arrheniusFit(points)
      return [
        {
          carrier: symbol,
          pairHops,
          activationEnergy: Ea,
          prefactor: D0.value,
          prefactorLogError: D0.error / D0.value,
          reducedChiSquare: points.length > 2 ? chi2 / (points.length - 2) : null,
        },
      ]
    }),
  )
}
