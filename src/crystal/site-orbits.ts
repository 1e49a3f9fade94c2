import { latticeDistance, type Operation } from './symmetry.ts'

/** f·rotation + translation for point `at` of f; not wrapped. */
export const moved = ({ rotation: W, translation: w }: Operation, f: ArrayLike<number>, at = 0): number[] =>
  [0, 1, 2].map(d => f[at] * W[d] + f[at + 1] * W[3 + d] + f[at + 2] * W[6 + d] + w[d])

/** Into the cell [0, 1), round-off below 0 counted as 0. */
export const wrapped = (f: readonly number[]): number[] =>
  f.map(x => {
    const inside = x - Math.floor(x)
    return inside > 1 - 1e-9 ? 0 : inside
  })

/**
 * A point moved onto the special position that its near images under the group surround: the mean of those within `reach`.
 *
 * @param f      fractional coordinates
 * @param reach  [Å]
 */
export const onSpecialPosition = (
  f: readonly number[],
  operations: readonly Operation[],
  A: ArrayLike<number>,
  reach: number,
): number[] => {
  let here = [...f]
  for (let pass = 0; pass < 20; pass++) {
    const mean = [0, 0, 0]
    let count = 0
    for (const operation of operations) {
      const image = moved(operation, here)
      if (latticeDistance(image, 0, here, 0, A) > reach) continue
      for (let d = 0; d < 3; d++) mean[d] += image[d] - here[d] - Math.round(image[d] - here[d])
      count++
    }
    const next = here.map((x, d) => x + mean[d] / count)
    const shift = latticeDistance(next, 0, here, 0, A)
    here = next
    if (shift < 1e-12) break
  }
  return wrapped(here)
}

/** All distinct images of a point in the cell, itself first. */
export const orbitOf = (
  f: readonly number[],
  operations: readonly Operation[],
  A: ArrayLike<number>,
  tolerance: number,
): number[][] => {
  const orbit: number[][] = [wrapped(f)]
  for (const operation of operations) {
    const image = wrapped(moved(operation, f))
    if (!orbit.some(other => latticeDistance(other, 0, image, 0, A) < tolerance)) orbit.push(image)
  }
  return orbit
}

/** Where each operation sends each site: site `index[o·n + i]`, `shift[3(o·n + i) + d]` cells away. */
export type SiteAction = {
  readonly index: Int32Array
  readonly shift: Int32Array
  readonly sites: number
  readonly operations: number
}

/**
 * @param f  fractional coordinates of all sites of a cell, [n, 3], closed under the group
 * @throws RangeError where an image of a site is no site
 */
export const siteAction = (
  f: ArrayLike<number>,
  operations: readonly Operation[],
  A: ArrayLike<number>,
  tolerance: number,
): SiteAction => {
  const n = f.length / 3
  const index = new Int32Array(operations.length * n)
  const shift = new Int32Array(3 * index.length)
  operations.forEach((operation, o) => {
    for (let i = 0; i < n; i++) {
      const image = moved(operation, f, 3 * i)
      let best = -1
      let least = Number.POSITIVE_INFINITY
      for (let j = 0; j < n; j++) {
        const d = latticeDistance(image, 0, f, 3 * j, A)
        if (d < least) {
          least = d
          best = j
        }
      }
      if (least > tolerance)
        throw new RangeError(`siteAction: image of site ${i} is ${least.toFixed(3)} Å from any site`)
      const at = o * n + i
      index[at] = best
      for (let d = 0; d < 3; d++) shift[3 * at + d] = Math.round(image[d] - f[3 * best + d])
    }
  })
  return { index, shift, sites: n, operations: operations.length }
}
