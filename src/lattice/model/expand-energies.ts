/** Site energies and clusters of a model, from its families. */
import { refuse } from '../../error.ts'
import type { PlaceMap } from '../fit/site-symmetry.ts'
import type { Cluster, Place } from '../lattice.ts'
import {
  furthest,
  minus,
  type Neighbour,
  placeKey,
  positionOf,
  type SiteGeometry,
  shellDistances,
  shifted,
} from './geometry.ts'
import type { Apart, LatticeModel, ModelEnergy, ModelPair, ModelTriplet } from './model.ts'
import type { ModelNames } from './model-names.ts'

/** Distances that differ by less are the same where no tolerance is given [Å]. */
export const usualTolerance = 0.05
/** Most clusters of one cell. */
const mostClusters = 200_000

/** What families need to be expanded. */
export type Setting = {
  readonly model: LatticeModel
  readonly geometry: SiteGeometry
  readonly names: ModelNames
  readonly around: (cutoff: number) => Neighbour[][]
  readonly maps: readonly PlaceMap[]
}

export const energyOf = (field: string, energy: ModelEnergy): number => {
  if (energy === 'forbidden') return Number.POSITIVE_INFINITY
  if (typeof energy !== 'number' || !Number.isFinite(energy))
    refuse(field, energy, 'a finite number [eV], or forbidden')
  return energy
}

/** ε [eV], [sites, carriers]. */
export const siteEnergies = ({ model, geometry, names }: Setting): Float64Array => {
  const n = names.carriers.length
  const out = new Float64Array(geometry.sublattice.length * n)
  const given = new Map<number, string>()
  model.siteEnergies?.forEach((family, f) => {
    const field = `siteEnergies.${f}`
    const energy = energyOf(`${field}.energy`, family.energy)
    const carriers = names.oneOrMore(field, family.carrier, family.carriers)
    const { sublattice, sublattices, sites } = family
    if ([sublattice, sublattices, sites].filter(one => one !== undefined).length > 1)
      refuse(field, 'several of sublattice, sublattices, sites', 'one of them')
    const kinds = (sublattices ?? (sublattice === undefined ? geometry.sublattices : [sublattice])).map((name, i) =>
      names.sublattice(sublattices ? `${field}.sublattices.${i}` : `${field}.sublattice`, name),
    )
    const chosen =
      sites?.map((name, i) => names.site(`${field}.sites.${i}`, name)) ??
      geometry.sublattice.flatMap((kind, i) => (kinds.includes(kind) ? [i] : []))
    for (const site of chosen)
      for (const c of carriers) {
        const before = given.get(site * n + c)
        if (before !== undefined)
          refuse(
            field,
            `${names.carriers[c]} on ${geometry.names[site]}`,
            `one energy for it; ${before} has it already`,
          )
        given.set(site * n + c, field)
        out[site * n + c] = energy
      }
  })
  return out
}

/** The distance that a family names and its tolerance [Å]; refused with those that there are, where no pair has it. */
export const distanceOf = (
  { model, geometry, around }: Pick<Setting, 'model' | 'geometry' | 'around'>,
  field: string,
  { shell, distance, tolerance = usualTolerance }: Apart,
  kinds: readonly [number | undefined, number | undefined],
): { readonly distance: number; readonly tolerance: number } => {
  if (!(tolerance > 0 && tolerance <= 2)) refuse(`${field}.tolerance`, tolerance, 'a number > 0 and ≤ 2 [Å]')
  if (shell !== undefined && distance !== undefined) refuse(`${field}.shell`, shell, 'shell or distance, not both')
  const kindWords =
    kinds[0] === undefined && kinds[1] === undefined
      ? 'the'
      : kinds.map(kind => (kind === undefined ? 'any' : geometry.sublattices[kind])).join('–')
  if (distance !== undefined) {
    if (!(distance > 0 && distance <= furthest))
      refuse(`${field}.distance`, distance, `a number > 0 and ≤ ${furthest} [Å]`)
    const fits = around(distance + tolerance).some((list, i) =>
      list.some(
        one =>
          Math.abs(one.distance - distance) <= tolerance &&
          (kinds[0] === undefined || geometry.sublattice[i] === kinds[0]) &&
          (kinds[1] === undefined || geometry.sublattice[one.site] === kinds[1]),
      ),
    )
    if (!fits)
      refuse(
        `${field}.distance`,
        distance,
        `a distance that ${kindWords} sites have, ± ${tolerance}: ${shellDistances(geometry, around, kinds, 6)
          .map(d => d.toFixed(3))
          .join(', ')}, … [Å]`,
      )
    return { distance, tolerance }
  }
  const number = shell ?? (model.lattice === undefined ? undefined : 1)
  if (number === undefined) return refuse(`${field}.distance`, 'nothing', 'distance [Å], shell or places')
  if (!Number.isInteger(number) || number < 1 || number > 50)
    refuse(`${field}.shell`, number, 'a whole number ≥ 1 and ≤ 50')
  const distances = shellDistances(geometry, around, kinds, number)
  if (distances.length < number)
    refuse(
      `${field}.shell`,
      number,
      `a shell of ${kindWords} sites; there are ${distances.length} within ${furthest} Å`,
    )
  return { distance: distances[number - 1], tolerance: Math.min(tolerance, 0.01) }
}

type Sum = { readonly places: readonly Place[]; readonly energy: Float64Array; readonly labels: string[] }

/** Clusters by the places they hold, families added up. */
export const clustersOf = (setting: Setting): Cluster[] => {
  const { model, geometry, names, around } = setting
  const n = names.carriers.length
  const sums = new Map<string, Sum>()
  /** Adds one family: each assignment of carriers to places once, however often it is met. */
  const add = (
    label: string,
    assignments: Iterable<readonly [readonly Place[], readonly number[]]>,
    energy: number,
  ) => {
    const met = new Set<string>()
    for (const [places, carriers] of assignments) {
      const { key, order, places: canonical } = canonicalCluster(places)
      const at = order.reduce((index, k) => index * n + carriers[k], 0)
      if (met.has(`${key} ${at}`)) continue
      met.add(`${key} ${at}`)
      let sum = sums.get(key)
      if (sum === undefined) {
        if (sums.size >= mostClusters) refuse(label, `more than ${mostClusters} clusters a cell`, 'shorter distances')
        sum = { places: canonical, energy: new Float64Array(n ** canonical.length), labels: [] }
        sums.set(key, sum)
      }
      sum.energy[at] += energy
      if (!sum.labels.includes(label)) sum.labels.push(label)
    }
  }
  model.pairEnergies?.forEach((family, f) => {
    const field = `pairEnergies.${f}`
    add(pairName(family), pairAssignments(setting, field, family), energyOf(`${field}.energy`, family.energy))
  })
  model.tripletEnergies?.forEach((family, f) => {
    const field = `tripletEnergies.${f}`
    const label = family.name ?? `${family.carriers.join('–')} triplet`
    add(label, tripletAssignments(setting, field, family), energyOf(`${field}.energy`, family.energy))
  })
  model.exclusions?.forEach(({ name, carriers, sublattices, within }, f) => {
    const field = `exclusions.${f}`
    if (!(within > 0 && within <= furthest)) refuse(`${field}.within`, within, `a number > 0 and ≤ ${furthest} [Å]`)
    if (carriers && carriers.length !== 2) refuse(`${field}.carriers`, carriers, 'two carriers, or none for all')
    const kinds = names.sublattices(`${field}.sublattices`, sublattices, 2)
    const pairs = carriers
      ? [carriers.map((c, i) => names.carrier(`${field}.carriers.${i}`, c))]
      : names.carriers.flatMap((_, a) => names.carriers.map((_, b) => [a, b]))
    const assigned = around(within + 1e-9).flatMap((list, i) =>
      list
        .filter(one => one.distance <= within + 1e-9 && fitsKind(geometry, kinds, i, one.site))
        .flatMap(one => pairs.map(pair => [[homePlace(i), placeOf(one)], pair] as const)),
    )
    if (assigned.length === 0)
      refuse(
        `${field}.within`,
        within,
        `a distance that reaches a neighbour; the nearest are ${shellDistances(
          geometry,
          around,
          [kinds[0], kinds[1]],
          1,
        )
          .map(d => d.toFixed(3))
          .join()} Å away`,
      )
    add(name ?? 'exclusion', assigned, Number.POSITIVE_INFINITY)
  })
  return [...sums.values()].map(({ places, energy, labels }) => ({ label: labels.join(' + '), places, energy }))
}

const pairName = ({ name, carriers, shell, distance, places }: ModelPair): string =>
  name ??
  `${carriers.join('–')}${distance !== undefined ? ` ${distance} Å` : places ? ' pair' : ` shell ${shell ?? 1}`}`

export const homePlace = (site: number): Place => ({ site, image: [0, 0, 0] })
export const placeOf = ({ site, image }: Place): Place => ({ site, image })

export const fitsKind = (
  { sublattice }: SiteGeometry,
  kinds: readonly (number | undefined)[],
  ...sites: readonly number[]
): boolean => sites.every((site, k) => kinds[k] === undefined || sublattice[site] === kinds[k])

const carriersOf = ({ names }: Setting, field: string, carriers: readonly string[], count: number): number[] => {
  if (carriers.length !== count) refuse(`${field}.carriers`, carriers, `${count} carriers`)
  return carriers.map((name, i) => names.carrier(`${field}.carriers.${i}`, name))
}

/** Explicit places and their images under the symmetry of the model. */
const imagesOf = (
  { names, maps }: Setting,
  field: string,
  places: NonNullable<ModelPair['places']>,
  count: number,
): Place[][] => {
  if (places.length !== count) refuse(`${field}.places`, places, `${count} places`)
  const found = places.map((place, i) => names.place(`${field}.places.${i}`, place))
  if (new Set(found.map(placeKey)).size < count)
    refuse(`${field}.places`, 'one place twice', `${count} different places`)
  return maps.map(map => found.map(map))
}

const pairAssignments = (setting: Setting, field: string, family: ModelPair) => {
  const { geometry, names, around } = setting
  const carriers = carriersOf(setting, field, family.carriers, 2)
  const kinds = names.sublattices(`${field}.sublattices`, family.sublattices, 2)
  if (family.places) {
    if (family.distance !== undefined || family.shell !== undefined || family.sublattices)
      refuse(field, 'places and a distance, shell or sublattices', 'places alone')
    return imagesOf(setting, field, family.places, 2).map(places => [places, carriers] as const)
  }
  const { distance, tolerance } = distanceOf(setting, field, family, [kinds[0], kinds[1]])
  return around(distance + tolerance).flatMap((list, i) =>
    list
      .filter(one => Math.abs(one.distance - distance) <= tolerance && fitsKind(geometry, kinds, i, one.site))
      .map(one => [[homePlace(i), placeOf(one)], carriers] as const),
  )
}

const tripletAssignments = (setting: Setting, field: string, family: ModelTriplet) => {
  const { geometry, names, around } = setting
  const carriers = carriersOf(setting, field, family.carriers, 3)
  const kinds = names.sublattices(`${field}.sublattices`, family.sublattices, 3)
  const { places, distances, tolerance = usualTolerance } = family
  if (places) {
    if (distances || family.sublattices) refuse(field, 'places and distances or sublattices', 'places alone')
    return imagesOf(setting, field, places, 3).map(three => [three, carriers] as const)
  }
  if (distances?.length !== 3 || !distances.every(d => d > 0 && d <= furthest))
    return refuse(
      `${field}.distances`,
      distances,
      'three distances [Å]: first–second, second–third, first–third; or places',
    )
  const near = (d: number, k: number) => Math.abs(d - distances[k]) <= tolerance
  const lists = around(Math.max(...distances) + tolerance)
  const found: (readonly [Place[], number[]])[] = []
  lists.forEach((list, i) => {
    for (const second of list) {
      if (!near(second.distance, 0)) continue
      for (const third of list) {
        if (!near(third.distance, 2) || !fitsKind(geometry, kinds, i, second.site, third.site)) continue
        const apart = Math.hypot(...second.vector.map((x, d) => third.vector[d] - x))
        if (near(apart, 1)) found.push([[homePlace(i), placeOf(second), placeOf(third)], carriers])
      }
    }
  })
  if (found.length === 0) refuse(`${field}.distances`, distances, 'the distances of three sites of the lattice')
  return found
}

/** One way to write the places of a cluster, its first in the home cell, and the order in which they were given. */
const canonicalCluster = (places: readonly Place[]) => {
  let best: { key: string; order: number[]; places: Place[] } | undefined
  places.forEach((first, k) => {
    const moved = places.map(place => shifted(place, minus(first.image)))
    const rest = places.map((_, i) => i).filter(i => i !== k)
    const keys = moved.map(placeKey)
    rest.sort((a, b) => (keys[a] < keys[b] ? -1 : 1))
    const order = [k, ...rest]
    const key = order.map(i => keys[i]).join(' ')
    if (best === undefined || key < best.key) best = { key, order, places: order.map(i => moved[i]) }
  })
  return best!
}

/** Distance of two places [Å]. */
export const between = (geometry: SiteGeometry, a: Place, b: Place): number => {
  const [p, q] = [positionOf(geometry, a), positionOf(geometry, b)]
  return Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2])
}
