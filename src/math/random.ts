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
  // whole numbers of 32 bits in an array: a word kept in a variable of a closure is put in a new place each time it changes
  const words = Int32Array.from(state, word => word | 0)
  // two steps at once; 53 bits from two words, as many as a double holds
  const uniform = () => {
    const x = words[0]
    const y = words[1]
    const w = words[3]
    const s = x ^ (x << 11)
    const one = w ^ (w >>> 19) ^ s ^ (s >>> 8)
    const t = y ^ (y << 11)
    const two = one ^ (one >>> 19) ^ t ^ (t >>> 8)
    words[0] = words[2]
    words[1] = w
    words[2] = one
    words[3] = two
    return ((one >>> 5) * 67108864 + (two >>> 6)) * 2 ** -53
  }
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    state: () => [words[0] >>> 0, words[1] >>> 0, words[2] >>> 0, words[3] >>> 0],
  }
}
