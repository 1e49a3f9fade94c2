import type { ClearanceMap } from './clearance.ts'

/** Points of the way that are looked at [Å apart]. */
const stride = 0.1

/** The way may bend aside by this share of its length [–]. */
const mostBend = 0.4

/**
 * Room at the narrowest point of the way from one site to another: at every point of the straight line the widest place
 * nearby in the plane across it, followed from point to point from either end; the better of the two ways counts.
 *
 * @param start  [Å]
 * @param hop    vector to the other site [Å]
 * @returns      clearance [Å]; negative where the way passes through an atom
 */
export const windowOf = (map: ClearanceMap, start: ArrayLike<number>, hop: readonly number[]): number => {
  const length = Math.hypot(...hop)
  const along = hop.map(c => c / length)
  const flattest = along.reduce((best, c, d) => (Math.abs(c) < Math.abs(along[best]) ? d : best), 0)
  const across = normal(
    cross(
      along,
      [0, 1, 2].map(d => (d === flattest ? 1 : 0)),
    ),
  )
  const other = cross(along, across)
  const steps = Math.max(4, Math.ceil(length / stride))
  const place = new Float64Array(3)
  const roomAt = (t: number, u: number, v: number): number => {
    for (let d = 0; d < 3; d++) place[d] = start[d] + t * hop[d] + u * across[d] + v * other[d]
    return map.at(place)
  }
  const follow = (from: number, to: number): number => {
    let [u, v] = [0, 0]
    let narrowest = Number.POSITIVE_INFINITY
    for (let k = 0; k <= steps; k++) {
      const t = from + ((to - from) * k) / steps
      const limit = mostBend * length * Math.sin(Math.PI * t) + 1e-9
      let room = roomAt(t, u, v)
      for (let step = 0.1; step > 2e-3; ) {
        let better = false
        for (const [du, dv] of directions) {
          const [x, y] = [u + step * du, v + step * dv]
          if (Math.hypot(x, y) > limit) continue
          const there = roomAt(t, x, y)
          if (there > room + 1e-9) {
            ;[u, v, room] = [x, y, there]
            better = true
            break
          }
        }
        if (!better) step /= 2
      }
      const over = Math.hypot(u, v) / limit
      if (over > 1) {
        u /= over
        v /= over
        room = roomAt(t, u, v)
      }
      if (room < narrowest) narrowest = room
    }
    return narrowest
  }
  return Math.max(follow(0, 1), follow(1, 0))
}

const directions = Array.from({ length: 8 }, (_, k) => [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)])

const cross = (a: readonly number[], b: readonly number[]) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

const normal = (v: readonly number[]) => v.map(c => c / Math.hypot(...v))
