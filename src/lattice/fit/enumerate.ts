import { refuse } from '../../error.ts'
import type { SiteSupercell } from './site-group.ts'

/** Occupation of the sites of a supercell: 0 empty, k the k-th carrier, [cells · sites]. */
export type Arrangement = Uint8Array

export type EnumerateOptions = {
  /** How many kinds of ion there are. */
  readonly carriers: number
  /** Pairs of sites of the supercell that are not both filled. */
  readonly exclusions?: readonly (readonly [number, number])[]
  /** Σ_i weights_i N_i ≤ max over the supercell. */
  readonly limits?: readonly { readonly weights: ArrayLike<number>; readonly max: number }[]
  /** Which carriers may sit on a site; all where absent. */
  readonly allowed?: (site: number, carrier: number) => boolean
  /** Leave out what repeats with a smaller cell; true where absent. */
  readonly primitive?: boolean
  /** Largest number of arrangements tried before it is refused; 1e7 where absent. */
  readonly mostTried?: number
}

/**
 * Every arrangement of carriers on the sites of a supercell once, of those that the space group maps on one another the first
 * in the order of texts (the fullest at the front).
 *
 * Orderly generation: sites are filled one after the other, and a beginning is given up as soon as an operation turns what is
 * decided into something that comes before it. Without limits the count is Burnside's, (1/|G|) Σ_g (n + 1)^{cycles of g}.
 *
 * Source: computed
 */
export function* arrangements(cell: SiteSupercell, o: EnumerateOptions): Generator<Arrangement> {
  const { carriers, exclusions = [], limits = [], allowed, primitive = true, mostTried = 1e7 } = o
  if (!(Number.isInteger(carriers) && carriers >= 1 && carriers <= 8))
    refuse('carriers', carriers, 'a whole number from 1 to 8')
  const size = cell.cells * cell.sites
  const sigma = new Uint8Array(size)
  const barred: number[][] = Array.from({ length: size }, () => [])
  for (const [i, j] of exclusions) {
    if (i === j) continue
    barred[Math.max(i, j)].push(Math.min(i, j))
  }
  const used = limits.map(() => 0)
  let tried = 0
  const fits = (site: number, carrier: number): boolean =>
    (!allowed || allowed(site, carrier)) &&
    !barred[site].some(other => sigma[other] > 0) &&
    limits.every(({ weights, max }, k) => used[k] + weights[carrier - 1] <= max + 1e-9)
  const add = (carrier: number, sign: number): void => {
    if (carrier > 0) for (let k = 0; k < limits.length; k++) used[k] += sign * limits[k].weights[carrier - 1]
  }
  function* fill(site: number): Generator<Arrangement> {
    if (++tried > mostTried)
      refuse('supercell', `${size} sites`, `fewer sites or tighter limits: more than ${mostTried} arrangements to try`)
    if (site === size) {
      if (!primitive || !repeats(cell, sigma)) yield sigma.slice()
      return
    }
    for (let carrier = carriers; carrier >= 0; carrier--) {
      if (carrier > 0 && !fits(site, carrier)) continue
      sigma[site] = carrier
      add(carrier, 1)
      if (comesFirst(cell, sigma, site + 1)) yield* fill(site + 1)
      add(carrier, -1)
    }
    sigma[site] = 0
  }
  yield* fill(0)
}

/** Whether no operation turns the first `decided` sites into something that comes before them. */
const comesFirst = ({ permutations }: SiteSupercell, sigma: Arrangement, decided: number): boolean => {
  for (const to of permutations) {
    for (let i = 0; i < decided; i++) {
      const from = to[i]
      if (from >= decided) break
      if (sigma[from] !== sigma[i]) {
        if (sigma[from] > sigma[i]) return false
        break
      }
    }
  }
  return true
}

const repeats = ({ translations }: SiteSupercell, sigma: Arrangement): boolean =>
  translations.some(to => sigma.every((carrier, i) => sigma[to[i]] === carrier))

/** Of all arrangements that the group maps this one on, the first in the order of texts: equal ones are the same arrangement. */
export const canonical = ({ permutations }: SiteSupercell, sigma: Arrangement): Arrangement => {
  let best = sigma
  const image = new Uint8Array(sigma.length)
  for (const to of permutations) {
    for (let i = 0; i < sigma.length; i++) image[i] = sigma[to[i]]
    const k = image.findIndex((carrier, i) => carrier !== best[i])
    if (k >= 0 && image[k] > best[k]) best = image.slice()
  }
  return best === sigma ? sigma.slice() : best
}

/** Ions of each carrier, [carriers]. */
export const contentOf = (sigma: Arrangement, carriers: number): number[] => {
  const count = new Array<number>(carriers).fill(0)
  for (const carrier of sigma) if (carrier > 0) count[carrier - 1]++
  return count
}

/**
 * Arrangements filled at random, one of each class, for supercells too large to enumerate: each carrier's share of the room is
 * drawn first, so that all contents come about, then ions are put on sites at random as long as they fit.
 *
 * @param uniform  random numbers in [0, 1)
 * @param count    how many draws; as many or fewer come back, as classes that come again are left out
 */
export const randomArrangements = (
  cell: SiteSupercell,
  o: EnumerateOptions & { readonly count: number; readonly uniform: () => number },
): Arrangement[] => {
  const { carriers, exclusions = [], limits = [], allowed, primitive = true, count, uniform } = o
  const size = cell.cells * cell.sites
  const barred: number[][] = Array.from({ length: size }, () => [])
  for (const [i, j] of exclusions) {
    barred[i].push(j)
    barred[j].push(i)
  }
  const found = new Map<string, Arrangement>()
  for (let draw = 0; draw < count; draw++) {
    const sigma = new Uint8Array(size)
    const used = limits.map(() => 0)
    const room = uniform()
    const share = Array.from({ length: carriers }, () => -Math.log(1 - uniform()))
    const sum = share.reduce((a, b) => a + b, 0)
    for (let attempt = 0; attempt < 4 * size; attempt++) {
      const site = Math.floor(size * uniform())
      let carrier = 1
      for (let v = uniform() * sum - share[0]; v > 0 && carrier < carriers; carrier++) v -= share[carrier]
      if (sigma[site] > 0 || (allowed && !allowed(site, carrier)) || barred[site].some(other => sigma[other] > 0))
        continue
      if (!limits.every(({ weights, max }, k) => used[k] + weights[carrier - 1] <= room * max + 1e-9)) continue
      sigma[site] = carrier
      for (let k = 0; k < limits.length; k++) used[k] += limits[k].weights[carrier - 1]
    }
    if (primitive && repeats(cell, sigma)) continue
    const standard = canonical(cell, sigma)
    found.set(standard.join(''), standard)
  }
  return [...found.values()]
}
