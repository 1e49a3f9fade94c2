/** The film equation is solved to this fraction of the current, in at most so many steps. */
const tolerance = 1e-13
const maximumSteps = 80
/** |s − Σ j| over s from which on its logarithm is followed. */
const farOff = 1
/** Largest current tried where none overflows [A/m²]. */
const mostReach = 1e12

/**
 * The total current through a film: s = Σ_k j_k(Δ − R_f s). The right side falls with s, so the root is unique and lies
 * between 0 and Σ j(0); Newton inside a bracket that shrinks, of ln(1 + |s − Σ j|/s) while Σ j is far from s: down an exponential Newton's
 * own steps are one RT/zF each, and a volt is a hundred of them.
 *
 * @param total    Σ j at a film drop R_f·s [A/m²]
 * @param stiffness  R_f ∂Σj/∂Δ ≥ 0 at the last evaluated s
 * @returns        s [A/m²]; `total` was last called within the tolerance of it
 */
export const currentThroughFilm = (total: (s: number) => number, stiffness: () => number): number => {
  let first = total(0)
  let s = 0
  let from = 0
  // Tens of volts over a film overflow at no drop: begun from one at which they do not.
  for (
    let reach = Math.sign(first);
    Math.abs(first) === Number.POSITIVE_INFINITY && Math.abs(reach) < mostReach;
    reach *= 4
  ) {
    from = s
    s = reach
    first = total(s)
  }
  if (first === s || !Number.isFinite(first)) return first
  let low = Math.min(from, s, first)
  let high = Math.max(from, s, first)
  let value = first
  for (let step = 0; step < maximumSteps; step++) {
    const error = s - value
    if (Math.abs(error) <= tolerance * Math.abs(s)) break
    if (error > 0) high = s
    else low = s
    const off = Math.abs(error)
    const reach = off > farOff * Math.abs(s) && s !== 0 ? (1 + Math.abs(s) / off) * Math.log1p(off / Math.abs(s)) : 1
    const next = s - (reach * error) / (1 + stiffness())
    s = next > low && next < high ? next : 0.5 * (low + high)
    value = total(s)
    if (high - low <= tolerance * Math.abs(s)) break
  }
  return s
}
