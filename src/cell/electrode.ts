import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import type { VectorMemory } from '../math/vector-loop.ts'
import { F, secondsPerHour } from '../units.ts'
import type { PorousElectrode } from './cell.ts'
import { type CondensedSurfaces, condensedSurfaces } from './condensed-surfaces.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { particlesOf, radialMeshOf } from './particles-of.ts'
import { type Reaction, reactionOf } from './reaction.ts'
import { type SurfaceBounds, surfaceBounds } from './surface-bounds.ts'
import { type PointFields, type SurfaceReactions, surfaceReactions } from './surface-reactions.ts'
import { surfaceRepair } from './surface-repair.ts'
import { surfacesOf } from './surfaces.ts'

/**
 * One porous electrode as the rest of the cell sees it: particles at each of its points (`particle.ts`), their reactions
 * (`surface-reactions.ts`), and the condensation of both into j(c, Δ) of the point (`condensed-surfaces.ts`),
 * dj = J_eff d(fields) + what the particle's own residual drives.
 */
export type Electrode = Omit<SurfaceBounds, 'know'> &
  Omit<SurfaceReactions, 'linearise' | 'forget'> &
  Omit<CondensedSurfaces, 'expand'> & {
    readonly where: 'anode' | 'cathode'
    readonly spec: PorousElectrode
    readonly radial: RadialMesh
    readonly particles: Particles
    readonly reaction: Reaction
    readonly n: number
    /** First unknown of its particles, first point, number of points. */
    readonly base: number
    readonly first: number
    readonly count: number
    /**
     * Net currents [count, n], A/m², of the last `balance`: −(z_i F/V_m) Σ_k v_k ẋ_k of each particle. It is the reaction's j where
     * the equations hold; but where ions exchange fast, j turns a Newton tolerance of 1e-5 V into any current, while the
     * balances are linear, hold to round-off after any Newton iteration, and sum to the current of the cell.
     */
    readonly net: Float64Array
    balance(yp: Float64Array): void
    /**
     * Residual rows of the particles and j at the point fields; c and Δ come from `fields(p)`. `linearised`: y and T are those of the
     * last `jacobian`, whose j is taken where nothing was evaluated since, and where it was `whole` its flows too.
     */
    residual(
      y: Float64Array,
      yp: Float64Array,
      T: number,
      fields: PointFields,
      out: Float64Array,
      linearised?: boolean,
      whole?: boolean,
    ): boolean
    /** `reactions`: of the reactions alone; what was known of the particles stays. */
    jacobian(y: Float64Array, T: number, fields: PointFields, reactions?: boolean): boolean
    /**
     * Brings surfaces below zero or beyond full back, ion for ion (`surface-repair.ts`). `room`: share of a full surface to leave
     * free. True: something was.
     */
    repair(y: Float64Array, room?: number): boolean
    /**
     * Back substitution: surface and shells of every particle from the increments of its point's fields (c_1 … c_{K−1}, φ_e, Δ),
     * which stand in `from` (rhs) at `start` for its first point, those of the next `stride` further.
     */
    expand(rhs: Float64Array, K: number, start: number, stride: number, from?: Float64Array): void
  }

/**
 * No surface of an accepted state takes or gives this many times what fills or empties its particle in an hour. Where one has leapt far up an
 * exponential of its potential, all corrections are some RT/F over the slope, however far the way: they look as if they had converged.
 */
const runawayRate = 1e10

export const electrodeOf = (
  spec: PorousElectrode,
  electrolyte: Electrolyte,
  where: 'anode' | 'cathode',
  place: {
    base: number
    first: number
    count: number
    shells: number
    /** Where the states of the solver lie. */
    memory?: VectorMemory
    /** Another law than the local one, with as many fields (concentrations, then Δ) as it has columns. */
    reaction?: { readonly law: Reaction; readonly fields: number }
  },
): Electrode => {
  const { base, first, count } = place
  const { host } = spec
  const n = host.carriers.length
  const K = place.reaction?.fields ?? electrolyte.species.length
  const radial = radialMeshOf(spec, place.shells)
  const particles = particlesOf(host, radial, count, place.memory)
  const reaction = place.reaction?.law ?? reactionOf(spec, electrolyte, where)
  const surfaces = surfacesOf(host, particles, base, count)
  const { at: surfaceAt, size } = surfaces
  const local = !place.reaction
  const reactions = surfaceReactions(spec, electrolyte, surfaces, { where, reaction, K, first, local })
  const { j, total, bySurface, byField } = reactions
  // An end found between two steps may leave a particle fuller than full: it is let begin so.
  const begunAt = new Float64Array(count).fill(1)
  const { know, inside, ...bounds } = surfaceBounds(surfaces, begunAt)
  const scale = particles.reaction
  const net = new Float64Array(count * n)
  const rate = new Float64Array(n)
  const volume = radial.volume.reduce((a, b) => a + b, radial.surfaceVolume)
  const runaway = (runawayRate * volume * F) / (host.molarVolume * secondsPerHour)
  return {
    where,
    spec,
    radial,
    particles,
    reaction,
    n,
    base,
    first,
    count,
    net,
    ...bounds,
    ...condensedSurfaces(surfaces, bySurface, byField, K),
    j,
    total,
    bySurface,
    byField,
    surface: reactions.surface,
    surfaces: reactions.surfaces,
    react: (y, T, fields) => reactions.react(y, T, fields),
    repair: surfaceRepair(surfaces, radial, begunAt),
    inside(y, T, leading) {
      for (let p = 0; p < count; p++) if (!(Math.abs(total[p]) < runaway)) return false
      return inside(y, T, leading)
    },
    balance(yp) {
      for (let p = 0; p < count; p++) {
        particles.mean(yp, base, p, rate)
        for (let i = 0; i < n; i++) net[p * n + i] = (-volume * rate[i]) / scale[i]
      }
    },
    residual(y, yp, T, fields, residual, linearised = false, whole = linearised) {
      if (!particles.residual(y, yp, base, T, residual, linearised && whole)) return false
      if (!reactions.react(y, T, fields, linearised)) return false
      for (let p = 0; p < count; p++) {
        const at = surfaceAt + p * size
        for (let i = 0; i < n; i++) residual[at + i] -= scale[i] * j[p * n + i]
      }
      return true
    },
    jacobian(y, T, fields, some = false) {
      reactions.forget()
      if (!some && !particles.jacobian(y, base, T)) return false
      know(y)
      return reactions.linearise(y, T, fields)
    },
  }
}
