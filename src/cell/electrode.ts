import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { invertHalves, invertSmall } from '../math/small-matrix.ts'
import type { VectorMemory } from '../math/vector-loop.ts'
import { F, secondsPerHour } from '../units.ts'
import type { PorousElectrode } from './cell.ts'
import { evenPairReaction } from './even-pair-reaction.ts'
import { evenReaction } from './even-reaction.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { particlesOf, radialMeshOf } from './particles-of.ts'
import { crowdedBelow, depletedBelow, linearBelow, type Reaction, reactionOf } from './reaction.ts'
import { pairSurfaces } from './surface-pair.ts'

/**
 * One porous electrode as the rest of the cell sees it: particles at each of its points, their reactions, and the
 * condensation of both into j(c, Δ) of the point, dj = J_eff d(fields) + what the particle's own residual drives.
 */
export type Electrode = {
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
  /** j of every point [count, n] and Σ_i j_i [count], A/m², of the last residual. */
  readonly j: Float64Array
  readonly total: Float64Array
  /**
   * Net currents [count, n], A/m², of the last `balance`: −(z_i F/V_m) Σ_k v_k ẋ_k of each particle. It is the reaction's j where
   * the equations hold; but where ions exchange fast, j turns a Newton tolerance of 1e-5 V into any current, while the
   * balances are linear, hold to round-off after any Newton iteration, and sum to the current of the cell.
   */
  readonly net: Float64Array
  balance(yp: Float64Array): void
  /** ∂j/∂(c_1 … c_{K−1}, Δ) with the particle condensed, [count, n, K]. */
  readonly effective: Float64Array
  /** j at the point fields alone, without the rows of the particles. */
  react(y: Float64Array, T: number, fields: PointFields): boolean
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
   * Brings surfaces below zero or beyond full back, from and into the shell beneath them, and whole particles towards their mean
   * where more is out of range, ion for ion; a particle that is fuller than full all the same is let begin so, and get no fuller.
   * `room`: share of a full surface to leave free. True: something was.
   */
  repair(y: Float64Array, room?: number): boolean
  /**
   * Whether every surface lies within `beyond` of the contents a host allows, and no phase parts faster than a step of the
   * given α [1/s] shows.
   */
  inside(y: Float64Array, T: number, leading?: number): boolean
  /**
   * Whether a surface of the last `inside` has so little room left that its potential goes by the last of it, and a correction of
   * y by −part × correction has changed that by more than a part which a potential does not see.
   */
  steep(y: Float64Array, correction: Float64Array, part: number): boolean
  /** Whether a surface with next to no room had several times as much, or as little, at the last `jacobian`. */
  outdated(y: Float64Array): boolean
  /** See `Dae.confine`: surfaces with next to no room gain or lose no more than a factor. */
  confine(
    y: Float64Array,
    most: number,
    before: (i: number) => number,
    give: (i: number, change: number) => void,
  ): boolean
  /** After `jacobian`: ∂j/∂(surface unknowns) [count, n, width] and ∂j/∂(fields of the reaction) [count, n, K], Δ last. */
  readonly bySurface: Float64Array
  readonly byField: Float64Array
  factor(alpha: number): boolean
  /** Eliminates the particles from rhs; fills `drive`, the j that the particles' own right-hand sides cause, [count, n]. */
  reduce(rhs: Float64Array): void
  readonly drive: Float64Array
  /**
   * Back substitution: surface and shells of every particle from the increments of its point's fields (c_1 … c_{K−1}, φ_e, Δ),
   * which stand in `from` (rhs) at `start` for its first point, those of the next `stride` further.
   */
  expand(rhs: Float64Array, K: number, start: number, stride: number, from?: Float64Array): void
  /** Surface content [n] and potential [n] of a particle, in scratch that the next call overwrites. */
  surface(y: Float64Array, p: number, T: number): { readonly x: Float64Array; readonly mu: Float64Array }
}

/** Concentrations of all species [K] (in scratch) and Δ of point p; `fill`: those of all points from `first` on at once. */
export type PointFields = {
  c: Float64Array
  delta(p: number): number
  load(p: number): void
  fill?(first: number, c: Float64Array, delta: Float64Array): void
}

/** How far an accepted surface content may lie outside 0 … full [per formula unit]. */
const beyond = 1e-5
/**
 * How far the mean content of a particle may come to lie beyond full, in parts of the room: no diffusion brings that back, and at rest it is
 * the potential that has to (2.5 V here). Asked of particles whose surface is fuller than `crowded`.
 */
const overfull = 100 * crowdedBelow
const crowded = 0.9
/** Share of the room left below which a surface's potential is steep: the tolerance of a content is 1e-5 of the room and more. */
const steepBelow = 1e-5
/**
 * No surface of an accepted state takes or gives this many times what fills or empties its particle in an hour. Where one has leapt far up an
 * exponential of its potential, all corrections are some RT/F over the slope, however far the way: they look as if they had converged.
 */
const runawayRate = 1e10
/** Change of the room by the last correction, in parts of it, that moves a potential by less than 3 mV. */
const unseen = 0.1
/** Factor of such a room beyond which a Jacobian does not hold. */
const bent = 4

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
  const { width, size, reaction: scale } = particles
  const reaction = place.reaction?.law ?? reactionOf(spec, electrolyte, where)
  const gradient = width === 2 * n
  const surfaceAt = size - width
  const perScale = 1 / scale[0]
  const j = new Float64Array(count * n)
  const total = new Float64Array(count)
  const net = new Float64Array(count * n)
  const volume = radial.volume.reduce((a, b) => a + b, radial.surfaceVolume)
  const runaway = (runawayRate * volume * F) / (host.molarVolume * secondsPerHour)
  const rate = new Float64Array(n)
  const effective = new Float64Array(count * n * K)
  const drive = new Float64Array(count * n)
  // Linearised reaction of each point: by surface unknowns [count, n, width], by fields [count, n, K]; W the inverted
  // Schur complement of the surface with the reaction, that without it, S, [count, width, width]; SW = S W, [count, n, width].
  const bySurface = new Float64Array(count * n * width)
  const byField = new Float64Array(count * n * K)
  const W = new Float64Array(count * width * width)
  const schur = new Float64Array(count * width * width)
  const SW = new Float64Array(count * n * width)
  const x = new Float64Array(n)
  const mu = new Float64Array(n)
  const theta = new Float64Array(n * n)
  const out = { x, mu }

  const empty = (i: number): boolean => reaction.emptiness[i] !== 1
  const limits = host.limits.map(({ weights, max }) =>
    Float64Array.from(host.carriers, c => (weights[c.symbol] ?? 0) / max),
  )
  /** The limit of one carrier that has but one. */
  const alone = n === 1 && limits.length === 1 ? limits[0] : undefined
  /** That of two. */
  const both = n === 2 && limits.length === 1 ? limits[0] : undefined
  /** Which limit a crowded surface has reached, and the factor its contents were lowered by to leave `crowdedBelow`. */
  let binding = -1
  let lowered = 1
  const crowd = (): void => {
    binding = -1
    const { room } = reaction
    if (!room) return
    room[0] = 1
    for (let k = 0; k < limits.length; k++) {
      let used = 0
      for (let i = 0; i < n; i++) used += limits[k][i] * x[i]
      if (1 - used >= crowdedBelow) continue
      binding = k
      room[0] = Math.exp((1 - used) / crowdedBelow - 1)
      lowered = (1 - crowdedBelow) / used
      for (let i = 0; i < n; i++) x[i] *= lowered
      return
    }
  }
  /** Slopes by the lowered contents, as slopes by the contents themselves and by the room they leave. */
  const throughRoom = (p: number): void => {
    const share = limits[binding]
    const { room, byRoom, filmShare } = reaction
    let sum = 0
    for (let i = 0; i < n; i++) sum += byRoom![i]
    for (let i = 0; i < n; i++) {
      const slope = ((byRoom![i] - filmShare[i] * sum) * room![0]) / crowdedBelow
      const row = (p * n + i) * width
      let along = 0
      for (let l = 0; l < n; l++) along += bySurface[row + l] * x[l]
      for (let l = 0; l < n; l++)
        bySurface[row + l] = lowered * (bySurface[row + l] - (along * share[l]) / (1 - crowdedBelow)) - slope * share[l]
    }
  }
  let fullest = 0
  /** What the fullest surface of one carrier or two, of one limit, has taken of its room. */
  const fullestOf = (y: Float64Array): number => {
    let most = 0
    if (alone) {
      for (let p = 0, at = base + surfaceAt; p < count; p++, at += size) if (y[at] > most) most = y[at]
      return most * alone[0]
    }
    const share = both!
    for (let p = 0, at = base + surfaceAt; p < count; p++, at += size)
      most = Math.max(most, share[0] * y[at] + share[1] * y[at + 1])
    return most
  }
  /** Room of every surface at the last `jacobian`, [count, limits], and what the fullest had taken. */
  const knownRoom = new Float64Array(count * limits.length)
  let fullestKnown = 0
  const roomOf = (y: Float64Array, p: number, limit: Float64Array): number => {
    const at = base + p * size + surfaceAt
    let room = 1
    for (let i = 0; i < n; i++) room -= limit[i] * y[at + i]
    return room
  }
  /** Mean content of each particle when a run began from it, at least full: an end found between two steps may lie beyond. */
  const begunAt = new Float64Array(count).fill(1)
  /** Part of the room of a limit that the mean content of a particle takes. */
  const meanUsed = (y: Float64Array, p: number, limit: Float64Array): number => {
    particles.mean(y, base, p, rate)
    let mean = 0
    for (let i = 0; i < n; i++) mean += limit[i] * rate[i]
    return mean
  }
  const surface: Electrode['surface'] = (y, p, T) => {
    const at = base + p * size + surfaceAt
    for (let i = 0; i < n; i++) {
      const content = y[at + i]
      x[i] = content > linearBelow ? content : linearBelow
      reaction.emptiness[i] = content > linearBelow ? 1 : content / linearBelow
    }
    crowd()
    host.thermodynamics.potential(x, T, mu)
    if (gradient) for (let i = 0; i < n; i++) mu[i] += y[at + n + i]
    return out
  }

  /**
   * Draws the contents of a particle towards their mean until none is below zero or beyond full : x ←
   * x̄ + f (x − x̄), ion for ion, where the mean itself has room.
   */
  const level = (y: Float64Array, p: number): boolean => {
    const start = base + p * size
    particles.mean(y, base, p, rate)
    let part = 1
    for (let at = start; at < start + size; at += width) {
      for (let i = 0; i < n; i++)
        if (y[at + i] < 0 && rate[i] > linearBelow)
          part = Math.min(part, (rate[i] - linearBelow) / (rate[i] - y[at + i]))
      for (const limit of limits) {
        let used = 0
        let mean = 0
        for (let i = 0; i < n; i++) {
          used += limit[i] * y[at + i]
          mean += limit[i] * rate[i]
        }
        if (used > 1 + overfull && mean < 1 - crowdedBelow)
          part = Math.min(part, (1 - crowdedBelow - mean) / (used - mean))
      }
    }
    if (part === 1) return false
    for (let at = start; at < start + size; at += width)
      for (let i = 0; i < n; i++) y[at + i] = rate[i] + part * (y[at + i] - rate[i])
    return true
  }

  /** Takes j of a particle from its reaction. */
  const take = (p: number): void => {
    let sum = 0
    for (let i = 0; i < n; i++) {
      const current = reaction.j[i]
      j[p * n + i] = current
      sum += current
    }
    total[p] = sum
  }
  /** j is that of the last Jacobian. */
  let jLinearised = false

  const local = !(place.reaction || gradient)
  const pairEven = local ? evenPairReaction(spec, electrolyte, where, count) : undefined
  const pairEmptiness = pairEven?.emptiness
  const even = local && alone ? evenReaction(spec, electrolyte, where, count) : pairEven
  /** Takes the contents of all surfaces; false where one is nearly empty or full. */
  const takeOne = (y: Float64Array, contents: Float64Array): boolean => {
    const most = (1 - crowdedBelow) / alone![0]
    for (let p = 0, at = base + surfaceAt; p < count; p++, at += size) {
      const content = y[at]
      if (!(content > linearBelow && content <= most)) return false
      contents[p] = content
    }
    return true
  }
  /** The same of two carriers, of which a surface may be empty; false where one is nearly full. */
  const takePairs = (y: Float64Array, contents: Float64Array, emptiness: Float64Array): boolean => {
    for (let p = 0, at = base + surfaceAt; p < count; p++, at += size) {
      const a = y[at]
      const b = y[at + 1]
      const q = 2 * p
      contents[q] = Math.max(a, linearBelow)
      contents[q + 1] = Math.max(b, linearBelow)
      emptiness[q] = a > linearBelow ? 1 : a / linearBelow
      emptiness[q + 1] = b > linearBelow ? 1 : b / linearBelow
      for (let k = 0; k < limits.length; k++) {
        const share = limits[k]
        if (1 - (share[0] * contents[q] + share[1] * contents[q + 1]) < crowdedBelow) return false
      }
    }
    return true
  }
  /** Fills what `even` is asked; false where it is not the law: a surface nearly full or, of one carrier, empty, or a pore without its salt. */
  const ordinary = (y: Float64Array, fields: PointFields): boolean => {
    const { x: contents, delta, c } = even!
    if (!(pairEmptiness ? takePairs(y, contents, pairEmptiness) : takeOne(y, contents))) return false
    if (fields.fill) fields.fill(first, c, delta)
    else
      for (let p = 0; p < count; p++) {
        fields.load(first + p)
        for (let k = 0; k < K; k++) c[p * K + k] = fields.c[k]
        delta[p] = fields.delta(first + p)
      }
    if (!pairEmptiness) for (let k = 0; k < c.length; k++) if (!(c[k] >= depletedBelow)) return false
    return true
  }

  /** Takes j of all particles from `even`. */
  const takeAll = (): void => {
    const { j: currents } = even!
    if (n === 1) {
      j.set(currents)
      total.set(currents)
      return
    }
    for (let p = 0; p < count; p++) {
      const a = currents[2 * p]
      const b = currents[2 * p + 1]
      j[2 * p] = a
      j[2 * p + 1] = b
      total[p] = a + b
    }
  }

  const reactOne = (y: Float64Array, p: number, T: number, fields: PointFields): boolean => {
    surface(y, p, T)
    fields.load(first + p)
    if (!reaction.evaluate(x, mu, fields.delta(first + p), fields.c, T)) return false
    take(p)
    return true
  }
  const lineariseOne = (y: Float64Array, p: number, T: number, fields: PointFields): boolean => {
    if (!reactOne(y, p, T, fields)) return false
    reaction.linearise(x, mu, fields.delta(first + p), fields.c, T)
    host.thermodynamics.potentialJacobian(x, T, theta)
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
    if (binding >= 0) throughRoom(p)
    return true
  }

  const react: Electrode['react'] = (y, T, fields) => {
    jLinearised = false
    if (even && ordinary(y, fields)) {
      if (!even.evaluate(T)) return false
      takeAll()
      return true
    }
    for (let p = 0; p < count; p++) if (!reactOne(y, p, T, fields)) return false
    return true
  }

  const pair =
    n === 2 && width === 2
      ? pairSurfaces({
          count,
          bySurface,
          byField,
          effective,
          drive,
          scale,
          schur,
          surfaceAt: base + surfaceAt,
          size,
          K,
        })
      : undefined

  /** `factor` from the Schur complements of one surface unknown a particle. */
  const factorOne = (): boolean => {
    for (let p = 0; p < count; p++) {
      const inverse = 1 / (schur[p] - scale[0] * bySurface[p])
      const part = schur[p] * inverse
      if (!Number.isFinite(inverse)) return false
      W[p] = inverse
      SW[p] = part
      for (let f = p * K; f < (p + 1) * K; f++) effective[f] = part * byField[f]
    }
    return true
  }

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
    j,
    total,
    net,
    balance(yp) {
      for (let p = 0; p < count; p++) {
        particles.mean(yp, base, p, rate)
        for (let i = 0; i < n; i++) net[p * n + i] = (-volume * rate[i]) / scale[i]
      }
    },
    effective,
    bySurface,
    byField,
    drive,
    surface,
    react,
    residual(y, yp, T, fields, residual, linearised = false, whole = linearised) {
      if (!particles.residual(y, yp, base, T, residual, linearised && whole)) return false
      if (!(linearised && jLinearised) && !react(y, T, fields)) return false
      for (let p = 0; p < count; p++) {
        const at = base + p * size + surfaceAt
        for (let i = 0; i < n; i++) residual[at + i] -= scale[i] * j[p * n + i]
      }
      return true
    },
    jacobian(y, T, fields, reactions = false) {
      jLinearised = false
      if (!reactions && !particles.jacobian(y, base, T)) return false
      fullestKnown = 0
      for (let p = 0; p < count; p++)
        for (let k = 0; k < limits.length; k++) {
          const room = roomOf(y, p, limits[k])
          fullestKnown = Math.max(fullestKnown, 1 - room)
          knownRoom[p * limits.length + k] = Math.max(room, crowdedBelow)
        }
      if (even && ordinary(y, fields)) {
        if (!even.evaluate(T, true)) return false
        takeAll()
        even.linearise(T, bySurface, byField)
        jLinearised = true
        return true
      }
      for (let p = 0; p < count; p++) if (!lineariseOne(y, p, T, fields)) return false
      jLinearised = true
      return true
    },
    repair(y, room = crowdedBelow) {
      for (let p = 0; p < count; p++) {
        begunAt[p] = 1
        for (const limit of limits) begunAt[p] = Math.max(begunAt[p], meanUsed(y, p, limit))
      }
      const { surfaceVolume, volume, shells, massOutside } = radial
      if (!(surfaceVolume > 0 || massOutside[shells - 1] !== 0)) return false
      let moved = false
      const share = surfaceVolume / volume[shells - 1]
      const set = (at: number, content: number): void => {
        y[at - width] += (y[at] - content) * share
        y[at] = content
        moved = true
      }
      for (let p = 0; p < count; p++) {
        const at = base + p * size + surfaceAt
        for (let i = 0; i < n; i++) if (y[at + i] < 0) set(at + i, linearBelow)
        for (const limit of limits) {
          let used = 0
          for (let i = 0; i < n; i++) used += limit[i] * y[at + i]
          if (used <= (room > crowdedBelow ? 1 - room : 1 + overfull)) continue
          for (let i = 0; i < n; i++) if (limit[i] > 0) set(at + i, (y[at + i] * (1 - room)) / used)
        }
        moved = level(y, p) || moved
      }
      return moved
    },
    steep(y, correction, part) {
      if (!(fullest > 1 - steepBelow)) return false
      for (let p = 0; p < count; p++) {
        const at = base + p * size + surfaceAt
        for (const share of limits) {
          let used = 0
          let change = 0
          for (let i = 0; i < n; i++) {
            used += share[i] * y[at + i]
            change += share[i] * correction[at + i]
          }
          if (used > 1 - steepBelow && !(Math.abs(part * change) < unseen * Math.abs(1 - used))) return true
        }
      }
      return false
    },
    outdated(y) {
      if (!(fullest > 1 - steepBelow || fullestKnown > 1 - steepBelow)) return false
      for (let p = 0; p < count; p++)
        for (let k = 0; k < limits.length; k++) {
          const room = Math.max(roomOf(y, p, limits[k]), crowdedBelow)
          const known = knownRoom[p * limits.length + k]
          if (Math.min(room, known) < steepBelow && (room > bent * known || known > bent * room)) return true
        }
      return false
    },
    confine(y, factor, before, give) {
      if ((alone || both) && fullestOf(y) < crowded) return false
      let given = false
      for (let p = 0; p < count; p++) {
        const at = base + p * size + surfaceAt
        for (const share of limits) {
          let used = 0
          for (let i = 0; i < n; i++) used += share[i] * y[at + i]
          if (used < crowded) continue
          if (alone && used < 1 - steepBelow && share[0] * before(at) < 1 - steepBelow) continue
          let usedBefore = 0
          for (let i = 0; i < n; i++) usedBefore += share[i] * before(at + i)
          const room = 1 - used
          const roomBefore = 1 - usedBefore
          if (!(Math.min(room, roomBefore) < steepBelow)) continue
          const most = Math.max(roomBefore, crowdedBelow) * factor
          const least = roomBefore > crowdedBelow ? roomBefore / factor : roomBefore - Math.log(factor) * crowdedBelow
          const allowed = Math.max(least, Math.min(most, room))
          if (room === allowed) continue
          const back = (allowed - room) / (roomBefore - room)
          for (let i = 0; i < n; i++) if (share[i] > 0) give(at + i, back * (before(at + i) - y[at + i]))
          given = true
        }
      }
      return given
    },
    inside(y, T, leading) {
      for (let p = 0; p < count; p++) if (!(Math.abs(total[p]) < runaway)) return false
      fullest = 0
      if (alone) {
        for (let p = 0, at = base + surfaceAt; p < count; p++, at += size) if (!(y[at] > -beyond)) return false
        fullest = fullestOf(y)
        if (!(fullest < 1 + beyond)) return false
      } else if (both) {
        let least = 0
        for (let p = 0, at = base + surfaceAt; p < count; p++, at += size) least = Math.min(least, y[at], y[at + 1])
        if (!(least > -beyond)) return false
        fullest = fullestOf(y)
      }
      // One carrier, or two, that crowds no surface is done.
      for (let p = 0; p < count && !((alone || both) && fullest < crowded); p++) {
        const at = base + p * size + surfaceAt
        for (let i = 0; i < n; i++) if (!(y[at + i] > -beyond)) return false
        for (const share of limits) {
          let used = 0
          for (let i = 0; i < n; i++) used += share[i] * y[at + i]
          if (!(used < 1 + beyond)) return false
          if (used > fullest) fullest = used
          if (used < crowded) continue
          if (!(meanUsed(y, p, share) < begunAt[p] + overfull)) return false
        }
      }
      return leading === undefined || !particles.outruns?.(y, base, T, leading)
    },
    factor(alpha) {
      if (!particles.factor(alpha, schur)) return false
      if (width === 1) return factorOne()
      if (pair) return pair.factor()
      const ww = width * width
      for (let p = 0; p < count; p++) {
        const w = p * ww
        for (let i = 0; i < ww; i++) W[w + i] = schur[w + i]
        for (let i = 0; i < n; i++)
          for (let l = 0; l < width; l++) W[w + i * width + l] -= scale[i] * bySurface[(p * n + i) * width + l]
        if (!(gradient ? invertHalves(W, w, n) : invertSmall(W, w, width))) return false
        for (let i = 0; i < n; i++) {
          const row = (p * n + i) * width
          for (let l = 0; l < width; l++) {
            let sum = 0
            for (let m = 0; m < width; m++) sum += schur[w + i * width + m] * W[w + m * width + l]
            SW[row + l] = sum
          }
        }
        // The surface row says scale·dj = S dx − r, dx = W (r + scale ∂j/∂fields d(fields)): no difference of large rates.
        for (let i = 0; i < n; i++)
          for (let f = 0; f < K; f++) {
            let sum = 0
            for (let l = 0; l < n; l++) sum += SW[(p * n + i) * width + l] * scale[l] * byField[(p * n + l) * K + f]
            effective[(p * n + i) * K + f] = sum / scale[i]
          }
      }
      return true
    },
    reduce(rhs) {
      particles.reduce(rhs, base)
      if (pair) {
        pair.reduce(rhs)
        return
      }
      for (let p = 0, at = base + surfaceAt; p < count; p++, at += size) {
        if (width === 1) {
          drive[p] = (SW[p] * rhs[at] - rhs[at]) * perScale
          continue
        }
        for (let i = 0; i < n; i++) {
          let sum = -rhs[at + i]
          for (let l = 0; l < width; l++) sum += SW[(p * n + i) * width + l] * rhs[at + l]
          drive[p * n + i] = sum / scale[i]
        }
      }
    },
    expand(rhs, fieldCount, start, stride, from = rhs) {
      if (pair) {
        pair.expand(rhs, start, stride, from)
        particles.expand(rhs, base)
        return
      }
      for (let p = 0, at = base + surfaceAt, f0 = start; p < count; p++, at += size, f0 += stride) {
        for (let i = 0; i < n; i++) {
          // The reaction knows the concentrations and Δ.
          const row = (p * n + i) * fieldCount
          let sum = byField[row + fieldCount - 1] * from[f0 + fieldCount]
          for (let m = 0; m < fieldCount - 1; m++) sum += byField[row + m] * from[f0 + m]
          rhs[at + i] += scale[i] * sum
        }
        if (width === 1) {
          rhs[at] *= W[p]
          continue
        }
        for (let l = 0; l < width; l++) {
          let sum = 0
          for (let m = 0; m < width; m++) sum += W[(p * width + l) * width + m] * rhs[at + m]
          work[l] = sum
        }
        for (let l = 0; l < width; l++) rhs[at + l] = work[l]
      }
      particles.expand(rhs, base)
    },
  }
}
const work = new Float64Array(64)
