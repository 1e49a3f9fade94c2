/** Empty space on either side of the atoms of a direction that does not repeat and has no cell vector [Å]. */
const margin = 5

/**
 * A cell [9] for atoms whose file gives none, or none in some directions: the missing vectors stand at right angles to the
 * rest and are as long as the atoms reach, with 5 Å of vacuum on either side.
 *
 * @param positions  r [Å], [n, 3]
 * @param given      the vectors that are known [Å]
 */
export const cellAround = (
  positions: ArrayLike<number>,
  given: readonly (readonly number[] | undefined)[] = [undefined, undefined, undefined],
): Float64Array => {
  const vectors = given.map(vector => (vector ? [...vector] : undefined))
  const across = (a: readonly number[], b: readonly number[]) =>
    [0, 1, 2].map(d => a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3])
  const unit = (v: readonly number[]) => v.map(value => value / Math.hypot(...v))
  const known = () => vectors.filter(vector => vector !== undefined)
  for (let k = 0; k < 3; k++) {
    if (vectors[k]) continue
    const rest = known()
    // right-handed: the vector that is missing is the product of the two after it
    const [next, last] = [vectors[(k + 1) % 3], vectors[(k + 2) % 3]]
    let direction: number[] = [0, 1, 2].map(d => (d === k ? 1 : 0))
    if (next && last) direction = unit(across(next, last))
    else if (rest.length === 1) {
      const axis = unit(rest[0])
      const flattest = [0, 1, 2].reduce((a, b) => (Math.abs(axis[b]) < Math.abs(axis[a]) - 1e-9 ? b : a), k)
      const other: number[] = [0, 1, 2].map(d => (d === flattest ? 1 : 0))
      const along = axis.reduce((sum, value, d) => sum + value * other[d], 0)
      direction = unit(other.map((value, d) => value - along * axis[d]))
    }
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (let i = 0; i < positions.length; i += 3) {
      const height = direction[0] * positions[i] + direction[1] * positions[i + 1] + direction[2] * positions[i + 2]
      low = Math.min(low, height)
      high = Math.max(high, height)
    }
    const size = (Number.isFinite(high - low) ? high - low : 0) + 2 * margin
    vectors[k] = direction.map(value => value * size)
  }
  return Float64Array.from(vectors.flatMap(vector => vector!))
}
