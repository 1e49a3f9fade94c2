import type { Limit } from '../scales.ts'
import type { PorousElectrode } from './cell.ts'
import type { Model, Profiles } from './model.ts'
import type { Outcome } from './solution.ts'

/** What is left of a fresh concentration, of the room in a host or of its filling, where a method gave up: nothing. */
const depleted = 0.02
const exhausted = 0.005
/** Metal left, in monolayers. */
const monolayers = 10

export type PhysicalEnd = { readonly outcome: Outcome; readonly reason: string }

const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`

/**
 * The physical reason for which a state cannot carry a current on, if there is one: a host full or empty at its surface,
 * an electrolyte without cations, a metal stripped away. Only for steps that force a current: a voltage or a resistor can
 * always be met by a smaller one.
 *
 * @param direction  of the forced current: > 0 discharge, < 0 charge
 */
export const physicalEnd = (model: Model, t: number, y: Float64Array, direction: number): PhysicalEnd | undefined => {
  const { cell } = model
  const profiles = model.profiles(t, y)
  for (const found of profiles.electrodes) {
    const electrode = cell[found.electrode]
    // Discharge fills the cathode and empties a porous anode.
    const filling = direction > 0 === (found.electrode === 'cathode')
    const end = electrode.kind === 'porous' ? surfaceEnd(electrode, found, filling) : undefined
    if (end) return { ...end, reason: `${found.electrode}: ${end.reason}` }
  }
  const empty = emptyAt(model, profiles)
  if (empty) return empty
  return direction > 0 ? metalEnd(model, t, y) : undefined
}

/** A voltage that is met by the limiting current alone, where the equations could not follow the empty pores any further. */
export const limitingCurrent = (model: Model, t: number, y: Float64Array): PhysicalEnd | undefined => {
  const empty = emptyAt(model, model.profiles(t, y))
  return empty && { ...empty, reason: `${empty.reason}; the limiting current was followed to here` }
}

/** All cations together: as long as one is left it can carry the current. */
const emptyAt = ({ cell }: Model, profiles: Profiles): PhysicalEnd | undefined => {
  const { species, concentration } = cell.electrolyte
  const cations = species
    .map(({ name, charge }, k) => ({ name, charge, fresh: concentration[k] }))
    .filter(s => s.charge > 0)
  const fresh = cations.reduce((sum, s) => sum + s.charge * s.fresh, 0)
  let least = Number.POSITIVE_INFINITY
  let where = 0
  for (let p = 0; p < profiles.x.length; p++) {
    let here = 0
    for (const { name, charge } of cations) here += charge * (profiles.concentration[name]?.[p] ?? 0)
    if (here < least) {
      least = here
      where = p
    }
  }
  if (!(least < depleted * fresh)) return undefined
  return {
    outcome: 'electrolyte depleted',
    reason:
      `the electrolyte has ${percent(Math.max(0, least / fresh))} of its ${cations.map(s => s.name).join(' and ')} left ` +
      `${Number((profiles.x[where] * 1e6).toPrecision(3))} µm from the anode: it cannot follow the current`,
  }
}

/** The cathode has no room left: a millionth, within which the voltage falls without end. */
export const hostFull = ({ cell }: Model, voltage: number): PhysicalEnd => ({
  outcome: 'host full',
  reason: `the room of ${cell.cathode.host.formula} is filled but for a millionth; the voltage, ${Number(voltage.toPrecision(3))} V, falls at once from here`,
})

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
      if (filling && Math.abs(share - 1) < exhausted)
        return { outcome: 'host full', reason: `the surface of ${electrode.host.formula} is ${percent(share)} full` }
      if (!filling && Math.abs(share) < exhausted)
        return {
          outcome: 'host empty',
          reason: `the surface of ${electrode.host.formula} is down to ${percent(share)}`,
        }
    }
  }
  return undefined
}

/** All metal of a planar anode is gone but for a few monolayers. */
export const metalEnd = (model: Model, t: number, y: Float64Array): PhysicalEnd | undefined => {
  const { anode } = model.cell
  if (anode.kind !== 'metal') return undefined
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
