import type { RadialMesh } from './mesh.ts'
import { crowdedBelow, linearBelow } from './reaction.ts'
import { overfull } from './surface-bounds.ts'
import type { Surfaces } from './surfaces.ts'

/**
 * Brings surfaces below zero or beyond full back, from and into the shell beneath them, and whole particles towards their mean
 * where more is out of range, ion for ion; a particle that is fuller than full all the same is let begin so, and get no fuller.
 *
 * @param begunAt  filled: part of the room that the mean of each particle takes, at least 1 [count]
 * @returns (y, room) => whether something was moved; `room`: share of a full surface to leave free
 */
export const surfaceRepair = (
  { particles, n, count, base, at: first, size, width, limits, meanUsed }: Surfaces,
  { surfaceVolume, volume, shells, massOutside }: RadialMesh,
  begunAt: Float64Array,
): ((y: Float64Array, room?: number) => boolean) => {
  const inner = new Float64Array(n)

  /**
   * Draws the contents of a particle towards their mean until none is below zero or beyond full : x ←
   * x̄ + f (x − x̄), ion for ion, where the mean itself has room.
   */
  const level = (y: Float64Array, p: number): boolean => {
    const start = base + p * size
    particles.mean(y, base, p, inner)
    let part = 1
    for (let at = start; at < start + size; at += width) {
      for (let i = 0; i < n; i++)
        if (y[at + i] < 0 && inner[i] > linearBelow)
          part = Math.min(part, (inner[i] - linearBelow) / (inner[i] - y[at + i]))
      for (const limit of limits) {
        let used = 0
        let mean = 0
        for (let i = 0; i < n; i++) {
          used += limit[i] * y[at + i]
          mean += limit[i] * inner[i]
        }
        if (used > 1 + overfull && mean < 1 - crowdedBelow)
          part = Math.min(part, (1 - crowdedBelow - mean) / (used - mean))
      }
    }
    if (part === 1) return false
    for (let at = start; at < start + size; at += width)
      for (let i = 0; i < n; i++) y[at + i] = inner[i] + part * (y[at + i] - inner[i])
    return true
  }

  return (y, room = crowdedBelow) => {
    for (let p = 0; p < count; p++) {
      begunAt[p] = 1
      for (const limit of limits) begunAt[p] = Math.max(begunAt[p], meanUsed(y, p, limit))
    }
    if (!(surfaceVolume > 0 || massOutside[shells - 1] !== 0)) return false
    let moved = false
    const share = surfaceVolume / volume[shells - 1]
    const set = (at: number, content: number): void => {
      y[at - width] += (y[at] - content) * share
      y[at] = content
      moved = true
    }
    for (let p = 0; p < count; p++) {
      const at = first + p * size
      for (let i = 0; i < n; i++) if (y[at + i] < 0) set(at + i, linearBelow)
      for (const limit of limits) {
        let used = 0
        for (let i = 0; i < n; i++) used += limit[i] * y[at + i]
        if (used <= (room > crowdedBelow ? 1 - room : 1 + overfull)) continue
        for (let i = 0; i < n; i++) if (limit[i] > 0) set(at + i, (y[at + i] * (1 - room)) / used)
      }
      moved = level(y, p) || moved
    }
    return moved
  }
}
