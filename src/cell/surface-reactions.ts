import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import type { PorousElectrode } from './cell.ts'
import { crowdedSurface } from './crowded-surface.ts'
import { evenSurfaces } from './even-surfaces.ts'
import { linearBelow, type Reaction } from './reaction.ts'
import type { Surfaces } from './surfaces.ts'

/** Concentrations of all species [K] (in scratch) and Δ of point p; `fill`: those of all points from `first` on at once. */
export type PointFields = {
  c: Float64Array
  delta(p: number): number
  load(p: number): void
  fill?(first: number, c: Float64Array, delta: Float64Array): void
}

/** The reactions at all surfaces of an electrode. */
export type SurfaceReactions = {
  /** j of every point [count, n] and Σ_i j_i [count], A/m², of the last evaluation. */
  readonly j: Float64Array
  readonly total: Float64Array
  /** ∂j/∂(surface unknowns) [count, n, width] and ∂j/∂(fields of the reaction) [count, n, K], Δ last. */
  readonly bySurface: Float64Array
  readonly byField: Float64Array
  /** Surface content [n] and potential [n] of a particle, in scratch that the next call overwrites. */
  surface(y: Float64Array, p: number, T: number): { readonly x: Float64Array; readonly mu: Float64Array }
  /** The same of all particles, [count, n] each. */
  surfaces(y: Float64Array, T: number, x: Float64Array, mu: Float64Array): void
  /** j at the point fields alone. `linearised`: y and T may be those of the last `linearise`, whose j is taken where it still stands. */
  react(y: Float64Array, T: number, fields: PointFields, linearised?: boolean): boolean
  linearise(y: Float64Array, T: number, fields: PointFields): boolean
  /** No j is that of a linearisation any more. */
  forget(): void
}

/**
 * @param reaction  the law of one surface; all at once where `local` and the law allows (`even-surfaces.ts`)
 * @param K         its fields: concentrations, then Δ
 */
export const surfaceReactions = (
  spec: PorousElectrode,
  electrolyte: Electrolyte,
  surfaces: Surfaces,
  o: {
    readonly where: 'anode' | 'cathode'
    readonly reaction: Reaction
    readonly K: number
    readonly first: number
    readonly local: boolean
  },
): SurfaceReactions => {
  const { n, count, at: surfaceAt, size, width } = surfaces
  const { reaction, K, first } = o
  const { thermodynamics } = spec.host
  const gradient = width === 2 * n
  const j = new Float64Array(count * n)
  const total = new Float64Array(count)
  const bySurface = new Float64Array(count * n * width)
  const byField = new Float64Array(count * n * K)
  const x = new Float64Array(n)
  const mu = new Float64Array(n)
  const theta = new Float64Array(n * n)
  const out = { x, mu }
  const empty = (i: number): boolean => reaction.emptiness[i] !== 1
  const crowded = crowdedSurface(surfaces, reaction, x)
  const even = o.local && !gradient ? evenSurfaces(spec, electrolyte, surfaces, o) : undefined
  /** j is that of the last `linearise`. */
  let jLinearised = false

  const contents = (y: Float64Array, p: number): void => {
    const at = surfaceAt + p * size
    for (let i = 0; i < n; i++) {
      const content = y[at + i]
      x[i] = content > linearBelow ? content : linearBelow
      reaction.emptiness[i] = content > linearBelow ? 1 : content / linearBelow
    }
    crowded.lower()
  }
  const surface: SurfaceReactions['surface'] = (y, p, T) => {
    contents(y, p)
    thermodynamics.potential(x, T, mu)
    if (gradient) for (let i = 0; i < n; i++) mu[i] += y[surfaceAt + p * size + n + i]
    return out
  }
  const allSurfaces: SurfaceReactions['surfaces'] = (y, T, xs, mus) => {
    const together = gradient ? undefined : thermodynamics.potentials
    for (let p = 0; p < count; p++) {
      if (together) contents(y, p)
      else surface(y, p, T)
      xs.set(x, p * n)
      if (!together) mus.set(mu, p * n)
    }
    together?.(xs, count, T, mus)
  }

  const reactOne = (y: Float64Array, p: number, T: number, fields: PointFields): boolean => {
    surface(y, p, T)
    fields.load(first + p)
    if (!reaction.evaluate(x, mu, fields.delta(first + p), fields.c, T)) return false
    let sum = 0
    for (let i = 0; i < n; i++) {
      const current = reaction.j[i]
      j[p * n + i] = current
      sum += current
    }
    total[p] = sum
    return true
  }

  const lineariseOne = (y: Float64Array, p: number, T: number, fields: PointFields): boolean => {
    if (!reactOne(y, p, T, fields)) return false
    reaction.linearise(x, mu, fields.delta(first + p), fields.c, T)
    thermodynamics.potentialJacobian(x, T, theta)
    for (let i = 0; i < n; i++) if (empty(i)) theta[i * n + i] = 0
    for (let i = 0; i < n; i++) {
      for (let l = 0; l < n; l++) {
        let slope = reaction.byX[i * n + l]
        if (empty(l)) slope += (((l === i ? 1 : 0) - reaction.filmShare[i]) * reaction.byEmptiness[l]) / linearBelow
        for (let m = 0; m < n; m++) slope += reaction.byMu[i * n + m] * theta[m * n + l]
        if (gradient) bySurface[(p * n + i) * width + n + l] = reaction.byMu[i * n + l]
        bySurface[(p * n + i) * width + l] = slope
      }
      for (let m = 0; m < K - 1; m++) byField[(p * n + i) * K + m] = reaction.byC[i * (K - 1) + m]
      byField[(p * n + i) * K + K - 1] = reaction.byDelta[i]
    }
    crowded.slopes(p, bySurface)
    return true
  }

  return {
    j,
    total,
    bySurface,
    byField,
    surface,
    surfaces: allSurfaces,
    react(y, T, fields, linearised = false) {
      if (linearised && jLinearised) return true
      jLinearised = false
      if (even?.ordinary(y, fields)) return even.react(T, j, total)
      for (let p = 0; p < count; p++) if (!reactOne(y, p, T, fields)) return false
      return true
    },
    forget() {
      jLinearised = false
    },
    linearise(y, T, fields) {
      jLinearised = false
      if (even?.ordinary(y, fields)) {
        if (!even.linearise(T, j, total, bySurface, byField)) return false
        jLinearised = true
        return true
      }
      for (let p = 0; p < count; p++) if (!lineariseOne(y, p, T, fields)) return false
      jLinearised = true
      return true
    },
  }
}
