import type { NeighbourList } from '../../crystal/neighbours.ts'
import { type AceBasis, blocksOf, channelCount, radialCount, radialOf } from './basis.ts'
import { harmonicCount, realHarmonics } from './harmonics.ts'
import { primitives } from './radial.ts'

/** What one centre sees: its density A and what is needed again for the way back. Buffers are filled anew at each gathering. */
export type Environment = {
  /** A [channels of the centre], only the first of a longer buffer. */
  readonly density: Float64Array
  /** Kinds of neighbours seen, as bits. */
  present: number
  /** First and last + 1 of its neighbours in the list. */
  from: number
  to: number
  /** Radial functions of each neighbour and their slopes, [neighbours, radialWidth]. */
  radial: Float64Array
  radialSlopes: Float64Array
  /** Harmonics of each neighbour, [neighbours, (L+1)²], and their slopes, [neighbours, (L+1)², 3]. */
  harmonics: Float64Array
  harmonicSlopes: Float64Array
}

/** Gathers densities and turns slopes of an energy with respect to them into forces, for one basis. */
export const environmentOf = (basis: AceBasis) => {
  const { degree: L, species } = basis
  const K = basis.primitives.count
  const kinds = species.length
  const H = harmonicCount(L)
  const counts = Int32Array.from({ length: kinds * kinds * (L + 1) }, (_, at) => basis.radial[at].length / K)
  const channels = species.map((_, s) => channelCount(basis, s))
  const first = new Int32Array(kinds * kinds)
  let radialWidth = 0
  for (let s = 0; s < kinds; s++) {
    const blocks = blocksOf(basis, s)
    for (let z = 0; z < kinds; z++) {
      first[s * kinds + z] = blocks.find(block => block.kind === z)?.at ?? 0
      let width = 0
      for (let l = 0; l <= L; l++) width += radialCount(basis, s, z, l)
      radialWidth = Math.max(radialWidth, width)
    }
  }
  // all functions of one pair of kinds in one matrix, so that a neighbour is one product
  const contraction = Array.from({ length: kinds * kinds }, (_, pair) => {
    const parts = Array.from({ length: L + 1 }, (_, l) => radialOf(basis, Math.floor(pair / kinds), pair % kinds, l))
    return Float64Array.from(parts.flatMap(part => [...part]))
  })
  const radialFunctions = primitives(basis.primitives)
  const harmonicsAt = realHarmonics(L)
  const g = new Float64Array(K)
  const dg = new Float64Array(K)
  const env: Environment = {
    density: new Float64Array(Math.max(...channels)),
    present: 0,
    from: 0,
    to: 0,
    radial: new Float64Array(0),
    radialSlopes: new Float64Array(0),
    harmonics: new Float64Array(0),
    harmonicSlopes: new Float64Array(0),
  }

  /** A of atom i, whose kind is `kindOf[i]`. */
  const gather = (i: number, list: NeighbourList, kindOf: Int32Array): Environment => {
    const s = kindOf[i]
    const from = list.start[i]
    const to = list.start[i + 1]
    env.from = from
    env.to = to
    env.present = 0
    const A = env.density
    A.fill(0, 0, channels[s])
    if (env.radial.length < (to - from) * radialWidth || env.harmonics.length < (to - from) * H) {
      const room = Math.ceil(1.5 * (to - from))
      env.radial = new Float64Array(room * radialWidth)
      env.radialSlopes = new Float64Array(room * radialWidth)
      env.harmonics = new Float64Array(room * H)
      env.harmonicSlopes = new Float64Array(3 * room * H)
    }
    const { radial, radialSlopes, harmonics } = env
    const { index, delta, distance } = list
    for (let p = from; p < to; p++) {
      const z = kindOf[index[p]]
      env.present |= 1 << z
      const r = distance[p]
      radialFunctions(r, g, dg)
      const inverse = 1 / r
      const yAt = (p - from) * H
      harmonicsAt(
        delta[3 * p] * inverse,
        delta[3 * p + 1] * inverse,
        delta[3 * p + 2] * inverse,
        harmonics,
        env.harmonicSlopes,
        yAt,
      )
      const W = contraction[s * kinds + z]
      const countAt = (s * kinds + z) * (L + 1)
      let rAt = (p - from) * radialWidth
      let channel = first[s * kinds + z]
      let w = 0
      for (let l = 0; l <= L; l++) {
        const yFrom = yAt + l * l
        const wide = 2 * l + 1
        for (let n = counts[countAt + l]; n > 0; n--) {
          let value = 0
          let slope = 0
          for (let k = 0; k < K; k++, w++) {
            value += W[w] * g[k]
            slope += W[w] * dg[k]
          }
          radial[rAt] = value
          radialSlopes[rAt] = slope
          rAt++
          // most functions have l ≤ 1: written out
          if (l === 0) A[channel++] += value
          else if (l === 1) {
            A[channel] += value * harmonics[yFrom]
            A[channel + 1] += value * harmonics[yFrom + 1]
            A[channel + 2] += value * harmonics[yFrom + 2]
            channel += 3
          } else for (let m = 0; m < wide; m++) A[channel++] += value * harmonics[yFrom + m]
        }
      }
    }
    return env
  }

  /**
   * Σ_channels slope[c] ∂A_c/∂r_j [eV/Å] of neighbour p of the centre of kind s gathered last.
   *
   * @param slope  ∂E/∂A [channels]
   * @param out    [3], filled
   */
  const pull = (
    s: number,
    p: number,
    list: NeighbourList,
    kindOf: Int32Array,
    slope: Float64Array,
    out: Float64Array,
  ) => {
    const z = kindOf[list.index[p]]
    const { radial, radialSlopes, harmonics, harmonicSlopes } = env
    const local = p - env.from
    const yAt = local * H
    let rAt = local * radialWidth
    let channel = first[s * kinds + z]
    const countAt = (s * kinds + z) * (L + 1)
    let along = 0
    let gx = 0
    let gy = 0
    let gz = 0
    for (let n = counts[countAt]; n > 0; n--, rAt++) along += radialSlopes[rAt] * slope[channel++]
    for (let l = 1; l <= L; l++) {
      const wide = 2 * l + 1
      const yFrom = yAt + l * l
      const count = counts[countAt + l]
      for (let m = 0; m < wide; m++) {
        // Σ_n of one harmonic: the functions of a degree stand 2l + 1 channels apart
        let value = 0
        let change = 0
        let at = channel + m
        for (let n = 0; n < count; n++, at += wide) {
          const w = slope[at]
          value += radial[rAt + n] * w
          change += radialSlopes[rAt + n] * w
        }
        const y = yFrom + m
        along += change * harmonics[y]
        gx += value * harmonicSlopes[3 * y]
        gy += value * harmonicSlopes[3 * y + 1]
        gz += value * harmonicSlopes[3 * y + 2]
      }
      rAt += count
      channel += count * wide
    }
    const inverse = 1 / list.distance[p]
    const ux = list.delta[3 * p] * inverse
    const uy = list.delta[3 * p + 1] * inverse
    const uz = list.delta[3 * p + 2] * inverse
    const radialPart = along - (gx * ux + gy * uy + gz * uz) * inverse
    out[0] = gx * inverse + radialPart * ux
    out[1] = gy * inverse + radialPart * uy
    out[2] = gz * inverse + radialPart * uz
  }

  /**
   * ∂A_c/∂r_j [1/Å] of every neighbour j of the centre of kind s gathered last, [neighbours, channels, 3]; channels of
   * other kinds than j's are left as they are.
   */
  const slopes = (s: number, list: NeighbourList, kindOf: Int32Array, out: Float64Array): void => {
    const { radial, radialSlopes, harmonics, harmonicSlopes } = env
    for (let p = env.from; p < env.to; p++) {
      const z = kindOf[list.index[p]]
      const local = p - env.from
      const yAt = local * H
      let rAt = local * radialWidth
      const countAt = (s * kinds + z) * (L + 1)
      let at = 3 * (local * channels[s] + first[s * kinds + z])
      const inverse = 1 / list.distance[p]
      const ux = list.delta[3 * p] * inverse
      const uy = list.delta[3 * p + 1] * inverse
      const uz = list.delta[3 * p + 2] * inverse
      for (let l = 0; l <= L; l++)
        for (let n = counts[countAt + l]; n > 0; n--, rAt++)
          for (let y = yAt + l * l; y < yAt + (l + 1) * (l + 1); y++, at += 3) {
            const gx = radial[rAt] * harmonicSlopes[3 * y] * inverse
            const gy = radial[rAt] * harmonicSlopes[3 * y + 1] * inverse
            const gz = radial[rAt] * harmonicSlopes[3 * y + 2] * inverse
            const along = radialSlopes[rAt] * harmonics[y] - (gx * ux + gy * uy + gz * uz)
            out[at] = gx + along * ux
            out[at + 1] = gy + along * uy
            out[at + 2] = gz + along * uz
          }
    }
  }

  return { gather, pull, slopes, channels }
}
