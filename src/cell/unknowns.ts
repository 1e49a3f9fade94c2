import type { HostMaterial } from '../scales.ts'
import { R, secondsPerHour } from '../units.ts'
import type { Particles } from './particle.ts'
import type { Parts } from './parts.ts'

/** Marks the differential unknowns, [size]. */
export const differentialOf = ({ layout, points, electrodes, metal, metalLayer, K }: Parts): Uint8Array => {
  const flags = new Uint8Array(layout.size)
  for (const { particles, base, count } of electrodes)
    for (let p = 0; p < count; p++) flags.set(particles.differential, base + p * particles.size)
  for (let p = 0; p < points.count; p++)
    if (points.volume[p] > 0)
      flags.fill(1, layout.fields + p * layout.stride, layout.fields + p * layout.stride + K - 1)
  for (const { spec, first, count } of electrodes)
    if (spec.doubleLayer > 0)
      for (let p = first; p < first + count; p++) flags[layout.fields + p * layout.stride + layout.delta] = 1
  if (metal) flags.fill(1, layout.metal, layout.metal + metal.states)
  if (metalLayer) flags[layout.fields + layout.phiE] = 1
  flags[layout.charge] = 1
  if (layout.temperature >= 0) flags[layout.temperature] = 1
  return flags
}

/** Contents near zero are held to a hundredth of the tolerance of full ones: the potential goes with their logarithm. */
const contentScale = 0.01
/**
 * Concentrations are held to a tenth of the tolerance of the fresh ones when low: a front that depletes the pores is followed. A
 * hundredth takes 7 % more steps and leaves the voltage no better.
 */
const concentrationScale = 0.1

/** Natural size of every unknown, [size]: contents a hundredth, concentrations a tenth of the fresh ones, potentials 1 V, current 1C. */
export const scaleOf = ({ layout, points, electrodes, cell, metal, K }: Parts): Float64Array => {
  const scale = new Float64Array(layout.size).fill(1)
  scale.fill(contentScale, 0, layout.fields)
  const typical = concentrationScale * Math.max(...cell.electrolyte.concentration)
  for (let p = 0; p < points.count; p++)
    scale.fill(typical, layout.fields + p * layout.stride, layout.fields + p * layout.stride + K - 1)
  for (const { particles, base, count } of electrodes) scaleGradient(particles, base, count, cell.temperature, scale)
  if (metal) scale.fill(metal.scale, layout.metal, layout.metal + metal.states)
  const rate = cell.nominalCapacity / cell.area
  scale[layout.current] = rate
  scale[layout.charge] = rate * secondsPerHour
  if (layout.temperature >= 0) scale[layout.temperature] = 1
  return scale
}

/** Marks the potentials φ_e and Δ, [size]: held to rtol × 1 V whatever they are counted from. */
export const absoluteOf = ({ layout, points }: Parts): Uint8Array => {
  const flags = new Uint8Array(layout.size)
  for (let p = 0; p < points.count; p++) {
    flags[layout.fields + p * layout.stride + layout.phiE] = 1
    flags[layout.fields + p * layout.stride + layout.delta] = 1
  }
  return flags
}

/**
 * Contents of a host that parts into phases are held tighter still: the front of one ion must not push another's traces
 * below zero by the tolerance, from where only a rate linear in them would bring them back.
 */
const partingScale = 1e-3

/** Contents beside gradient terms; their parts of the potentials have RT for a natural size [J/mol], as ln x has 1. */
export const scaleGradient = (
  particles: Particles,
  base: number,
  count: number,
  temperature: number,
  scale: Float64Array,
): void => {
  const { width, size, reaction } = particles
  const n = reaction.length
  if (width === n) return
  for (let k = 0; k < count * size; k++) scale[base + k] = k % width < n ? partingScale : R * temperature
}

/** What the unknown `within` a particle is: content `x` or gradient part `w` of the potential, its shell and carrier. */
export const stationOf = (
  particles: Particles,
  host: HostMaterial,
  within: number,
): { readonly name: string; readonly shell: string; readonly symbol: string } => {
  const n = host.carriers.length
  const surface = within >= particles.size - particles.width
  return {
    name: within % particles.width < n ? 'x' : 'w',
    shell: surface ? 'surface' : `shell ${Math.floor(within / particles.width)}`,
    symbol: host.carriers[within % n].symbol,
  }
}

/** Name of an unknown: `x[cathode, 3, shell 19, Li]`, `phiE[separator, 14]`. */
export const nameOf = (parts: Parts, i: number): string => {
  const { layout, points, electrodes, metal, K, cell } = parts
  for (const { where, particles, base, count, spec } of electrodes)
    if (i >= base && i < base + particles.size * count) {
      const p = Math.floor((i - base) / particles.size)
      const within = (i - base) % particles.size
      const { name, shell, symbol } = stationOf(particles, spec.host, within)
      return `${name}[${where}, ${p}, ${shell}, ${symbol}]`
    }
  if (i < layout.metal) {
    const p = Math.floor((i - layout.fields) / layout.stride)
    const field = (i - layout.fields) % layout.stride
    const region = points.region(p)
    const inRegion = p - points[region as 'anode' | 'separator' | 'cathode'].first
    if (field < K - 1) return `cE.${cell.electrolyte.species[field].name}[${region}, ${inRegion}]`
    return `${field === layout.phiE ? 'phiE' : 'delta'}[${region}, ${inRegion}]`
  }
  if (i < layout.current) return `metal[${metal?.symbols[(i - layout.metal) % metal.metals]}]`
  if (i === layout.current) return 'current'
  return i === layout.charge ? 'charge' : 'temperature'
}
