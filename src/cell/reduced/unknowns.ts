import { scaleOf as scaleOfPorous, stationOf } from '../unknowns.ts'
import type { ReducedParts } from './parts.ts'

/** Marks the differential unknowns, [size]. */
export const differentialOf = ({ layout, points, electrodes, full }: ReducedParts): Uint8Array => {
  const flags = new Uint8Array(layout.size)
  for (const { electrode, delta } of electrodes) {
    flags.set(electrode.particles.differential, electrode.base)
    if (electrode.spec.doubleLayer > 0) flags[delta] = 1
  }
  for (let p = 0; p < points.count; p++)
    if (points.volume[p] > 0)
      flags.fill(1, layout.fields + p * layout.stride, layout.fields + p * layout.stride + full.K - 1)
  flags.fill(1, layout.metal, layout.current)
  if (full.metalLayer) flags[layout.fields + layout.phiE] = 1
  flags[layout.charge] = 1
  if (layout.temperature >= 0) flags[layout.temperature] = 1
  return flags
}

/** Natural size of every unknown, [size]: that of its like in the porous-electrode model. */
export const scaleOf = ({ layout, points, electrodes, full }: ReducedParts): Float64Array => {
  const scale = new Float64Array(layout.size).fill(1)
  const like = scaleOfPorous(full)
  const copy = (from: number, to: number, count: number): void => scale.set(like.subarray(from, from + count), to)
  for (const { electrode, full: whole } of electrodes) copy(whole.base, electrode.base, electrode.particles.size)
  for (let p = 0; p < points.count; p++)
    copy(full.layout.fields + p * full.layout.stride, layout.fields + p * layout.stride, layout.stride)
  copy(full.layout.metal, layout.metal, layout.size - layout.metal) // metal, I, Q, T stand in the same order
  return scale
}

/** Name of an unknown: `x[cathode, surface, Li]`, `phiE[separator, 14]`, `delta[anode]`. */
export const nameOf = (parts: ReducedParts, i: number): string => {
  const { layout, points, electrodes, full } = parts
  const { cell, metal } = full
  for (const { electrode, delta } of electrodes) {
    const { where, particles, base, spec } = electrode
    if (i === delta) return `delta[${where}]`
    if (i < base || i >= base + particles.size) continue
    const { name, shell, symbol } = stationOf(particles, spec.host, i - base)
    return `${name}[${where}, ${shell}, ${symbol}]`
  }
  if (i < layout.delta) {
    const p = Math.floor((i - layout.fields) / layout.stride)
    const field = (i - layout.fields) % layout.stride
    const name = field === layout.phiE ? 'phiE' : `cE.${cell.electrolyte.species[field].name}`
    if (points.count === 1) return name
    const region = points.region(p) as 'anode' | 'separator' | 'cathode'
    return `${name}[${region}, ${p - points[region].first}]`
  }
  if (i < layout.current) return `metal[${metal?.symbols[(i - layout.metal) % metal.metals]}]`
  if (i === layout.current) return 'current'
  return i === layout.charge ? 'charge' : 'temperature'
}
