/** Saddles of moves of one ion or of two between sites of a host, with other ions on sites nearby. */
import { elementOf } from '../crystal/elements.ts'
import { toCartesian, toFractional } from '../crystal/lattice.ts'
import { minimumImage } from '../crystal/minimum-image.ts'
import { type Structure, withAtoms } from '../crystal/structure.ts'
import { supercell } from '../crystal/supercell.ts'
import { report, type Search } from '../engine/search.ts'
import { canonical } from '../lattice/fit/enumerate.ts'
import { closePairs } from '../lattice/fit/from-terms.ts'
import { type SiteGroup, type SiteSupercell, siteSupercell } from '../lattice/fit/site-group.ts'
import { inverse, rowsTimes } from '../math/mat3.ts'
import { lowestModes } from '../migration/modes.ts'
import { vibrationalPrefactor } from '../migration/prefactor.ts'
import { type Relaxation, relax } from '../migration/relax.ts'
import { relaxRoute } from '../migration/relax-route.ts'
import { extrapolationOf, type Route, sameState } from '../migration/route.ts'
import { silent } from '../migration/stages.ts'
import { farAtom, type RelaxedEnergiesOptions, type RelaxedEnergy } from './relaxed-energies.ts'
import { hostDrift, sitesOfIons } from './site-map.ts'

/** A curvature below this leads downhill [eV/Å²]: above what difference quotients and a tolerance of forces leave. */
const downhill = -0.05

/** A site of some primitive cell: `[site, a, b, c]`. */
export type PlaceIndex = readonly [number, number, number, number]

/** A move to be looked at; plain data. */
export type HopRequest = {
  readonly label: string
  /** Supercell, [9]. */
  readonly matrix: readonly number[]
  /** Carriers from 1. */
  readonly movers: readonly { readonly carrier: number; readonly from: PlaceIndex; readonly to: PlaceIndex }[]
  /** Ions that stay. */
  readonly others: readonly { readonly carrier: number; readonly at: PlaceIndex }[]
  /** The others are held on their sites, and one far atom of the host where it is; else they relax like all else. */
  readonly hold?: boolean
  /** Attempt frequency from partial Hessians, of the atoms this near to a mover [Å]; not where absent. */
  readonly prefactorWithin?: number
}

/** A relaxed end of a move. */
export type HopState = {
  /** One digit a site, as the ions ended; absent where they are on no sites. */
  readonly arrangement?: string
  /** E − n E_host − Σ N_i E_metal,i of the supercell [eV]. */
  readonly energy: number
}

export type HopBarrier = HopRequest & {
  /** Arrangements before and after, as asked. */
  readonly before: string
  readonly after: string
  readonly start: HopState
  readonly final: HopState
  /** Saddles on the way from one minimum to the other, in order. */
  readonly saddles: readonly HopSaddle[]
  /**
   * `one minimum`: both ends relax into the same state, so there is no saddle between them beyond the higher end.
   * Else how the path search ended.
   */
  readonly outcome: Route['outcome'] | 'one minimum'
  /** The saddle of the move itself: the one whose movers are nearest to half way. */
  readonly saddle?: number
  /** ν₀ [1/s]. */
  readonly attemptFrequency?: number
  readonly extrapolation?: number
}

export type HopSaddle = {
  /** On the scale of the states [eV]. */
  readonly energy: number
  readonly outcome: Route['outcome']
  /** Exactly one mode downhill and no force. */
  readonly verified: boolean
  /** From each mover to the middle between the ends of its hop [Å]. */
  readonly fromMiddle: readonly number[]
  /** Of two movers, their distance [Å]. */
  readonly separation?: number
}

export type HopBarriersOptions = RelaxedEnergiesOptions & {
  /** Images of a path; 7 where absent. */
  readonly images?: number
  /** Count the modes downhill at saddles; true where absent. */
  readonly verify?: boolean
}

export type HopBarriersProgress = { readonly done: number; readonly of: number; readonly label: string }

/** Moves one after the other. */
export function* hopBarriers(
  host: Structure,
  group: SiteGroup,
  requests: readonly HopRequest[],
  o: HopBarriersOptions,
): Search<HopBarriersProgress, HopBarrier[]> {
  const found: HopBarrier[] = []
  for (const request of requests) {
    yield* report<HopBarriersProgress>({ done: found.length, of: requests.length, label: request.label })
    found.push(yield* hopBarrier(host, group, request, o))
  }
  return found
}

/**
 * One move: the start relaxed with its cell, the end in that cell, the path between them, its saddles.
 *
 * Where a site is no minimum the ion slides into one; the path then goes on from there, and the saddle is still that of the way
 * between the two sites. Its energy is given on the scale of states, so that E_KRA can be taken against whatever energies the
 * lattice gives its ends.
 *
 * @param host  primitive cell of the host, relaxed
 */
export function* hopBarrier(
  host: Structure,
  group: SiteGroup,
  request: HopRequest,
  o: HopBarriersOptions,
): Search<HopBarriersProgress, HopBarrier> {
  const { movers, others, matrix } = request
  const cell = siteSupercell(group, matrix)
  const big = supercell(host, cell.matrix)
  const carriers = [...others.map(one => one.carrier), ...movers.map(one => one.carrier)]
  const symbols = carriers.map(carrier => o.carriers[carrier - 1])
  const n = big.species.length
  const moving = movers.map((_, m) => n + others.length + m)
  const at = (end: 'from' | 'to') => [...others.map(one => one.at), ...movers.map(one => one[end])]
  const placed = (end: 'from' | 'to') =>
    withAtoms(
      big,
      symbols,
      at(end).flatMap(place => [...positionOf(group, place)]),
    )
  const forceTolerance = o.forceTolerance ?? 0.02
  const before = arrangementOf(cell, carriers, at('from'))
  const after = arrangementOf(cell, carriers, at('to'))
  const begun = placed('from')
  const held = request.hold ? [...others.map((_, k) => n + k), farAtom(begun, carriers.length)] : []
  const fixed = held.length > 0 ? { fixed: held } : {}
  const start = yield* silent<HopBarriersProgress, unknown, Relaxation>(
    relax(begun, { cell: o.cell ?? true, forceTolerance, maxSteps: o.maxSteps ?? 300, ...fixed }),
  )
  // the end goes into the cell of the start, at the same fractions
  const end = placed('to')
  const strain = rowsTimes(inverse(big.lattice), start.structure.lattice)
  const inCell = { ...end, lattice: start.structure.lattice, positions: rowsTimes(end.positions, strain) }
  const final = yield* silent<HopBarriersProgress, unknown, Relaxation>(
    relax(inCell, { forceTolerance, maxSteps: o.maxSteps ?? 300, ...fixed }),
  )
  const metals = carriers.reduce((sum, carrier) => sum + o.metals[carrier - 1], 0)
  const scale = (energy: number) => energy - cell.cells * o.empty - metals
  const exclusions = closePairs(group, cell, o.exclusion)
  const stateOf = (relaxed: Relaxation): HopState => {
    const { sigma } = sitesOfIons(group, cell, big, relaxed.structure, carriers, { reach: o.reach ?? 1.5, exclusions })
    return { energy: scale(relaxed.energy), ...(sigma ? { arrangement: sigma.join('') } : {}) }
  }
  const head = { ...request, before, after, start: stateOf(start), final: stateOf(final) }
  if (sameState(start.structure, final.structure)) return { ...head, saddles: [], outcome: 'one minimum' }
  const route = yield* silent<HopBarriersProgress, unknown, Route>(
    relaxRoute(start, final, {
      movers: moving,
      images: o.images ?? 7,
      forceTolerance: 0.05,
      verify: o.verify ?? true,
      name: request.label,
      ...fixed,
    }),
  )
  const middles = movers.map(({ from, to }) => {
    const [a, b] = [positionOf(group, from), positionOf(group, to)]
    return toFractional(
      [0, 1, 2].map(d => (a[d] + b[d]) / 2),
      big.lattice,
    )
  })
  const ideal = toFractional(big.positions, big.lattice)
  const saddles = route.paths.flatMap((path, p): (Mutable<HopSaddle> & { image: Structure; from: Structure })[] => {
    if (path.climber <= 0) return []
    const image = path.images[path.climber]
    const nearest = minimumImage(image.lattice, image.periodic)
    const f = toFractional(image.positions, image.lattice)
    const drift = hostDrift(ideal, f, n)
    const length = (v: ArrayLike<number>) => {
      const r = toCartesian(v, image.lattice)
      nearest(r)
      return Math.hypot(r[0], r[1], r[2])
    }
    const [one, two] = moving
    return [
      {
        energy: scale(path.energies[path.climber]),
        outcome: path.outcome,
        verified: route.saddles[p]?.verified ?? false,
        fromMiddle: moving.map((i, m) => length([0, 1, 2].map(d => f[3 * i + d] - drift[d] - middles[m][d]))),
        ...(two === undefined ? {} : { separation: length([0, 1, 2].map(d => f[3 * one + d] - f[3 * two + d])) }),
        image,
        from: path.images[0],
      },
    ]
  })
  const off = saddles.map(one => Math.max(...one.fromMiddle))
  const saddle = off.indexOf(Math.min(...off))
  let attemptFrequency: number | undefined
  if (request.prefactorWithin !== undefined && saddle >= 0) {
    const { image, from } = saddles[saddle]
    const atoms = around(image, moving, request.prefactorWithin)
    const mass = Object.fromEntries(image.species.map(symbol => [symbol, elementOf(symbol)?.mass ?? Number.NaN]))
    const found = yield* vibrationalPrefactor<HopBarriersProgress>(from, image, { atoms, mass })
    if (Number.isFinite(found.attemptFrequency)) attemptFrequency = found.attemptFrequency
  }
  // two ions at once may sit on a ridge between two ways, one first or the other: each ion's own step is looked along
  if (moving.length > 1 && (o.verify ?? true))
    for (const one of saddles) {
      if (!one.verified) continue
      const guesses = moving.map((i, m) => {
        const v = new Float64Array(one.image.positions.length)
        const [a, b] = [positionOf(group, movers[m].from), positionOf(group, movers[m].to)]
        for (let d = 0; d < 3; d++) v[3 * i + d] = b[d] - a[d]
        return v
      })
      const modes = yield* lowestModes<HopBarriersProgress>(one.image, { count: 2, guesses, ...fixed })
      if (modes.curvatures.filter(value => value < downhill).length > 1) one.verified = false
    }
  const extrapolation = extrapolationOf(route)
  return {
    ...head,
    saddles: saddles.map(({ image: _image, from: _from, ...one }) => one),
    outcome: route.outcome,
    ...(saddle >= 0 ? { saddle } : {}),
    ...(attemptFrequency === undefined ? {} : { attemptFrequency }),
    ...(extrapolation === undefined ? {} : { extrapolation }),
  }
}

/** The relaxed starts of moves as energies of arrangements: those of ions that were held, or that relaxed nowhere, left out. */
export const startEnergies = (group: SiteGroup, runs: readonly HopBarrier[], formulaUnits: number): RelaxedEnergy[] =>
  runs.flatMap(({ matrix, before, start, hold, extrapolation }): RelaxedEnergy[] => {
    if (hold || start.arrangement === undefined) return []
    const cell = siteSupercell(group, matrix)
    const standard = (digits: string) => canonical(cell, Uint8Array.from(digits, Number)).join('')
    return [
      {
        matrix,
        arrangement: before,
        energy: start.energy / (cell.cells * formulaUnits),
        ended: standard(start.arrangement),
        moved: standard(start.arrangement) !== standard(before),
        outcome: 'converged',
        ...(extrapolation === undefined ? {} : { extrapolation }),
      },
    ]
  })

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** [Å], in the frame of the primitive cell. */
export const positionOf = ({ cell, fractional }: SiteGroup, [site, a, b, c]: PlaceIndex): Float64Array =>
  toCartesian([fractional[3 * site] + a, fractional[3 * site + 1] + b, fractional[3 * site + 2] + c], cell)

/** Index of a place among the sites of a supercell. */
export const siteAt = (cell: SiteSupercell, [site, a, b, c]: PlaceIndex): number =>
  cell.cellAt(a, b, c) * cell.sites + site

const arrangementOf = (cell: SiteSupercell, carriers: readonly number[], places: readonly PlaceIndex[]): string => {
  const sigma = new Uint8Array(cell.cells * cell.sites)
  places.forEach((place, m) => {
    sigma[siteAt(cell, place)] = carriers[m]
  })
  return sigma.join('')
}

/** The movers and the atoms within a distance of one of them. */
const around = ({ species, lattice, positions, periodic }: Structure, moving: readonly number[], reach: number) => {
  const nearest = minimumImage(lattice, periodic)
  const v = new Float64Array(3)
  return species
    .map((_, i) => i)
    .filter(i =>
      moving.some(m => {
        for (let d = 0; d < 3; d++) v[d] = positions[3 * i + d] - positions[3 * m + d]
        nearest(v)
        return Math.hypot(...v) <= reach
      }),
    )
}
