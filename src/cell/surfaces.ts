import type { HostMaterial } from '../scales.ts'
import type { Particles } from './particle.ts'

/** The surfaces of an electrode's particles: where their contents stand among the unknowns, and what room the host has. */
export type Surfaces = {
  readonly particles: Particles
  readonly n: number
  readonly count: number
  /** First unknown of the particles, and of the first surface; those of the next are `size` further. */
  readonly base: number
  readonly at: number
  readonly size: number
  readonly width: number
  /** Part of the room that an ion takes, of each limit [n]: its weight over the most. */
  readonly limits: readonly Float64Array[]
  /** The limit of one carrier that has but one, and that of two. */
  readonly alone: Float64Array | undefined
  readonly both: Float64Array | undefined
  /** Room that a limit leaves at a surface, in parts of it. */
  room(y: Float64Array, p: number, limit: Float64Array): number
  /** Part of the room of a limit that the mean content of a particle takes. */
  meanUsed(y: Float64Array, p: number, limit: Float64Array): number
  /** What the fullest surface of one carrier or two, of one limit, has taken of its room. */
  fullest(y: Float64Array): number
}

export const surfacesOf = (host: HostMaterial, particles: Particles, base: number, count: number): Surfaces => {
  const n = host.carriers.length
  const { size, width } = particles
  const first = base + size - width
  const limits = host.limits.map(({ weights, max }) =>
    Float64Array.from(host.carriers, c => (weights[c.symbol] ?? 0) / max),
  )
  const alone = n === 1 && limits.length === 1 ? limits[0] : undefined
  const both = n === 2 && limits.length === 1 ? limits[0] : undefined
  const mean = new Float64Array(n)
  return {
    particles,
    n,
    count,
    base,
    at: first,
    size,
    width,
    limits,
    alone,
    both,
    room(y, p, limit) {
      const at = first + p * size
      let room = 1
      for (let i = 0; i < n; i++) room -= limit[i] * y[at + i]
      return room
    },
    meanUsed(y, p, limit) {
      particles.mean(y, base, p, mean)
      let used = 0
      for (let i = 0; i < n; i++) used += limit[i] * mean[i]
      return used
    },
    fullest(y) {
      let most = 0
      if (alone) {
        for (let p = 0, at = first; p < count; p++, at += size) if (y[at] > most) most = y[at]
        return most * alone[0]
      }
      const share = both!
      for (let p = 0, at = first; p < count; p++, at += size)
        most = Math.max(most, share[0] * y[at] + share[1] * y[at + 1])
      return most
    },
  }
}
