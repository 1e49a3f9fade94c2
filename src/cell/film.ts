/** The film equation is solved to this fraction of the current, in at most so many steps. */
const tolerance = 1e-13
const maximumSteps = 80

/**
 * The total current through a film: s = Σ_k j_k(Δ − R_f s). The right side falls with s, so the root is unique and lies
 * between 0 and Σ j(0); Newton inside a bracket that shrinks.
 *
 * @param total    Σ j at a film drop R_f·s [A/m²]
 * @param stiffness  R_f ∂Σj/∂Δ ≥ 0 at the last evaluated s
 * @returns        s [A/m²]; `total` was last called within the tolerance of it
 */
export const currentThroughFilm = (total: (s: number) => number, stiffness: () => number): number => {
  const first = total(0)
  if (first === 0 || !Number.isFinite(first)) return first
  let low = Math.min(0, first)
  let high = Math.max(0, first)
  let s = 0
  let value = first
  for (let step = 0; step < maximumSteps; step++) {
    const error = s - value
    if (Math.abs(error) <= tolerance * Math.abs(s)) break
    if (error > 0) high = s
    else low = s
    const next = s - error / (1 + stiffness())
    s = next > low && next < high ? next : 0.5 * (low + high)
    value = total(s)
    if (high - low <= tolerance * Math.abs(s)) break
  }
  return s
}
