/** Linear interpolation of an imposed profile, and the times at which it bends. */

/** Index moves tried before the interval is searched by halving: an integrator moves on a little at a time. */
const nearMoves = 4
/** Largest number of straight pieces that one profile is followed in; beyond it they are averaged, the charge kept. */
export const mostPieces = 100_000

/**
 * v(t), linear between rows, constant outside. The interval of the last call is kept, so a run through n rows costs O(n).
 *
 * @param time   [n] strictly increasing [s]
 * @param value  [n]
 */
export const profileValue = (time: Float64Array, value: Float64Array): ((t: number) => number) => {
  const last = time.length - 1
  let k = 0
  return t => {
    if (t <= time[0]) return value[0]
    if (t >= time[last]) return value[last]
    let moves = 0
    while (t < time[k] && moves++ < nearMoves) k--
    while (t >= time[k + 1] && moves++ < nearMoves) k++
    if (t < time[k] || t >= time[k + 1]) {
      let low = 0
      let high = last
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (time[middle] <= t) low = middle
        else high = middle
      }
      k = low
    }
    return value[k] + ((t - time[k]) * (value[k + 1] - value[k])) / (time[k + 1] - time[k])
  }
}

/**
 * Times at which an integration through the profile must stop: the ends of the longest straight pieces that keep every
 * row within a tolerance, O(n). Rows on one line, however many, are one piece.
 *
 * @param tolerance  relative to the largest |value|
 * @param end        end of the step [s], the last time of the result
 */
export const kinksOf = (
  time: Float64Array,
  value: Float64Array,
  o: { readonly tolerance: number; readonly end: number },
): Float64Array => {
  const { tolerance, end } = o
  let largest = 0
  for (let k = 0; k < value.length; k++) largest = Math.max(largest, Math.abs(value[k]))
  const allowed = tolerance * largest
  const stops: number[] = []
  let anchor = 0
  // Slopes from the anchor that pass every row since within the tolerance.
  let least = Number.NEGATIVE_INFINITY
  let most = Number.POSITIVE_INFINITY
  for (let k = 1; k < time.length && time[anchor] < end; k++) {
    let dt = time[k] - time[anchor]
    let slope = (value[k] - value[anchor]) / dt
    if (slope < least || slope > most) {
      anchor = k - 1
      if (time[anchor] >= end) break
      stops.push(time[anchor])
      dt = time[k] - time[anchor]
      slope = (value[k] - value[anchor]) / dt
      least = Number.NEGATIVE_INFINITY
      most = Number.POSITIVE_INFINITY
    }
    least = Math.max(least, slope - allowed / dt)
    most = Math.min(most, slope + allowed / dt)
  }
  stops.push(end)
  return Float64Array.from(stops)
}

/**
 * A profile of fewer rows with the same integral: each new value is the mean of the old ones under a hat around its knot,
 *
 *   v_j = ∫ v φ_j dt / ∫ φ_j dt,   Σ_j v_j ∫ φ_j dt = ∫ v dt   since Σ_j φ_j = 1.
 *
 * @param pieces  intervals of the new profile, of (nearly) equal numbers of rows
 */
export const averagedProfile = (
  time: Float64Array,
  value: Float64Array,
  pieces: number,
): { readonly time: Float64Array; readonly value: Float64Array } => {
  const last = time.length - 1
  const row = Int32Array.from({ length: pieces + 1 }, (_, j) => Math.round((j * last) / pieces))
  const sum = new Float64Array(pieces + 1)
  const weight = new Float64Array(pieces + 1)
  for (let j = 0; j < pieces; j++) {
    const start = time[row[j]]
    const length = time[row[j + 1]] - start
    for (let k = row[j]; k < row[j + 1]; k++) {
      const h = time[k + 1] - time[k]
      const p = (time[k] - start) / length
      const q = (time[k + 1] - start) / length
      const whole = (h * (value[k] + value[k + 1])) / 2
      // v and φ are linear on the interval: Simpson's rule is exact.
      const right = (h * (value[k] * p + (value[k] + value[k + 1]) * (p + q) + value[k + 1] * q)) / 6
      sum[j] += whole - right
      sum[j + 1] += right
    }
    weight[j] += length / 2
    weight[j + 1] += length / 2
  }
  return { time: Float64Array.from(row, k => time[k]), value: sum.map((total, j) => total / weight[j]) }
}
