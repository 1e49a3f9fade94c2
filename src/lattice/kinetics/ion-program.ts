/** What a walk by ions must look at after a hop: ions that may have a faster move than before. */
import type { EventTables } from './events.ts'

/** By channel, as the programs of `EventTables`, but only what a hop can make faster. */
export type IonProgram = {
  /** Sites needed, the two of the hop first: [channels + 1] into cells [·, 3], sites, and shifts of the index. */
  readonly siteStart: Int32Array
  readonly siteCell: Int32Array
  readonly siteAt: Int32Array
  readonly siteShift: Int32Array
  /** Sites whose fields change, among these, as `fieldStart` has them. */
  readonly fieldAt: Int32Array
  /** [channels + 1] into `text`: index of a site, number of its entries, 1 where they are all its ways out; index of the site entered and begin of its codes for each. */
  readonly textStart: Int32Array
  readonly text: Int32Array
  /** Groups of the longest. */
  readonly mostGroups: number
}

/**
 * A move from s to t is looked at where the hop has emptied t, has filled s, or may have lowered the field of t against that of s,
 * for any ion that hops and any on s. No other move of one ion can be faster than before: its barrier rises with ΔE.
 */
export const ionProgram = (tables: EventTables): IonProgram => {
  const { channels, programStart, program, aroundStart, aroundCell, aroundSite, aroundShift } = tables
  const { channelAt, perSite: K, fieldStart, fieldAt: fullFieldAt, fieldChange } = tables
  const n = tables.lattice.carriers.length
  const used: number[][] = []
  const texts: number[][] = []
  const fields: number[] = []
  let mostGroups = 1
  for (let j = 0; j < channels; j++) {
    const begin = aroundStart[j]
    const changeAt = new Map<number, number>()
    for (let q = fieldStart[j]; q < fieldStart[j + 1]; q++) changeAt.set(fullFieldAt[q], q)
    const lowers = (s: number, t: number): boolean => {
      const p = changeAt.get(s)
      const q = changeAt.get(t)
      for (let k = 0; k < n * n; k++) {
        const change =
          (q === undefined ? 0 : fieldChange[q * n * n + k]) - (p === undefined ? 0 : fieldChange[p * n * n + k])
        if (change < 0) return true
      }
      return false
    }
    const index = new Map<number, number>([
      [0, 0],
      [1, 1],
    ])
    const of = (around: number): number => {
      const found = index.get(around) ?? index.size
      index.set(around, found)
      return found
    }
    const text: number[] = []
    let groups = 0
    let i = programStart[j]
    while (i < programStart[j + 1]) {
      const s = program[i]
      const beyond = i + 3 + 5 * program[i + 2]
      const kept: number[] = []
      for (i += 3; i < beyond; i += 5) {
        const t = program[i + 1]
        if (t === 0 || s === 1 || lowers(s, t)) kept.push(of(t), program[i + 2])
      }
      // nothing is left on the site that the ion has left
      if (kept.length === 0 || s === 0) continue
      const u = aroundSite[begin + s]
      let ways = 0
      for (let k = 0; k < K; k++) if (channelAt[u * K + k] >= 0) ways++
      text.push(of(s), kept.length / 2, kept.length / 2 === ways ? 1 : 0, ...kept)
      groups++
    }
    for (let q = fieldStart[j]; q < fieldStart[j + 1]; q++) fields.push(of(fullFieldAt[q]))
    mostGroups = Math.max(mostGroups, groups)
    used.push([...index.keys()].map(k => begin + k))
    texts.push(text)
  }
  const startsOf = (lists: readonly (readonly number[])[]): Int32Array => {
    const starts = new Int32Array(lists.length + 1)
    for (const [k, list] of lists.entries()) starts[k + 1] = starts[k] + list.length
    return starts
  }
  const places = used.flat()
  return {
    siteStart: startsOf(used),
    siteCell: Int32Array.from(places.flatMap(p => [0, 1, 2].map(d => aroundCell[3 * p + d]))),
    siteAt: Int32Array.from(places, p => aroundSite[p]),
    siteShift: Int32Array.from(places, p => aroundShift[p]),
    fieldAt: Int32Array.from(fields),
    textStart: startsOf(texts),
    text: Int32Array.from(texts.flat()),
    mostGroups,
  }
}
