/** The table of mechanisms: what stands in a row, and how a finished route becomes one. */
import { nearestDistance } from '../crystal/minimum-image.ts'
import type { Structure } from '../crystal/structure.ts'
import type { Decomposition } from './decomposition.ts'
import { extrapolationOf, type Route } from './route.ts'

/**
 * - `concerted`: both at once.
 * - `leader first`, `follower first`: one after the other, over the relaxed state between.
 * - `alone`: each ion in the host without the other.
 * - `other still`: each ion while the other stays in its first site. Of like ions, here and one after the other, the one
 *   that arrives need not be the one that left: it may push the other on and take its place.
 * - `strained`: each ion alone in the cell that the other one relaxes to.
 * - `beside`: each ion alone with a neighbour site filled.
 */
export const mechanisms = [
  'concerted',
  'leader first',
  'follower first',
  'alone',
  'other still',
  'strained',
  'beside',
] as const
export type Mechanism = (typeof mechanisms)[number]

export type MechanismRow = {
  readonly mechanism: Mechanism
  readonly label: string
  /** `site taken`: an ion would step into the other; `no state between`: the state between falls into an end state. */
  readonly outcome: Route['outcome'] | 'site taken' | 'no state between'
  /** Highest saddle above the state that the mechanism starts from [eV]. */
  readonly barrier?: number
  /** The same above the lowest known state of the same ions: apart, or together. */
  readonly barrierFromGround?: number
  readonly backward?: number
  /** E_KRA [eV]. */
  readonly kineticallyResolved?: number
  /** True where every saddle of the route is a first-order saddle without force. */
  readonly verified?: boolean
  readonly why?: string
  /** Largest extrapolation of its states and final images [–]: over 1 the potential was asked outside its training. */
  readonly extrapolation?: number
  readonly route?: Route
  readonly profile?: Profile
}

/** Energy and separation along a route. */
export type Profile = {
  /** Path coordinate [Å]. */
  readonly s: Float64Array
  /** Above the first state [eV]. */
  readonly energy: Float64Array
  /** Distance of the two ions, nearest images [Å]; of one ion none. */
  readonly separation?: Float64Array
  readonly images: readonly Structure[]
}

export type MechanismTable = {
  readonly rows: readonly MechanismRow[]
  /** Energies of states [eV]: the pair at the start, the lowest pair state, and the two ions apart (E_A + E_B − E_host). */
  readonly reference: {
    readonly pair?: number
    readonly ground?: number
    readonly apart?: number
    readonly host?: number
  }
  /** The pair's barrier against each lone ion's, in parts; where both were computed. */
  readonly decomposition: readonly Decomposition[]
  /** Largest extrapolation of all that the table rests on [–]; absent where the engine does not say. */
  readonly extrapolation?: number
  readonly forceCalls: number
}

/** A finished route as a row of the table. */
export const rowOf = (
  mechanism: Mechanism,
  label: string,
  route: Route,
  ions?: readonly [number, number],
): MechanismRow => {
  const first = route.states[0].energy
  const last = route.states[route.states.length - 1].energy
  const looked = route.saddles.filter(one => one !== undefined)
  const why = looked.filter(one => !one.verified).map(one => one.why)
  return {
    mechanism,
    label,
    outcome: route.outcome,
    barrier: route.forward,
    backward: route.backward,
    kineticallyResolved: route.forward + first - (first + last) / 2,
    ...(looked.length > 0 ? { verified: why.length === 0 } : {}),
    ...(why.length > 0 ? { why: [...new Set(why)].join('; ') } : {}),
    ...graded(extrapolationOf(route)),
    route,
    profile: profileOf(route, ions),
  }
}

/** Largest extrapolation as a field, where there is one. */
export const graded = (extrapolation: number | undefined): { readonly extrapolation?: number } =>
  extrapolation === undefined ? {} : { extrapolation }

/** Energy and separation along the images of all paths of a route; where two paths meet there is one image. */
export const profileOf = (route: Route, ions?: readonly [number, number]): Profile => {
  const images: Structure[] = []
  const s: number[] = []
  const energy: number[] = []
  const zero = route.paths[0].energies[0]
  let offset = 0
  route.paths.forEach((path, p) => {
    path.images.forEach((image, i) => {
      if (p > 0 && i === 0) return
      images.push(image)
      s.push(offset + path.s[i])
      energy.push(path.energies[i] - zero)
    })
    offset += path.s[path.s.length - 1]
  })
  const distance = nearestDistance(images[0])
  return {
    s: Float64Array.from(s),
    energy: Float64Array.from(energy),
    ...(ions
      ? {
          separation: Float64Array.from(images, ({ positions }) =>
            distance(
              positions.subarray(3 * ions[0], 3 * ions[0] + 3),
              positions.subarray(3 * ions[1], 3 * ions[1] + 3),
            ),
          ),
        }
      : {}),
    images,
  }
}
