import { paddedLength, type VectorMemory } from '../math/vector-loop.ts'
import type { HostMaterial } from '../scales.ts'
import { cutOf } from './drained.ts'
import type { RadialMesh } from './mesh.ts'
import { pairSweepsOf } from './pair-sweeps.ts'
import type { Particles } from './particle.ts'

const bytes = 8
const addressIn = (v: Float64Array): number => v.byteOffset
/** States and right-hand sides whose addresses are kept. */
const mostSeen = 6
/** Numbers of a face of one particle: S, whether uneven, and inner, outer, pivot⁻¹, carry. */
const perFace = 2 + 1 + 4 * 4

/** Whether particles can be swept two side by side: an even number, of a law that has terms and one limit. */
const areSwept = ({ carriers, transport, limits }: HostMaterial, count: number): boolean =>
  carriers.length === 2 && transport.diffusivityTerms !== undefined && limits.length === 1 && count % 2 === 0

/** Entries that particles take of a memory; 0 where they cannot be swept. */
export const sweptEntries = (host: HostMaterial, shells: number, count: number): number => {
  const law = host.transport.diffusivityTerms
  if (!law || !areSwept(host, count)) return 0
  const faces = (shells + 1) * count
  const vectors = 20 // each filled up by less than a group
  return (
    perFace * faces +
    3 * 2 * faces +
    8 * count +
    3 * shells +
    law.coefficients +
    law.table.length +
    vectors * paddedLength(1)
  )
}

/**
 * Particles of two carriers as `particle-pair`, two side by side in compiled sweeps over the shells: twice as fast and more. Faces
 * where a flux may have to be cut are looked at one by one. A test holds the two together.
 *
 * @param count   number of particles, even
 * @param memory  where the states of the solver lie, with room for `sweptEntries`; a state that lies elsewhere is copied
 * @returns undefined where the host, or an odd number, allows no sweeps
 */
export const sweptPairParticles = (
  host: HostMaterial,
  mesh: RadialMesh,
  count: number,
  memory: VectorMemory,
): Omit<Particles, 'fill' | 'mean' | 'size' | 'width' | 'reaction' | 'differential'> | undefined => {
  const law = host.transport.diffusivityTerms
  if (!law || !areSwept(host, count)) return undefined
  const { shells, volume, area, distance, surfaceVolume } = mesh
  const size = 2 * (shells + 1)
  const length = count * size
  const cut = cutOf(host)
  const [shareA, shareB] = cut.shares
  const sweeps = pairSweepsOf(law, { shells, count })(memory)
  const { vector } = memory
  const faces = shells * count
  const conductance = vector(shells)
  conductance.set(area.map((A, k) => A / distance[k]))
  const volumes = vector(shells)
  volumes.set(volume)
  // The surface rows stand the other way round.
  const sign = vector(shells).fill(1)
  sign[shells - 1] = -1
  const coefficients = vector(law.coefficients)
  const table = vector(law.table.length)
  table.set(law.table)
  const least = vector(2)
  // [shell, pair of particles, value, 2]; S begins with a row of zeros, of no face.
  const flow = vector((shells + 1) * count * 2)
  const firstFace = 2 * count
  const dry = vector(faces)
  /** The upper halves of its numbers, every second one, hold their signs. */
  const dryWords = new Int32Array(memory.buffer, dry.byteOffset, 2 * faces)
  const inner = vector(faces * 4)
  const outer = vector(faces * 4)
  const pivot = vector(faces * 4)
  const carry = vector(faces * 4)
  const below = vector(count * 4)
  const copies = [vector(length), vector(length), vector(length)]
  const lastFace = bytes * 4 * (shells - 1) * count

  // To ask a vector for its address at every call is slow too.
  const [flowAt, dryAt, leastAt, coefficientsAt, tableAt] = [flow, dry, least, coefficients, table].map(addressIn)
  const [innerAt, outerAt, pivotAt, carryAt, belowAt] = [inner, outer, pivot, carry, below].map(addressIn)
  const [conductanceAt, volumesAt, signAt] = [conductance, volumes, sign].map(addressIn)
  const firstFlowAt = flowAt + bytes * firstFace
  const lastFlowAt = flowAt + bytes * 2 * shells * count

  let temperature = Number.NaN
  const prepare = (T: number): void => {
    if (T === temperature) return
    temperature = T
    law.fill(T, coefficients)
  }

  /** Where vectors begin that lie in the memory, −1 of others: to ask a vector for its buffer is slow. Those of a solver are few. */
  const seen: Float64Array[] = []
  const seenAt: number[] = []
  const addressOf = (v: Float64Array): number => {
    for (let k = 0; k < seen.length; k++) if (seen[k] === v) return seenAt[k]
    const address = v.buffer === memory.buffer ? v.byteOffset : -1
    if (seen.length === mostSeen) {
      seen.length = 0
      seenAt.length = 0
    }
    seen.push(v)
    seenAt.push(address)
    return address
  }
  /** Address of the unknowns of a state, which are copied from elsewhere. */
  const placed = (v: Float64Array, base: number, copy: Float64Array): number => {
    const address = addressOf(v)
    if (address >= 0) return address + bytes * base
    for (let k = 0; k < length; k++) copy[k] = v[base + k]
    return copy.byteOffset
  }
  const giveBack = (v: Float64Array, base: number, copy: Float64Array): void => {
    if (addressOf(v) < 0) v.set(copy, base)
  }

  /** S are those of the last Jacobian, not cut. */
  let uncut = false
  const flux = new Float64Array(2)
  const one = { inner: new Float64Array(4), outer: new Float64Array(4) }
  /** Cuts the flows of uneven faces, and their slopes. */
  const cutUneven = (y: Float64Array, base: number, slopes: boolean): void => {
    if (!(least[0] < 0 || least[1] < 0)) return
    for (let s = 0, first = 0; s < shells; s++, first += count) {
      let signs = 0
      for (let word = 2 * first + 1; word < 2 * (first + count); word += 2) signs |= dryWords[word]
      if (signs < 0) cutRow(y, base, s, slopes)
    }
  }
  const cutRow = (y: Float64Array, base: number, s: number, slopes: boolean): void => {
    for (let p = 0, f = s * count; p < count; p++, f++) {
      if (!(dry[f] < 0)) continue
      const k = base + p * size + 2 * s
      const at = firstFace + 2 * f - (p & 1)
      flux[0] = -flow[at]
      flux[1] = -flow[at + 2]
      if (slopes) {
        const first = 4 * f - 3 * (p & 1)
        for (let ij = 0; ij < 4; ij++) {
          one.inner[ij] = inner[first + 2 * ij]
          one.outer[ij] = outer[first + 2 * ij]
        }
        cut.linearise(y, k, flux, one.inner, one.outer, 0)
        for (let ij = 0; ij < 4; ij++) {
          inner[first + 2 * ij] = one.inner[ij]
          outer[first + 2 * ij] = one.outer[ij]
        }
      } else {
        cut.apply(y, k, flux)
        flow[at] = -flux[0]
        flow[at + 2] = -flux[1]
      }
    }
  }

  return {
    residual(y, yp, base, T, out, linearised = false) {
      const rates = placed(yp, base, copies[1])
      const to = addressOf(out)
      const rows = to >= 0 ? to + bytes * base : copies[2].byteOffset
      if (!(linearised && uncut)) {
        prepare(T)
        sweeps.flows(
          shells,
          placed(y, base, copies[0]),
          conductanceAt,
          firstFlowAt,
          dryAt,
          coefficientsAt,
          leastAt,
          tableAt,
          shareA,
          shareB,
        )
      }
      uncut = false
      cutUneven(y, base, false)
      sweeps.rows(shells, volumesAt, rates, flowAt, rows)
      const end = bytes * (size - 2)

      sweeps.surfaces(1, rates + end, lastFlowAt, rows + end, surfaceVolume)
      giveBack(out, base, copies[2])
      return true
    },
    jacobian(y, base, T) {
      prepare(T)
      sweeps.slopes(
        shells,
        placed(y, base, copies[0]),
        conductanceAt,
        firstFlowAt,
        dryAt,
        coefficientsAt,
        leastAt,
        innerAt,
        outerAt,
        tableAt,
        shareA,
        shareB,
      )
      cutUneven(y, base, true)
      uncut = true
      return true
    },
    factor(alpha, schur) {
      below.fill(0)
      sweeps.factor(shells, volumesAt, innerAt, outerAt, pivotAt, carryAt, belowAt, alpha)
      const mass = alpha * surfaceVolume
      for (let p = 0; p < count; p++) {
        const at = 4 * p - 3 * (p & 1)
        const sum = below[at] + below[at + 2] + below[at + 4] + below[at + 6]
        if (!Number.isFinite(sum)) return false
        schur[4 * p] = below[at] - mass
        schur[4 * p + 1] = below[at + 2]
        schur[4 * p + 2] = below[at + 4]
        schur[4 * p + 3] = below[at + 6] - mass
      }
      return true
    },
    reduce(rhs, base) {
      sweeps.reduce(shells, placed(rhs, base, copies[0]), carryAt, signAt)
      giveBack(rhs, base, copies[0])
    },
    expand(rhs, base) {
      const outermost = placed(rhs, base, copies[0]) + bytes * 2 * (shells - 1)
      sweeps.expand(shells, outermost, outerAt + lastFace, pivotAt + lastFace)
      giveBack(rhs, base, copies[0])
    },
  }
}
