import type { Limit } from '../scales.ts'
import type { MetalElectrode, PorousElectrode } from './cell.ts'
import type { Model } from './model.ts'
import type { Outcome } from './solution.ts'

/** What is left of a fresh concentration, of the room in a host or of its filling, where a method gave up: nothing. */
const depleted = 0.02
const exhausted = 0.005
/** Metal left, in monolayers. */
const monolayers = 10

export type PhysicalEnd = { readonly outcome: Outcome; readonly reason: string }

const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`

/**
 * The physical reason for which no solution goes on from a state, if there is one: an ion of the electrolyte used up, a
 * host full or empty at its surface, a metal stripped away.
 */
export const physicalEnd = (model: Model, t: number, y: Float64Array): PhysicalEnd | undefined => {
  const { cell } = model
  const { current } = model.at(t, y)
  const profiles = model.profiles(t, y)
  for (let k = 0; k < cell.electrolyte.species.length; k++) {
    const { name } = cell.electrolyte.species[k]
    const fresh = cell.electrolyte.concentration[k]
    const along = profiles.concentration[name] ?? new Float64Array(0)
    let where = 0
    for (let p = 1; p < along.length; p++) if (along[p] < along[where]) where = p
    if (along.length > 0 && along[where] < depleted * fresh)
      return {
        outcome: 'electrolyte depleted',
        reason:
          `the electrolyte has ${percent(along[where] / fresh)} of its ${name} left ` +
          `${Number((profiles.x[where] * 1e6).toPrecision(3))} µm from the anode: it cannot follow the current`,
      }
  }
  for (const found of profiles.electrodes) {
    const electrode = cell[found.electrode]
    // Discharge fills the cathode and empties a porous anode.
    const filling = current > 0 === (found.electrode === 'cathode')
    const end = electrode.kind === 'porous' ? surfaceEnd(electrode, found, filling) : undefined
    if (end) return { ...end, reason: `${found.electrode}: ${end.reason}` }
  }
  return cell.anode.kind === 'metal' && current > 0 ? metalEnd(model, cell.anode, t, y) : undefined
}

const surfaceEnd = (
  electrode: PorousElectrode,
  found: {
    readonly x: Float64Array
    readonly r: Float64Array
    readonly content: Readonly<Record<string, Float64Array>>
  },
  filling: boolean,
): PhysicalEnd | undefined => {
  const shells = found.r.length
  const used = ({ weights, max }: Limit, p: number): number => {
    let sum = 0
    for (const [symbol, content] of Object.entries(found.content))
      sum += (weights[symbol] ?? 0) * content[(p + 1) * shells - 1]
    return sum / max
  }
  for (const limit of electrode.host.limits) {
    for (let p = 0; p < found.x.length; p++) {
      const share = used(limit, p)
      if (filling && share > 1 - exhausted)
        return { outcome: 'host full', reason: `the surface of ${electrode.host.formula} is ${percent(share)} full` }
      if (!filling && share < exhausted)
        return {
          outcome: 'host empty',
          reason: `the surface of ${electrode.host.formula} is down to ${percent(share)}`,
        }
    }
  }
  return undefined
}

const metalEnd = (model: Model, anode: MetalElectrode, t: number, y: Float64Array): PhysicalEnd | undefined => {
  const out = new Float64Array(model.columns.length)
  model.row(t, y, new Float64Array(y.length), out)
  const left = anode.metals.map(({ carrier, monolayer }) => {
    const k = model.columns.indexOf(`metal[${carrier.symbol}]`)
    return k < 0 ? Number.POSITIVE_INFINITY : out[k] / monolayer
  })
  if (left.length === 0 || !left.every(layers => layers < monolayers)) return undefined
  const names = anode.metals.map(metal => metal.carrier.symbol).join(' and ')
  return { outcome: 'metal used up', reason: `the ${names} of the anode is stripped away` }
}
