import type { Structure } from '../crystal/structure.ts'
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
  /**
   * U(top) − U(start), U = E_AB − E_A − E_B + E_host with every atom where the pair's path has it: what the two ions do to
   * each other directly.
   */
  readonly interaction: number
  /**
   * The two lone ions' relaxed energies, each at the place where the pair's path has it, at the top less those at the
   * start, less the lone barrier: two corrugations seen out of step.
   */
  readonly phaseShift: number
  /** The rest: what the lattice that both ions share gives or takes. */
  readonly lattice: number
  /** U along the images of the path. */
  readonly interactionAlong: Float64Array
  /** Image of the path at its top. */
  readonly top: number
}

/**
 *   E_b(pair) − E_b(alone) = ΔU + [Δ(E_A(x_A) + E_B(x_B)) − E_b(alone)] + lattice
 *
 * @param energies     of the pair's images [eV]
 * @param interaction  U of each [eV]
 * @param positions    index of each ion among the atoms of the images
 * @param alone        routes of the lone ions; their ion is atom `at`
 */
export const decompose = (o: {
  readonly ion: 'leader' | 'follower'
  readonly energies: Float64Array
  readonly interaction: Float64Array
  readonly images: readonly Structure[]
  readonly positions: Readonly<Record<'leader' | 'follower', number>>
  readonly alone: Readonly<Record<'leader' | 'follower', Route>>
  readonly at: number
}): Decomposition => {
  const { ion, energies: E, interaction: U, images } = o
  let top = 0
  for (let i = 1; i < E.length; i++) if (E[i] > E[top]) top = i
  const siteEnergy = (i: number) =>
    (['leader', 'follower'] as const).reduce(
      (sum, who) => sum + loneEnergy(o.alone[who], o.at, placeOf(images[i], o.positions[who])),
      0,
    )
  const pair = E[top] - E[0]
  const alone = o.alone[ion].forward
  const direct = U[top] - U[0]
  const phaseShift = siteEnergy(top) - siteEnergy(0) - alone
  return {
    ion,
    pair,
    alone,
    difference: pair - alone,
    interaction: direct,
    phaseShift,
    lattice: pair - alone - direct - phaseShift,
    interactionAlong: U,
    top,
  }
}

const placeOf = ({ positions }: Structure, atom: number) => positions.subarray(3 * atom, 3 * atom + 3)

/** Energy of a lone ion's path at the point of its broken line that is nearest to a place [eV]. */
const loneEnergy = (route: Route, atom: number, r: ArrayLike<number>): number => {
  let best = Number.POSITIVE_INFINITY
  let energy = 0
  for (const path of route.paths)
    for (let i = 0; i < path.images.length - 1; i++) {
      const a = placeOf(path.images[i], atom)
      const b = placeOf(path.images[i + 1], atom)
      let along = 0
      let length = 0
      for (let d = 0; d < 3; d++) {
        along += (r[d] - a[d]) * (b[d] - a[d])
        length += (b[d] - a[d]) ** 2
      }
      const t = length > 0 ? Math.max(0, Math.min(1, along / length)) : 0
      let off = 0
      for (let d = 0; d < 3; d++) off += (r[d] - a[d] - t * (b[d] - a[d])) ** 2
      if (off < best) {
        best = off
        // a smooth step between images: the ends of a piece are level where they are extrema, near enough elsewhere
        energy = path.energies[i] + t * (path.energies[i + 1] - path.energies[i])
      }
    }
  return energy
}
