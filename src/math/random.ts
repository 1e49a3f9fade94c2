/** A stream of random numbers whose state is four words: the same seed gives the same numbers on every machine. */
export type Random = {
  /** Evenly spread in [0, 1). */
  readonly uniform: () => number
  /** Normal, mean 0, variance 1 (Box–Muller). */
  readonly normal: () => number
  /** The four words of the state, to be kept and given to `resumeRandom`. */
  readonly state: () => readonly [number, number, number, number]
}

/** Xorshift with 128 bits of state, filled from the seed and the stream's number by a multiplicative hash. */
export const random = (seed: number, stream = 0): Random => {
  let hash = seed >>> 0
  const word = () => {
    hash = (hash + 0x9e3779b9) >>> 0
    let z = hash
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  if (stream !== 0) hash = (word() ^ Math.imul(stream, 0x27d4eb2f)) >>> 0
  return resumeRandom([word(), word(), word(), word() | 1])
}

/** The stream that goes on from a state. */
export const resumeRandom = (state: readonly [number, number, number, number]): Random => {
  let [x, y, z, w] = state
  const next = (): number => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0
    return w
  }
  // 53 bits from two words, as many as a double holds
  const uniform = () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    state: () => [x, y, z, w],
  }
}
