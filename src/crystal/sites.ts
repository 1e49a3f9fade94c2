import { refuse, SimulationError } from '../error.ts'
import { type BondValence, bondValence, isNegativeCarrier, negativeIons } from './bond-valence.ts'
import { clearanceMap } from './clearance.ts'
import { elementOf } from './elements.ts'
import { toCartesian, toFractional } from './lattice.ts'
import { type Orbit, relaxedOrbits } from './relaxed-orbits.ts'
import { onSpecialPosition, orbitOf, type SiteAction, siteAction } from './site-orbits.ts'
import { checkStructure, type Structure, withAtoms } from './structure.ts'
import { latticeDistance, type Symmetry, symmetryOf } from './symmetry.ts'
import { bondValenceCandidates, clearanceCandidates, onlyAtoms } from './void-candidates.ts'

/** A ball of this share of the covalent radius of the smallest carrier must fit at a void [–]. Source: assumed */
const fittingShare = 0.8

/** Places closer than this are one site [Å]. Source: assumed */
const usualMerge = 0.5

/** Neighbours within this many times the nearest one make the coordination [–]. Source: assumed */
const shell = 1.25

/** One kind of site: an orbit of the host's space group. */
export type Sublattice = {
  /** `A` is the roomiest kind, `B` the next. */
  readonly label: string
  /** Multiplicity in the conventional cell and Wyckoff letter of the host's space group: `18f`. */
  readonly wyckoff: string
  readonly siteSymmetry: string
  /** Sites in a primitive cell. */
  readonly count: number
  /** Index of its first site. */
  readonly first: number
  /** Room between all atoms of the host, min |r − r_i| − R_i with covalent radii [Å]. */
  readonly clearance: number
  /** Atoms of the host about the site, nearest first: those that a carrier binds to. */
  readonly neighbours: readonly { readonly species: string; readonly distance: number }[]
  /** By carrier; absent where the table lacks the pair. Screening only. */
  readonly bondValence: Readonly<Record<string, BondValence>>
  /** Carriers that stand there in the file. */
  readonly occupants: readonly string[]
}

/** Sites of the carriers in a host, closed under its space group, in its primitive cell. */
export type SiteSet = {
  readonly carriers: readonly string[]
  /** The host as given, without carriers. */
  readonly host: Structure
  /** Of the host without carriers. */
  readonly symmetry: Symmetry
  readonly origin: 'file' | 'voids' | 'bond-valence'
  /** In cells of `symmetry.primitive`, [n, 3]. */
  readonly fractional: Float64Array
  /** [Å], [n, 3] */
  readonly positions: Float64Array
  /** Index into `sublattices`, [n]. */
  readonly sublattice: Int32Array
  readonly sublattices: readonly Sublattice[]
  readonly action: SiteAction
  readonly notes: readonly string[]
}

export type SiteOptions = {
  /** Element symbols of the mobile ions. */
  readonly carriers: readonly string[]
  /** `file`: where carriers stand; `voids`: by clearance; `bond-valence`: by that map. Else `file` where it holds carriers. */
  readonly from?: 'file' | 'voids' | 'bond-valence'
  /** Least room at a void [Å]; else 0.8 of the covalent radius of the smallest carrier. */
  readonly clearance?: number
  /** Places closer than this are one site [Å], default 0.5. */
  readonly merge?: number
  /** To which atoms coincide [Å], default 0.01. */
  readonly tolerance?: number
  /** Radii by element [Å] in place of covalent ones. */
  readonly radii?: Readonly<Record<string, number>>
  /** Charges of carriers [e], for `bond-valence`; default 1. */
  readonly charges?: Readonly<Record<string, number>>
  /** Moves one ion (the last atom) to its place in a cell of the host; found sites follow it. */
  readonly relax?: (structure: Structure) => Structure
}

/**
 * Sites of mobile ions: where the file has them, or voids of the host, completed by the host's space group, merged and
 * sorted into sublattices.
 *
 * @throws SimulationError (`input`) where nothing but carriers is there, or no site is found
 */
export const findSites = (structure: Structure, o: SiteOptions): SiteSet => {
  checkStructure(structure)
  const { carriers } = o
  if (carriers.length === 0 || carriers.some(symbol => radiusOf(symbol) === undefined))
    refuse('carriers', carriers.join(','), 'element symbols of the mobile ions')
  const merge = o.merge ?? usualMerge
  if (!(merge > 0 && merge < 3)) refuse('merge', merge, 'a number > 0 and < 3 [Å]')
  const mobile = structure.species.map(symbol => carriers.includes(symbol))
  const host = onlyAtoms(
    structure,
    mobile.map(is => !is),
  )
  if (host.species.length === 0)
    refuse('carriers', carriers.join(','), 'mobile ions only: without them nothing is left of the structure')
  const symmetry = symmetryOf(host, o.tolerance === undefined ? {} : { tolerance: o.tolerance })
  const origin = o.from ?? (mobile.includes(true) ? 'file' : 'voids')
  const { primitive, operations } = symmetry
  const A = primitive.lattice
  const facing = facingAtoms(primitive, carriers)
  const notes: string[] = []

  const orbits: Orbit[] = []
  const add = (position: ArrayLike<number>, occupant?: string) => {
    const f = onSpecialPosition(Array.from(toFractional(position, A)), operations, A, merge)
    const known = orbits.find(orbit => orbit.points.some(p => latticeDistance(p, 0, f, 0, A) < merge))
    if (known === undefined)
      orbits.push({ points: orbitOf(f, operations, A, merge / 4), occupants: new Set(occupant ? [occupant] : []) })
    else if (occupant) known.occupants.add(occupant)
  }
  if (origin === 'file') {
    const guests = onlyAtoms(structure, mobile)
    if (guests.species.length === 0) refuse('carriers', carriers.join(','), 'carriers that the file holds')
    guests.species.forEach((symbol, i) => {
      add(guests.positions.subarray(3 * i, 3 * i + 3), symbol)
    })
  } else {
    for (const { position } of candidatesOf(primitive, facing, origin, o)) add(position)
  }
  if (orbits.length === 0)
    throw new SimulationError(
      `sites: no void of the host takes a ball of ${leastRoom(o).toFixed(2)} Å; a smaller clearance finds narrower ones`,
      { code: 'input', at: 'clearance' },
    )
  const relaxed = o.relax ? relaxedOrbits(orbits, symmetry, carriers[0], merge, o.relax, notes) : orbits
  return described(relaxed, { carriers, host, symmetry, origin, facing, merge, notes, radii: o.radii ?? {} })
}

const radiusOf = (symbol: string): number | undefined => elementOf(symbol)?.covalentRadius

const leastRoom = (o: SiteOptions): number =>
  o.clearance ?? fittingShare * Math.min(...o.carriers.map(symbol => radiusOf(symbol)!))

/** Atoms that carriers sit between: the negative ions of the host, or the positive ones for negative carriers. */
const facingAtoms = (host: Structure, carriers: readonly string[]): boolean[] => {
  const negative = negativeIons(host)
  const facing = carriers.every(isNegativeCarrier) ? negative.map(is => !is) : negative
  return facing.includes(true) ? facing : facing.map(() => true)
}

const candidatesOf = (host: Structure, facing: boolean[], origin: 'voids' | 'bond-valence', o: SiteOptions) => {
  const common = { facing, least: leastRoom(o), ...(o.radii ? { radii: o.radii } : {}) }
  if (origin === 'voids') return clearanceCandidates(host, common)
  return o.carriers.flatMap(
    carrier =>
      bondValenceCandidates(host, { ...common, carrier, charge: o.charges?.[carrier] ?? 1 }) ??
      refuse('carriers', carrier, 'carriers whose bonds to every atom of the host are in the table of bond valences'),
  )
}

const described = (
  orbits: readonly Orbit[],
  o: Pick<SiteSet, 'carriers' | 'host' | 'symmetry' | 'origin' | 'notes'> & {
    readonly facing: readonly boolean[]
    readonly merge: number
    readonly radii: Readonly<Record<string, number>>
  },
): SiteSet => {
  const { symmetry, carriers, facing } = o
  const { primitive, operations, centring } = symmetry
  const A = primitive.lattice
  const map = clearanceMap(primitive, o.radii)
  const roomy = orbits
    .map(orbit => ({ orbit, clearance: map.at(toCartesian(orbit.points[0], A)) }))
    .sort((a, b) => b.clearance - a.clearance || a.orbit.points.length - b.orbit.points.length)
  const wyckoff = wyckoffOf(
    symmetry,
    roomy.map(({ orbit }) => orbit.points),
  )
  const points: number[][] = []
  const sublattice: number[] = []
  const sublattices = roomy.map(({ orbit, clearance }, s): Sublattice => {
    const first = points.length
    points.push(...orbit.points)
    sublattice.push(...orbit.points.map(() => s))
    const r = toCartesian(orbit.points[0], A)
    const near = map.around(r)
    const bound = Array.from({ length: near.count }, (_, k) => k)
      .filter(k => facing[near.index[k]])
      .map(k => ({ species: primitive.species[near.index[k]], distance: near.distance[k] }))
      .sort((a, b) => a.distance - b.distance)
    const valences = carriers.flatMap(carrier => {
      const v = bondValence(primitive, near, carrier, facing)
      return v ? [[carrier, v] as const] : []
    })
    const { letter, siteSymmetry } = wyckoff[s]
    return {
      label: labelOf(s),
      wyckoff: `${orbit.points.length * centring}${letter}`,
      siteSymmetry,
      count: orbit.points.length,
      first,
      clearance,
      neighbours: bound.filter(one => one.distance <= shell * bound[0].distance),
      bondValence: Object.fromEntries(valences),
      occupants: [...orbit.occupants],
    }
  })
  const fractional = Float64Array.from(points.flat())
  return {
    carriers,
    host: o.host,
    symmetry,
    origin: o.origin,
    fractional,
    positions: toCartesian(fractional, A),
    sublattice: Int32Array.from(sublattice),
    sublattices,
    action: siteAction(fractional, operations, A, o.merge / 4),
    notes: o.notes,
  }
}

/** Letter and site symmetry of every orbit, from the host with marks on their points, of another kind for each orbit. */
const wyckoffOf = (symmetry: Symmetry, orbits: readonly (readonly number[][])[]) => {
  const { primitive, tolerance } = symmetry
  const marked = withAtoms(
    primitive,
    orbits.flatMap((points, s) => points.map(() => `*${s}`)),
    toCartesian(orbits.flat(2), primitive.lattice),
  )
  // a mark may share its place with an atom that is there in part: what fills places in part is one place
  const occupancy = Float64Array.from(marked.species, (_, i) =>
    i < primitive.species.length ? (primitive.occupancy?.[i] ?? 1) : 0.5,
  )
  const found = symmetryOf({ ...marked, occupancy }, { tolerance })
  let at = primitive.species.length
  return orbits.map(points => {
    const first = at
    at += points.length
    return { letter: found.wyckoff[first], siteSymmetry: found.siteSymmetry[first] }
  })
}

const labelOf = (s: number): string => String.fromCharCode(65 + (s % 26)) + (s < 26 ? '' : String(Math.floor(s / 26)))

/** Only the named sublattices of a set of sites, their labels kept. */
export const onlySublattices = (sites: SiteSet, labels: readonly string[]): SiteSet => {
  const unknown = labels.find(label => !sites.sublattices.some(one => one.label === label))
  if (unknown !== undefined || labels.length === 0)
    refuse('sublattices', unknown ?? 'none', sites.sublattices.map(one => one.label).join(', '))
  const kept = sites.sublattices.filter(one => labels.includes(one.label))
  const index = kept.flatMap(one => Array.from({ length: one.count }, (_, k) => one.first + k))
  const pick = (values: Float64Array) => Float64Array.from(index.flatMap(i => [...values.subarray(3 * i, 3 * i + 3)]))
  const fractional = pick(sites.fractional)
  const { primitive, operations } = sites.symmetry
  let first = 0
  return {
    ...sites,
    fractional,
    positions: pick(sites.positions),
    sublattice: Int32Array.from(kept.flatMap((one, s) => new Array<number>(one.count).fill(s))),
    sublattices: kept.map(one => {
      const here = { ...one, first }
      first += one.count
      return here
    }),
    action: siteAction(fractional, operations, primitive.lattice, usualMerge / 4),
  }
}
