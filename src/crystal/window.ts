import { type ClearanceMap, freeRoom } from './clearance.ts'

/** Planes across the way that are looked at. */
const planes = 12

/** The way may bend aside by this share of its length at its middle [–]. Source: assumed */
const mostBend = 0.3

/** Points of a plane that the search starts from: so many rings, six times their number on each. */
const rings = 5

/** The roomiest points of a plane that are followed uphill, and the last step [Å]. */
const starts = 3
const finest = 1e-4

/** Atoms are looked for about places on the way at most this far apart [Å]. */
const apart = 6

/**
 * Room at the narrowest point of the way from one site to another: in each plane across the straight line the roomiest place
 * of a disc about it (radius 0.3 L sin πt, so that the way may bend between atoms), and of these the least. For screening:
 * nothing makes the places of neighbouring planes one path, so a way is at most this wide.
 *
 * @param start  [Å]
 * @param hop    vector to the other site [Å], length L
 * @returns      clearance [Å]; negative where every way passes through an atom
 */
export const windowOf = (map: ClearanceMap, start: ArrayLike<number>, hop: readonly number[]): number => {
  const length = Math.hypot(...hop)
  const [across, other] = planeOf(hop)
  const balls = ballsAlong(map, start, hop)
  const discs = Array.from({ length: planes + 1 }, (_, k) => {
    const t = k / planes
    const middle = [0, 1, 2].map(d => start[d] + t * hop[d])
    const clearance = clearanceIn(balls, middle, hop)
    const room = (u: number, v: number, least?: number) =>
      clearance(
        middle[0] + u * across[0] + v * other[0],
        middle[1] + u * across[1] + v * other[1],
        middle[2] + u * across[2] + v * other[2],
        least,
      )
    return { room, middle: room(0, 0), radius: mostBend * length * Math.sin(Math.PI * t) }
  })
  // the narrowest is likely where its middle is: the others are left as soon as they show more room
  let narrowest = Number.POSITIVE_INFINITY
  for (const { room, middle, radius } of discs.sort((a, b) => a.middle - b.middle))
    if (middle < narrowest) narrowest = Math.min(narrowest, roomiest(room, radius, narrowest))
  return narrowest
}

/**
 * Highest value of a function on a disc: the best of points on rings, followed by steps that halve.
 *
 * @param f       may stop at any value of no more than `least`, its third argument
 * @param enough  a value as high as this is returned at once, with no regard to whether there is a higher one
 */
const roomiest = (f: (u: number, v: number, least?: number) => number, radius: number, enough: number): number => {
  const points = [{ u: 0, v: 0, value: f(0, 0) }]
  if (radius < finest) return points[0].value
  for (let ring = 1; ring <= rings; ring++)
    for (let k = 0; k < 6 * ring; k++) {
      const [r, angle] = [(radius * ring) / rings, (k * Math.PI) / (3 * ring)]
      const [u, v] = [r * Math.cos(angle), r * Math.sin(angle)]
      const value = f(u, v)
      if (value >= enough) return value
      points.push({ u, v, value })
    }
  points.sort((a, b) => b.value - a.value)
  let best = points[0].value
  for (let { u, v, value } of points.slice(0, starts)) {
    let turn = 0
    for (let step = radius / rings, missed = 0; step > finest; ) {
      let better = false
      turn += goldenAngle // the crest is sharp: only a direction close to it goes up
      for (let k = 0; k < 6; k++) {
        const angle = turn + (k * Math.PI) / 3
        let [x, y] = [u + step * Math.cos(angle), v + step * Math.sin(angle)]
        const over = Math.hypot(x, y) / radius
        if (over > 1) {
          x /= over
          y /= over
        }
        const there = f(x, y, value)
        if (there >= enough) return there
        if (there > value + 1e-9) {
          u = x
          v = y
          value = there
          better = true
        }
      }
      missed = better ? 0 : missed + 1
      if (missed === 4) {
        step /= 2
        missed = 0
      }
    }
    best = Math.max(best, value)
  }
  return best
}

const goldenAngle = Math.PI * (3 - Math.sqrt(5))

/** Two unit vectors across a hop and one another. */
const planeOf = (hop: readonly number[]): readonly [readonly number[], readonly number[]] => {
  const flattest = hop.reduce((best, c, d) => (Math.abs(c) < Math.abs(hop[best]) ? d : best), 0)
  const unit = (v: readonly number[]) => v.map(c => c / Math.hypot(...v))
  const across = unit(
    cross(
      hop,
      [0, 1, 2].map(d => (d === flattest ? 1 : 0)),
    ),
  )
  return [across, unit(cross(hop, across))]
}

const cross = (a: readonly number[], b: readonly number[]) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** Atoms about the ends of a hop, its middle and, of a long one, places between, [x, y, z, R, …] [Å]. */
const ballsAlong = (map: ClearanceMap, start: ArrayLike<number>, hop: readonly number[]) => {
  const balls: number[] = []
  const seen = new Set<string>()
  const parts = Math.max(2, Math.ceil(Math.hypot(...hop) / apart))
  for (let part = 0; part <= parts; part++) {
    const t = part / parts
    const r = [0, 1, 2].map(d => start[d] + t * hop[d])
    const { index, vector, count } = map.around(r)
    for (let k = 0; k < count; k++) {
      const at = [0, 1, 2].map(d => r[d] + vector[3 * k + d])
      const key = at.map(c => Math.round(1e4 * c)).join(' ')
      if (!seen.has(key)) balls.push(...at, map.radii[index[k]])
      seen.add(key)
    }
  }
  return balls
}

/**
 * The clearance in the plane across a hop through a point of it, from the atoms that are near the plane, the nearest to that
 * point first: where less than `least` is known to be there, they tell soonest.
 */
const clearanceIn = (balls: readonly number[], middle: readonly number[], hop: readonly number[]) => {
  const length = Math.hypot(...hop)
  const near: { readonly ball: readonly number[]; readonly room: number }[] = []
  for (let k = 0; k < balls.length; k += 4) {
    const along = [0, 1, 2].reduce((sum, d) => sum + (balls[k + d] - middle[d]) * hop[d], 0) / length
    if (Math.abs(along) - balls[k + 3] < freeRoom) {
      const ball = balls.slice(k, k + 4)
      near.push({ ball, room: Math.hypot(...[0, 1, 2].map(d => ball[d] - middle[d])) - ball[3] })
    }
  }
  const all = Float64Array.from(near.sort((a, b) => a.room - b.room).flatMap(({ ball }) => ball))
  return (x: number, y: number, z: number, enough = Number.NEGATIVE_INFINITY): number => {
    let least = freeRoom
    for (let k = 0; k < all.length; k += 4) {
      const dx = x - all[k]
      const dy = y - all[k + 1]
      const dz = z - all[k + 2]
      const room = Math.sqrt(dx * dx + dy * dy + dz * dz) - all[k + 3]
      if (room < least) {
        least = room
        if (room <= enough) return room
      }
    }
    return least
  }
}
