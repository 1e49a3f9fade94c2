import type { Path } from './path.ts'

/** A place on the fitted curve of energy against path coordinate. */
export type Extremum = {
  /** Path coordinate [Å]. */
  readonly s: number
  /** Fitted energy [eV], on the scale of the engine. */
  readonly energy: number
  /** Image nearest to it. */
  readonly image: number
}

/** What a path says of a move, energies [eV]. */
export type BarrierStatistics = {
  /** E_s − E_i, from the highest image. */
  readonly forward: number
  /** E_s − E_f. */
  readonly backward: number
  /** E_KRA = E_s − (E_i + E_f)/2, a function of the surroundings only. */
  readonly kineticallyResolved: number
  /** E_f − E_i. */
  readonly difference: number
  readonly saddleImage: number
  /** The same from the curve fitted through energies and forces. */
  readonly fitted: { readonly forward: number; readonly backward: number; readonly s: number }
  /** Minima of the fitted curve between the ends, deeper than `depth` on both sides. */
  readonly minima: readonly Extremum[]
}

/**
 * Energy along a path between its images: cubics that take the energies and the forces along the path at both ends of each
 * piece. Error O(h⁴) in the spacing h of the images.
 *
 * @param points  places of each piece beside its ends
 * @returns       s [Å] and U [eV], images included
 */
export const fittedProfile = (path: Pick<Path, 's' | 'energies' | 'alongForces'>, points = 20) => {
  const { s, energies } = path
  const slopes = slopesOf(path)
  const m = (s.length - 1) * points + 1
  const at = new Float64Array(m)
  const energy = new Float64Array(m)
  for (let i = 0; i < s.length - 1; i++) {
    const h = s[i + 1] - s[i]
    for (let k = 0; k <= points; k++) {
      const t = k / points
      at[i * points + k] = s[i] + t * h
      energy[i * points + k] = hermite(energies[i], energies[i + 1], slopes[i] * h, slopes[i + 1] * h, t)
    }
  }
  return { s: at, energy }
}

/**
 * dU/ds at each image [eV/Å] from the forces, no steeper than three times the steeper of the two lines to its neighbours: on a
 * band that is not at rest forces and energies contradict each other, and a curve that took both would swing.
 *
 * Source: computed: a cubic whose slopes at its ends are within three times its line's does not leave what is between them
 */
const slopesOf = ({ s, energies, alongForces }: Pick<Path, 's' | 'energies' | 'alongForces'>): Float64Array => {
  const line = (i: number) => (s[i + 1] > s[i] ? Math.abs((energies[i + 1] - energies[i]) / (s[i + 1] - s[i])) : 0)
  return alongForces.map((force, i) => {
    const most = 3 * Math.max(i > 0 ? line(i - 1) : 0, i < s.length - 1 ? line(i) : 0)
    return Math.max(-most, Math.min(most, -force))
  })
}

const hermite = (a: number, b: number, slopeA: number, slopeB: number, t: number): number =>
  a + t * (slopeA + t * (3 * (b - a) - 2 * slopeA - slopeB + t * (2 * (a - b) + slopeA + slopeB)))

/** Highest and lowest places of the fitted curve, each piece by its own cubic, in order along the path. */
const extrema = (path: Path) => {
  const { s, energies } = path
  const slopes = slopesOf(path)
  const found: (Extremum & { readonly top: boolean })[] = []
  for (let i = 0; i < s.length - 1; i++) {
    const h = s[i + 1] - s[i]
    if (!(h > 0)) continue
    const [a, b] = [energies[i], energies[i + 1]]
    const [p, q] = [slopes[i] * h, slopes[i + 1] * h]
    // slope p + 2 c t + 3 d t²
    const c = 3 * (b - a) - 2 * p - q
    const d = 2 * (a - b) + p + q
    const discriminant = c * c - 3 * d * p
    if (discriminant < 0) continue
    const root = Math.sqrt(discriminant)
    const times = Math.abs(d) > 1e-14 ? [(-c - root) / (3 * d), (-c + root) / (3 * d)] : [-p / (2 * c)]
    for (const t of times.filter(t => t > 0 && t <= 1).sort((x, y) => x - y))
      found.push({
        s: s[i] + t * h,
        energy: hermite(a, b, p, q, t),
        image: t < 0.5 ? i : i + 1,
        top: 2 * c + 6 * d * t < 0,
      })
  }
  return found
}

/**
 * Barriers of a path, forward and backward, from its highest image and from the fitted curve, with the minima between.
 *
 * @param depth  a minimum counts where both ways out of it rise by this [eV]; kT of a warm day where absent
 */
export const barrierOf = (path: Path, o: { readonly depth?: number } = {}): BarrierStatistics => {
  const { energies, s } = path
  const last = energies.length - 1
  let top = Math.max(path.climber, 0)
  if (path.climber < 0) for (let i = 1; i <= last; i++) if (energies[i] > energies[top]) top = i
  const places = extrema(path)
  const peak = places
    .filter(one => one.top)
    .reduce((a, b) => (b.energy > a.energy ? b : a), { s: s[top], energy: energies[top] })
  const ridge = Math.max(peak.energy, energies[0], energies[last])
  return {
    forward: energies[top] - energies[0],
    backward: energies[top] - energies[last],
    kineticallyResolved: energies[top] - (energies[0] + energies[last]) / 2,
    difference: energies[last] - energies[0],
    saddleImage: top,
    fitted: { forward: ridge - energies[0], backward: ridge - energies[last], s: peak.s },
    minima: minimaOf(path, places, o.depth ?? 0.026),
  }
}

const minimaOf = (path: Path, places: ReturnType<typeof extrema>, depth: number): Extremum[] => {
  const { energies, s } = path
  const last = energies.length - 1
  const highest = (from: number, to: number) =>
    Math.max(
      ...places.filter(one => one.s >= from && one.s <= to).map(one => one.energy),
      ...energies.filter((_, i) => s[i] >= from && s[i] <= to),
    )
  // the highest rises first stand between neighbours that count
  const kept: Extremum[] = []
  let from = 0
  const candidates = places.filter(one => !one.top && one.s > 0 && one.s < s[last] && one.image > 0 && one.image < last)
  candidates.forEach((one, k) => {
    const to = candidates[k + 1]?.s ?? s[last]
    const before = highest(from, one.s) - one.energy
    const after = highest(one.s, to) - one.energy
    if (before > depth && after > depth) {
      kept.push({ s: one.s, energy: one.energy, image: one.image })
      from = one.s
    } else if (after > depth && kept.length > 0 && one.energy < kept[kept.length - 1].energy) {
      // the same basin, deeper here
      kept[kept.length - 1] = { s: one.s, energy: one.energy, image: one.image }
      from = one.s
    }
  })
  return kept
}
