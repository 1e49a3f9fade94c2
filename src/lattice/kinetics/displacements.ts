/** Sums over windows of a walk: how far ions, and carriers as a whole, have come. */
import type { Lattice } from '../lattice.ts'
import type { Walk } from './walk.ts'

/**
 * Columns of a row about a block of a run [Å²/s]: ΔR_i·ΔR_j/2 by axes, [n, n, 3, 3]; the share of its trace by single hops alone,
 * by single with pair hops, by pair hops alone, [n, n, 3]; Δr²/2 of one ion by axis, [n, 3]; all as slopes from lag 2 to lag 4 of
 * a window, then again from lag 1 to lag 2; last Σ|hop|²/2 of one ion, [n].
 */
export const columns = (n: number) => {
  const parts = 9 * n * n
  const tracer = parts + 3 * n * n
  const slopes = tracer + 3 * n
  return { tensor: 0, parts, tracer, slopes, hops: 2 * slopes, width: 2 * slopes + n }
}

/** Samples of the shortest window. */
export const lags = 4

export type BlockSums = {
  /** Take the walk as it stands for the next sample; the first one begins the block. */
  readonly record: () => void
  /** The rows of the samples since the last ones, by level: windows of `lags`·2^level samples. A new block begins. */
  readonly rows: () => Float64Array[]
}

/**
 * Sums of a walk that is looked at every `delta` [s]. Every sample is an origin, so windows overlap; no window reaches from one
 * block into the next. The slope
 *
 *   [⟨Δ(4δ)²⟩ − ⟨Δ(2δ)²⟩]/(2δ)
 *
 * is free of what ions rattle to and fro before they forget where they came from. Windows of 8δ, 16δ … are summed beside those of
 * 4δ, with as many origins to a window each: which are long enough is known only when the walk is over.
 *
 * @param levels  lengths of windows, each twice the one before; a block must hold the longest
 */
export const blockSums = (walk: Walk, delta: number, levels: number): BlockSums => {
  const { tables, ions, carrier, displacement, counts } = walk
  const n = tables.lattice.carriers.length
  const { tensor, parts, tracer, slopes, hops, width } = columns(n)
  const { collective, squares } = stepsOf(walk)
  const number = new Float64Array(n)
  for (const i of carrier) number[i]++
  const kept = lags * 2 ** (levels - 1) + 1
  /** Displacements of carriers by single and by pair hops, [kept, n, 2, 3], and of ions, [kept, ions, 3]. */
  const R = new Float64Array(kept * 6 * n)
  const r = new Float64Array(kept * 3 * ions)
  const sums = Array.from({ length: levels + 2 }, (_, k) => ({
    lag: 2 ** k,
    every: Math.max(1, 2 ** k / lags),
    windows: 0,
    of: new Float64Array(slopes),
  }))
  const begin = counts.slice()
  const d = new Float64Array(6 * n)
  let taken = 0

  const addWindow = (of: Float64Array, to: number, from: number): void => {
    for (let k = 0; k < 6 * n; k++) d[k] = R[to * 6 * n + k] - R[from * 6 * n + k]
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const at = tensor + 9 * (i * n + j)
        const part = parts + 3 * (i * n + j)
        for (let a = 0; a < 3; a++) {
          const single = d[6 * i + a]
          const pair = d[6 * i + 3 + a]
          const otherSingle = d[6 * j + a]
          const otherPair = d[6 * j + 3 + a]
          for (let b = 0; b < 3; b++) of[at + 3 * a + b] += (single + pair) * (d[6 * j + b] + d[6 * j + 3 + b])
          of[part] += single * otherSingle
          of[part + 1] += single * otherPair + pair * otherSingle
          of[part + 2] += pair * otherPair
        }
      }
    const last = to * 3 * ions
    const first = from * 3 * ions
    for (let k = 0; k < ions; k++) {
      const at = tracer + 3 * carrier[k]
      for (let a = 0; a < 3; a++) {
        const step = r[last + 3 * k + a] - r[first + 3 * k + a]
        of[at + a] += step * step
      }
    }
  }

  return {
    record() {
      if (taken === 0) begin.set(counts)
      const slot = taken % kept
      const now = R.subarray(slot * 6 * n, (slot + 1) * 6 * n).fill(0)
      for (let m = 0; m < tables.moves; m++) {
        const made = counts[m] - begin[m]
        if (made !== 0) for (let k = 0; k < 6 * n; k++) now[k] += made * collective[m * 6 * n + k]
      }
      r.set(displacement, slot * 3 * ions)
      for (const sum of sums) {
        if (taken < sum.lag || taken % sum.every > 0) continue
        sum.windows++
        addWindow(sum.of, slot, (taken - sum.lag) % kept)
      }
      taken++
    },
    rows() {
      const elapsed = (taken - 1) * delta
      const squared = new Float64Array(n)
      for (let m = 0; m < tables.moves; m++)
        for (let i = 0; i < n; i++)
          squared[i] += ((counts[m] - begin[m]) * squares[m * n + i]) / (2 * elapsed * number[i])
      const slope = (level: number, k: number) => {
        const [short, long] = [sums[level], sums[level + 1]]
        const of = k < tracer ? 1 : number[Math.floor((k - tracer) / 3)]
        return (long.of[k] / long.windows - short.of[k] / short.windows) / (2 * short.lag * delta * of)
      }
      const out = Array.from({ length: levels }, (_, level) => {
        const row = new Float64Array(width)
        for (let k = 0; k < slopes; k++) {
          row[k] = slope(level + 1, k)
          row[slopes + k] = slope(level, k)
        }
        row.set(squared, hops)
        return row
      })
      for (const sum of sums) {
        sum.windows = 0
        sum.of.fill(0)
      }
      taken = 0
      return out
    },
  }
}

/**
 * By move: displacement of each carrier by single and by pair hops [Å], [moves, n, 2, 3]; Σ|hop|² that would be its diffusion were
 * there no memory [Å²], [moves, n]. Where cavities have an inside, hops between them count from centre to centre, those inside not.
 */
const stepsOf = ({ tables }: Walk) => {
  const { lattice, moves, eventOf, moverStart, moverCarrier, displacement } = tables
  const n = lattice.carriers.length
  const cavities = lattice.events.some(({ inside }) => inside)
  const collective = new Float64Array(moves * 6 * n)
  const squares = new Float64Array(moves * n)
  for (let m = 0; m < moves; m++) {
    const event = lattice.events[eventOf[m]]
    const pair = event.movers.length > 1 ? 3 : 0
    for (let k = moverStart[m]; k < moverStart[m + 1]; k++) {
      const i = moverCarrier[k]
      for (let a = 0; a < 3; a++) collective[m * 6 * n + 6 * i + pair + a] += displacement[3 * k + a]
      if (event.inside) continue
      const { from, to } = event.movers[k - moverStart[m]]
      const images = to.image.map((c, d) => c - from.image[d])
      squares[m * n + i] +=
        cavities && images.some(c => c !== 0)
          ? lengthOf(lattice, images)
          : displacement[3 * k] ** 2 + displacement[3 * k + 1] ** 2 + displacement[3 * k + 2] ** 2
    }
  }
  return { collective, squares }
}

const lengthOf = ({ cell }: Lattice, images: readonly number[]): number =>
  [0, 1, 2].reduce((sum, a) => sum + images.reduce((x, c, v) => x + c * cell[3 * v + a], 0) ** 2, 0)
