import type { Kinetics } from '../scales.ts'
import { F, roomTemperature } from '../units.ts'
import { arrheniusAt } from './arrhenius.ts'
import type { FickianOptions } from './fickian.ts'

/** Nearest to 0 and 1 that the content of the exchange current comes: keeps Newton iterates outside (0, 1) finite. */
const contentFloor = 1e-8
/** Least exchange current of a stated curve [A/m²]: its logarithm has a slope where a fit ends in zero. */
const leastExchange = 1e-12

/**
 * Kinetics of the one carrier of a Fickian host,
 *
 *   j0 = z F k x^α_c (1 − x)^α_a a_e^order,   or j0(x) a_e^order as stated,   ∝ exp[(E_a/R)(1/T_ref − 1/T)]
 *
 * with α_a = α_c = order = ½ where nothing is said: z F k √(x (1 − x) a_e).
 *
 * @throws RangeError unless one of rate constant and exchange current is given, for transfer coefficients that are not positive
 */
export const fickianKinetics = (o: FickianOptions): Kinetics => {
  const { rateConstant, exchangeCurrent: stated, alphaAnodic = 0.5, alphaCathodic = 1 - alphaAnodic } = o
  if ((rateConstant === undefined) === (stated === undefined))
    throw new RangeError('fickianHost: one of rateConstant and exchangeCurrent must be given')
  if (!(alphaAnodic > 0 && alphaCathodic > 0))
    throw new RangeError(`fickianHost: transfer coefficients must be > 0, got ${alphaAnodic} and ${alphaCathodic}`)
  const law = {
    carriers: [o.carrier.symbol],
    alphaAnodic: [alphaAnodic],
    alphaCathodic: [alphaCathodic],
    electrolyteOrder: [o.electrolyteOrder ?? alphaAnodic],
    sources: o.sources,
  }
  const factor = arrheniusAt(o.rateActivationEnergy ?? 0, o.referenceTemperature ?? roomTemperature)
  const inside = (x: number): number => Math.min(Math.max(x, contentFloor), 1 - contentFloor)
  if (stated) {
    const { value, derivative } = stated
    return {
      ...law,
      exchangeCurrent(x, _mu, T, out = new Float64Array(1)) {
        out[0] = factor(T) * Math.max(value(inside(x[0])), leastExchange)
        return out
      },
      slopes(x, _mu, _T, byX, byMu) {
        const at = inside(x[0])
        const current = value(at)
        byX[0] = at === x[0] && current > leastExchange ? derivative(at) / current : 0
        byMu[0] = 0
      },
    }
  }
  const zFk = o.carrier.charge * F * rateConstant!
  const root = alphaAnodic === 0.5 && alphaCathodic === 0.5
  return {
    ...law,
    exchangeCurrent(x, _mu, T, out = new Float64Array(1)) {
      const filled = Math.max(x[0], contentFloor)
      const empty = Math.max(1 - x[0], contentFloor)
      out[0] = zFk * factor(T) * (root ? Math.sqrt(filled * empty) : filled ** alphaCathodic * empty ** alphaAnodic)
      return out
    },
    slopes(x, _mu, _T, byX, byMu) {
      const filled = x[0]
      const empty = 1 - filled
      byX[0] = (filled > contentFloor ? alphaCathodic / filled : 0) - (empty > contentFloor ? alphaAnodic / empty : 0)
      byMu[0] = 0
    },
  }
}
