import type { HostMaterial } from '../scales.ts'

/** Share of the mean of a face below which a shell is taken to run dry. */
const dryBelow = 0.1
/** The ends of a face are uneven where one is less than this part of the other: there `least` falls below `dryBelow` of the mean. */
export const uneven = dryBelow / (2 - dryBelow)
/** Added to a content, per formula unit, and to a room, as a part of the whole, before they are compared: a host may be so much fuller than full. */
const roundOff = 1e-7

/**
 * What is left of a flux where one end of its face holds next to nothing:
 *
 *   h(s) = s (2 − s),  s = least/(dryBelow mean),   1 for s ≥ 1,   2 s for s < 0, no less than −2
 */
export const drained = (least: number, other: number): number => {
  const mean = 0.5 * (least + other) + roundOff
  const s = (least + roundOff) / (dryBelow * mean)
  if (!(mean > 0 && s < 1)) return 1
  return s > 0 ? s * (2 - s) : Math.max(2 * s, -2)
}

/** [∂h/∂least, ∂h/∂other] into `out`. */
const drainedSlopes = (least: number, other: number, out: Float64Array): void => {
  const mean = 0.5 * (least + other) + roundOff
  const s = (least + roundOff) / (dryBelow * mean)
  const slope = mean > 0 && s < 1 ? (s > 0 ? 2 - 2 * s : s > -1 ? 2 : 0) : 0
  out[1] = (-0.5 * slope * s) / mean
  out[0] = slope / (dryBelow * mean) + out[1]
}

/**
 * Cuts the fluxes of several ions through the faces of a particle where a shell holds next to nothing of what has to be there, the
 * ion in the shell that gives, the room in the shell that takes: each is `drained` of both.
 *
 * All D̃_ij, j ≠ i, vanish with x_i, and all D̃ but their sum along the room with x_v; at the mean of a face they do not where one
 * side alone is empty, or full: another ion's gradient would draw ion i out of a shell that has none, or into one without room.
 * The whole flux is cut, not those terms: in a full host they cancel the others. Profiles that a mesh resolves (the ends of a
 * face within a factor of nineteen) never meet it, nor does an ion alone, which goes from more to less: no order is lost.
 */
export type Cut = {
  /** ω/max of the limits, [limits, n]. */
  readonly shares: Float64Array
  /** Cuts `flux` [n] through the face between the contents at y[k …] and y[k + n …]; positive outwards, to the second. */
  apply(y: Float64Array, k: number, flux: Float64Array): void
  /** The same of its slopes by the contents at either end, [n, n] from f on; `flux` as it was before the cut. */
  linearise(y: Float64Array, k: number, flux: Float64Array, inner: Float64Array, outer: Float64Array, f: number): void
}

/** Source: computed */
export const cutOf = ({ limits, carriers }: HostMaterial): Cut => {
  const n = carriers.length
  const shares = Float64Array.from(
    limits.flatMap(({ weights, max }) => carriers.map(c => (weights[c.symbol] ?? 0) / max)),
  )
  const count = limits.length
  /** Of the ion itself, then of each limit it takes part in: what is there of it, at the end that may lack it and at the other. */
  const least = new Float64Array(count + 1)
  const other = new Float64Array(count + 1)
  const parts = new Float64Array(count + 1)
  const ends = new Float64Array(2)

  const room = (y: Float64Array, k: number, l: number): number => {
    let left = 1
    for (let i = 0; i < n; i++) left -= shares[l * n + i] * y[k + i]
    return left
  }
  /** Fills the parts of ion i and returns their product, which stays below zero where more than one is. */
  const partOf = (y: Float64Array, k: number, i: number, outwards: boolean): number => {
    const give = outwards ? k : k + n
    const take = outwards ? k + n : k
    least[0] = y[give + i]
    other[0] = y[take + i]
    parts[0] = drained(least[0], other[0])
    let part = parts[0]
    for (let l = 0; l < count; l++) {
      parts[l + 1] = 1
      if (!(shares[l * n + i] > 0)) continue
      least[l + 1] = room(y, take, l)
      other[l + 1] = room(y, give, l)
      parts[l + 1] = drained(least[l + 1], other[l + 1])
      part = part < 0 && parts[l + 1] < 0 ? -part * parts[l + 1] : part * parts[l + 1]
    }
    return part
  }
  /** ∂(product)/∂(part m). */
  const slopeBy = (m: number): number => {
    let slope = 1
    let negative = false
    for (let q = 0; q <= count; q++) {
      if (q === m) continue
      slope *= Math.abs(parts[q])
      negative ||= parts[q] < 0
    }
    return negative && parts[m] > 0 ? -slope : slope
  }

  return {
    shares,
    apply(y, k, flux) {
      for (let i = 0; i < n; i++) flux[i] *= partOf(y, k, i, flux[i] > 0)
    },
    linearise(y, k, flux, inner, outer, f) {
      for (let i = 0; i < n; i++) {
        const outwards = flux[i] > 0
        const part = partOf(y, k, i, outwards)
        const row = f + i * n
        for (let at = row; at < row + n; at++) {
          inner[at] *= part
          outer[at] *= part
        }
        const giving = outwards ? inner : outer
        const taking = outwards ? outer : inner
        for (let m = 0; m <= count; m++) {
          if (parts[m] === 1) continue
          drainedSlopes(least[m], other[m], ends)
          const slope = flux[i] * slopeBy(m)
          if (m === 0) {
            giving[row + i] += slope * ends[0]
            taking[row + i] += slope * ends[1]
          } else
            for (let l = 0; l < n; l++) {
              const share = shares[(m - 1) * n + l]
              taking[row + l] -= slope * ends[0] * share
              giving[row + l] -= slope * ends[1] * share
            }
        }
      }
    },
  }
}
