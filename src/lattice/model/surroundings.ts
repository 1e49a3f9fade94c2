import { refuse } from '../../error.ts'
import type { LatticeEvent, Mover, Place } from '../lattice.ts'
import { homePlace, type Setting, usualTolerance } from './expand-energies.ts'
import { furthest, placeKey, positionOf, samePlace, shellDistances, shifted } from './geometry.ts'
import type { ModelRate } from './model.ts'

/**
 * What ions near an event add to E_KRA, by place: those listed for the move, and those at the distances of the family from the
 * middle of the event or from its ends. The places of the event itself are no surroundings, so that an event and its reverse see
 * the same.
 *
 * @param movers  the first one's start in the home cell
 */
export const surroundingsOf = (
  setting: Setting,
  field: string,
  { surroundings = [] }: ModelRate,
  movers: readonly Mover[],
  listed: LatticeEvent['surroundings'],
): LatticeEvent['surroundings'] => {
  const { geometry, names } = setting
  const own = movers.flatMap(({ from, to }) => [from, to])
  const sums = new Map<string, { place: Place; energy: Float64Array }>()
  const add = (place: Place, energy: Float64Array): void => {
    const key = placeKey(place)
    const before = sums.get(key)
    sums.set(key, { place, energy: before ? before.energy.map((value, c) => value + energy[c]) : energy })
  }
  for (const { place, energy } of listed) {
    if (own.some(one => samePlace(one, place)))
      refuse(
        `${field}.surroundings`,
        `a place of the move itself (${geometry.names[place.site]})`,
        'places beside the move',
      )
    add(place, energy)
  }
  surroundings.forEach((term, k) => {
    const at = `${field}.surroundings.${k}`
    const { of = 'middle', distance, tolerance = usualTolerance } = term
    if (of !== 'middle' && of !== 'ends') refuse(`${at}.of`, of, 'middle or ends')
    if (!(distance >= 0 && distance <= furthest))
      refuse(`${at}.distance`, distance, `a number ≥ 0 and ≤ ${furthest} [Å]`)
    const kinds = term.sublattices?.map((name, i) => names.sublattice(`${at}.sublattices.${i}`, name))
    const energy = names.byCarrier(`${at}.energy`, term.energy)
    const ends = own.map(place => positionOf(geometry, place))
    const centres = of === 'ends' ? ends : [ends[0].map((_, d) => ends.reduce((sum, r) => sum + r[d], 0) / ends.length)]
    const met = new Set<string>()
    for (const place of placesNear(setting, own, ends, distance + tolerance)) {
      if (own.some(one => samePlace(one, place)) || met.has(placeKey(place))) continue
      if (kinds && !kinds.includes(geometry.sublattice[place.site])) continue
      const r = positionOf(geometry, place)
      const fits = (c: ArrayLike<number>) =>
        Math.abs(Math.hypot(r[0] - c[0], r[1] - c[1], r[2] - c[2]) - distance) <= tolerance
      if (!centres.some(fits)) continue
      met.add(placeKey(place))
      add(place, energy)
    }
    if (met.size === 0)
      refuse(
        `${at}.distance`,
        distance,
        `a distance from the ${of} of the move that sites have, ± ${tolerance} Å (sites are ${shellDistances(
          geometry,
          setting.around,
          [undefined, undefined],
          4,
        )
          .map(d => d.toFixed(3))
          .join(', ')}, … Å apart)`,
      )
  })
  return [...sums.values()]
}

/** Places within a distance of any end, or of the middle between them, more than once where near several. */
const placesNear = (
  { around }: Setting,
  own: readonly Place[],
  ends: readonly (readonly number[])[],
  reach: number,
) => {
  const span = Math.max(...ends.map(r => Math.hypot(...r.map((x, d) => x - ends[0][d]))))
  const lists = around(Math.min(reach + span, 2 * furthest))
  return own.flatMap(place => [place, ...lists[homePlace(place.site).site].map(one => shifted(one, place.image))])
}
