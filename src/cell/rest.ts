import type { Electrode } from './electrode.ts'
import { metalLeadOf } from './metal-lead.ts'
import type { Parts } from './parts.ts'

/** Smallest content of an ion at the start [per formula unit]: below it ln x has no meaning to a finite cell. */
export const smallestAmount = 1e-6
/**
 * Room that a full host of several ions starts with [per formula unit]. Ions that trade places through the last millionth
 * of the room take a hundred thousand steps and more (Li2Mg1 in Mo6S8 at rest), through this a few thousand where the host
 * is thin, tens of thousands where it is thick.
 */
const sharedRoom = 1e-3

/** Contents an electrode starts with: zeros raised, full rooms lowered to a little room, each said in a note. */
export const startingAmount = (electrode: Electrode, notes: string[]): Float64Array => {
  const { spec, where } = electrode
  const { host, amount } = spec
  const x = Float64Array.from(host.carriers, ({ symbol }) => {
    const value = amount[symbol] ?? 0
    if (value >= smallestAmount) return value
    notes.push(`${where}: ${symbol} content ${value} starts at ${smallestAmount} per formula unit`)
    return smallestAmount
  })
  for (const { weights, max } of host.limits) {
    const filled = host.carriers.reduce((sum, c, i) => sum + (weights[c.symbol] ?? 0) * x[i], 0)
    const sharing = host.carriers.filter((c, i) => (weights[c.symbol] ?? 0) > 0 && x[i] > sharedRoom).length
    const most = max - (sharing > 1 ? sharedRoom : smallestAmount)
    if (filled <= most) continue
    const factor = most / filled
    for (let i = 0; i < x.length; i++) x[i] *= factor
    notes.push(`${where}: the host is full (${filled} of ${max}); it starts at ${most}`)
  }
  return x
}

/** Bisection steps for a rest potential between ±`widest` volts: 2·10/2^60 is round-off. */
const bisections = 60
const widest = 10

const restPotential = (current: (potential: number) => number): number => {
  let low = -widest
  let high = widest
  for (let step = 0; step < bisections; step++) {
    const middle = 0.5 * (low + high)
    const value = current(middle)
    // A rate beyond the floating range tells its sign by the potential: anodic when high.
    if (value > 0 || (Number.isNaN(value) && middle > 0)) high = middle
    else low = middle
  }
  return 0.5 * (low + high)
}

/**
 * A metal that displaces another has a potential by what is left of it at a face without volume. A double layer there has that from
 * the start: at the fresh composition's it would be charged by a current that no electrolyte carries.
 */
export const settleFace = (parts: Parts): ((y: Float64Array, T: number) => void) => {
  const { metal, metalLayer } = parts
  if (!metal || !metalLayer || metal.metals < 2) return () => {}
  const lead = metalLeadOf(parts, metal, false)
  return (y, T) => lead(y, 0, T)
}

/** Fills y with the cell at rest: uniform contents and concentrations, every electrode at its (mixed) rest potential. */
export const fillAtRest = (parts: Parts, y: Float64Array, T: number, notes: string[]): void => {
  const { layout, points, electrodes, anode, metal, cell, K } = parts
  y.fill(0)
  const c = Float64Array.from(cell.electrolyte.concentration)
  for (const electrode of electrodes) {
    const { particles, base } = electrode
    const x = startingAmount(electrode, notes)
    particles.fill(y, base, x, T)
  }
  const delta = new Map<Electrode, number>()
  for (const electrode of electrodes) {
    const { x, mu } = electrode.surface(y, 0, T)
    delta.set(
      electrode,
      restPotential(potential => {
        electrode.reaction.evaluate(x, mu, potential, c, T)
        return electrode.reaction.j.reduce((a, b) => a + b)
      }),
    )
  }
  let phiE = 0
  if (anode) phiE = -delta.get(anode)!
  if (metal) {
    const state = new Float64Array(metal.states)
    metal.fill(state)
    y.set(state, layout.metal)
    phiE = -restPotential(potential => {
      metal.evaluate(state, c, -potential, T)
      return metal.j.reduce((a, b) => a + b)
    })
  }
  for (let p = 0; p < points.count; p++) {
    const at = layout.fields + p * layout.stride
    for (let k = 0; k < K - 1; k++) y[at + k] = c[k]
    y[at + layout.phiE] = phiE
  }
  for (const electrode of electrodes)
    for (let p = electrode.first; p < electrode.first + electrode.count; p++)
      y[layout.fields + p * layout.stride + layout.delta] = delta.get(electrode)!
  if (layout.temperature >= 0) y[layout.temperature] = cell.temperature
}
