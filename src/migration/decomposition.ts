import type { Structure } from '../crystal/structure.ts'
import { onlyAtoms } from '../crystal/void-candidates.ts'
import { evaluated, type Search } from '../engine/search.ts'
import type { Route } from './route.ts'

/** Why the barrier of a pair differs from that of one of its ions alone; the parts add up, energies [eV]. */
export type Decomposition = {
  /** The ion whose lone barrier is compared with. */
  readonly ion: 'leader' | 'follower'
  /** Barrier of the pair moving at once, from its own start. */
  readonly pair: number
  readonly alone: number
  /** pair − alone */
  readonly difference: number
  /** ΔU: what the two ions do to each other directly. */
  readonly interaction: number
  /** Δ(s_A + s_B) − Δs alone: two corrugations seen out of step. */
  readonly phaseShift: number
  /** ΔE_host − ΔE_host alone: what bending the lattice costs the pair more than the lone ion. */
  readonly lattice: number
  /** U along the images of the pair's path. */
  readonly interactionAlong: Float64Array
  /** Image of the pair's path at its top. */
  readonly top: number
  /** Largest extrapolation of the structures without ions that it rests on [–]. */
  readonly extrapolation?: number
}

/** Energies along the pair's path with every atom where that path has it: both ions, either one, none [eV]. */
export type Removals = {
  readonly both: Float64Array
  readonly leader: Float64Array
  readonly follower: Float64Array
  readonly host: Float64Array
}

/**
 * With every atom where the path has it, the energy of two ions in a host is exactly
 *
 *   E_AB = E_host + s_A + s_B + U,  s_A = E_A − E_host,  U = E_AB − E_A − E_B + E_host
 *
 * (a lone ion: E_A = E_host + s_A), so the difference of two barriers parts into interaction, sites and lattice.
 *
 * @param along  the pair's path
 * @param alone  barrier of the lone ion, and by how much the host without it rises from its start to its saddle
 */
export const decompose = (
  ion: 'leader' | 'follower',
  along: Removals,
  alone: { readonly barrier: number; readonly host: number },
): Decomposition => {
  const { both, leader, follower, host } = along
  const interactionAlong = both.map((e, i) => e - leader[i] - follower[i] + host[i])
  let top = 0
  for (let i = 1; i < both.length; i++) if (both[i] > both[top]) top = i
  const rise = (values: Float64Array) => values[top] - values[0]
  const sites = rise(leader) + rise(follower) - 2 * rise(host)
  return {
    ion,
    pair: rise(both),
    alone: alone.barrier,
    difference: rise(both) - alone.barrier,
    interaction: rise(interactionAlong),
    phaseShift: sites - (alone.barrier - alone.host),
    lattice: rise(host) - alone.host,
    interactionAlong,
    top,
  }
}

/**
 * The barrier of a pair that moves at once against that of each of its ions alone, in parts: the structures along the paths
 * are asked for again without one ion, without the other, without both.
 *
 * @param alone      the routes of the lone ions
 * @param hostAtoms  atoms of the host; the leader is the one behind them, the follower the last
 */
export function* decomposed<P>(
  concerted: Route,
  alone: { readonly leader: Route; readonly follower: Route },
  hostAtoms: number,
): Search<P, { readonly decomposition: readonly Decomposition[]; readonly forceCalls: number }> {
  const images = concerted.paths.flatMap(path => path.images)
  const ions = ['leader', 'follower'] as const
  const [leader, follower] = [hostAtoms, hostAtoms + 1]
  const asked = [
    ...[[follower], [leader], [leader, follower]].flatMap(gone => images.map(image => removed(image, gone))),
    ...ions.flatMap(ion => endsOf(alone[ion])).map(image => removed(image, [hostAtoms])),
  ]
  const answers = yield* evaluated<P>(asked)
  const m = images.length
  const energiesOf = (k: number) => Float64Array.from({ length: m }, (_, i) => answers[k * m + i].energy)
  const along: Removals = {
    both: Float64Array.from(concerted.paths.flatMap(path => [...path.energies])),
    leader: energiesOf(0),
    follower: energiesOf(1),
    host: energiesOf(2),
  }
  const grades = answers.flatMap(answer => answer.extrapolation ?? [])
  return {
    decomposition: ions.map((ion, k) => {
      const rise = answers[3 * m + 2 * k + 1].energy - answers[3 * m + 2 * k].energy
      return {
        ...decompose(ion, along, { barrier: alone[ion].forward, host: rise }),
        ...(grades.length > 0 ? { extrapolation: Math.max(...grades) } : {}),
      }
    }),
    forceCalls: asked.length,
  }
}

/** First image of a route and the highest of all. */
const endsOf = ({ paths }: Route): readonly [Structure, Structure] => {
  let best = { energy: Number.NEGATIVE_INFINITY, image: paths[0].images[0] }
  for (const path of paths)
    path.energies.forEach((energy, i) => {
      if (energy > best.energy) best = { energy, image: path.images[i] }
    })
  return [paths[0].images[0], best.image]
}

const removed = (structure: Structure, gone: readonly number[]): Structure =>
  onlyAtoms(
    structure,
    structure.species.map((_, i) => !gone.includes(i)),
  )
