import { crowdedBelow } from './reaction.ts'
import type { Surfaces } from './surfaces.ts'

/** How far an accepted surface content may lie outside 0 … full [per formula unit]. */
const beyond = 1e-5
/**
 * How far the mean content of a particle may come to lie beyond full, in parts of the room: no diffusion brings that back, and at rest it is
 * the potential that has to (2.5 V here). Asked of particles whose surface is fuller than `crowded`.
 */
export const overfull = 100 * crowdedBelow
const crowded = 0.9
/** Share of the room left below which a surface's potential is steep: the tolerance of a content is 1e-5 of the room and more. */
const steepBelow = 1e-5
/** Change of the room by the last correction, in parts of it, that moves a potential by less than 3 mV. */
const unseen = 0.1
/** Factor of such a room beyond which a Jacobian does not hold. */
const bent = 4

/** What a step of the solver may do to the contents of surfaces: where they may lie, and how far one Jacobian holds for them. */
export type SurfaceBounds = {
  /**
   * Whether every surface lies within `beyond` of the contents a host allows, and no phase parts faster than a step of the
   * given α [1/s] shows.
   */
  inside(y: Float64Array, T: number, leading?: number): boolean
  /**
   * Whether a surface of the last `inside` has so little room left that its potential goes by the last of it, and a correction of
   * y by −part × correction has changed that by more than a part which a potential does not see.
   */
  steep(y: Float64Array, correction: Float64Array, part: number): boolean
  /** Whether a surface with next to no room had several times as much, or as little, at the last `jacobian`. */
  outdated(y: Float64Array): boolean
  /** See `Dae.confine`: surfaces with next to no room gain or lose no more than a factor. */
  confine(
    y: Float64Array,
    most: number,
    before: (i: number) => number,
    give: (i: number, change: number) => void,
  ): boolean
  /** Takes the rooms of a state for those of the last `jacobian`. */
  know(y: Float64Array): void
}

/** @param begunAt  part of the room that the mean of each particle took when the run began, at least 1 [count] */
export const surfaceBounds = (surfaces: Surfaces, begunAt: Float64Array): SurfaceBounds => {
  const { particles, n, count, base, at: first, size, limits, alone, both, room: roomOf, meanUsed } = surfaces
  /** Room of every surface at the last `jacobian`, [count, limits], and what the fullest had taken. */
  const knownRoom = new Float64Array(count * limits.length)
  let fullestKnown = 0
  let fullest = 0
  return {
    know(y) {
      fullestKnown = 0
      for (let p = 0; p < count; p++)
        for (let k = 0; k < limits.length; k++) {
          const room = roomOf(y, p, limits[k])
          fullestKnown = Math.max(fullestKnown, 1 - room)
          knownRoom[p * limits.length + k] = Math.max(room, crowdedBelow)
        }
    },
    steep(y, correction, part) {
      if (!(fullest > 1 - steepBelow)) return false
      for (let p = 0; p < count; p++) {
        const at = first + p * size
        for (const share of limits) {
          let used = 0
          let change = 0
          for (let i = 0; i < n; i++) {
            used += share[i] * y[at + i]
            change += share[i] * correction[at + i]
          }
          if (used > 1 - steepBelow && !(Math.abs(part * change) < unseen * Math.abs(1 - used))) return true
        }
      }
      return false
    },
    outdated(y) {
      if (!(fullest > 1 - steepBelow || fullestKnown > 1 - steepBelow)) return false
      for (let p = 0; p < count; p++)
        for (let k = 0; k < limits.length; k++) {
          const room = Math.max(roomOf(y, p, limits[k]), crowdedBelow)
          const known = knownRoom[p * limits.length + k]
          if (Math.min(room, known) < steepBelow && (room > bent * known || known > bent * room)) return true
        }
      return false
    },
    confine(y, factor, before, give) {
      if ((alone || both) && surfaces.fullest(y) < crowded) return false
      let given = false
      for (let p = 0; p < count; p++) {
        const at = first + p * size
        for (const share of limits) {
          let used = 0
          for (let i = 0; i < n; i++) used += share[i] * y[at + i]
          if (used < crowded) continue
          if (alone && used < 1 - steepBelow && share[0] * before(at) < 1 - steepBelow) continue
          let usedBefore = 0
          for (let i = 0; i < n; i++) usedBefore += share[i] * before(at + i)
          const room = 1 - used
          const roomBefore = 1 - usedBefore
          if (!(Math.min(room, roomBefore) < steepBelow)) continue
          const most = Math.max(roomBefore, crowdedBelow) * factor
          const least = roomBefore > crowdedBelow ? roomBefore / factor : roomBefore - Math.log(factor) * crowdedBelow
          const allowed = Math.max(least, Math.min(most, room))
          if (room === allowed) continue
          const back = (allowed - room) / (roomBefore - room)
          for (let i = 0; i < n; i++) if (share[i] > 0) give(at + i, back * (before(at + i) - y[at + i]))
          given = true
        }
      }
      return given
    },
    inside(y, T, leading) {
      fullest = 0
      if (alone) {
        for (let p = 0, at = first; p < count; p++, at += size) if (!(y[at] > -beyond)) return false
        fullest = surfaces.fullest(y)
        if (!(fullest < 1 + beyond)) return false
      } else if (both) {
        let least = 0
        for (let p = 0, at = first; p < count; p++, at += size) least = Math.min(least, y[at], y[at + 1])
        if (!(least > -beyond)) return false
        fullest = surfaces.fullest(y)
      }
      // One carrier, or two, that crowds no surface is done.
      for (let p = 0; p < count && !((alone || both) && fullest < crowded); p++) {
        const at = first + p * size
        for (let i = 0; i < n; i++) if (!(y[at + i] > -beyond)) return false
        for (const share of limits) {
          let used = 0
          for (let i = 0; i < n; i++) used += share[i] * y[at + i]
          if (!(used < 1 + beyond)) return false
          if (used > fullest) fullest = used
          if (used < crowded) continue
          if (!(meanUsed(y, p, share) < begunAt[p] + overfull)) return false
        }
      }
      return leading === undefined || !particles.outruns?.(y, base, T, leading)
    },
  }
}
