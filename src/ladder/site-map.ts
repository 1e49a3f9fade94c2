/** Which sites relaxed ions sit on. */
import { toFractional } from '../crystal/lattice.ts'
import type { Structure } from '../crystal/structure.ts'
import type { Arrangement } from '../lattice/fit/enumerate.ts'
import type { SiteGroup, SiteSupercell } from '../lattice/fit/site-group.ts'
import { inverse } from '../math/mat3.ts'

export type SiteMapping = {
  /** The arrangement that the ions are in; nothing where they are in none. */
  readonly sigma?: Arrangement
  /** From each ion to its site [Å], in the order of the ions. */
  readonly distances: readonly number[]
  /** Of each ion, site of the supercell. */
  readonly at: readonly number[]
  /** Why there is none. */
  readonly why?: string
}

export type SiteMappingOptions = {
  /** Further than this from a site an ion is on none [Å]. */
  readonly reach: number
  /** Pairs of sites that are not both filled. */
  readonly exclusions: readonly (readonly [number, number])[]
}

/**
 * Ions on sites: one ion a site, no two on sites that exclude each other, Σ d² least. The host's drift is taken off first, and
 * sites go with the cell: both sides are compared as fractions of their cells, distances are taken in the relaxed one.
 *
 * @param ideal    atoms of the host in the supercell, as sites were found in it
 * @param relaxed  the same atoms, then the ions
 * @param carriers index from 1 of each ion
 */
export const sitesOfIons = (
  group: SiteGroup,
  cell: SiteSupercell,
  ideal: Structure,
  relaxed: Structure,
  carriers: readonly number[],
  { reach, exclusions }: SiteMappingOptions,
): SiteMapping => {
  const n = ideal.species.length
  const f = toFractional(relaxed.positions, relaxed.lattice)
  const drift = hostDrift(toFractional(ideal.positions, ideal.lattice), f, n)
  const sites = siteFractions(group, cell)
  const barred = new Set(exclusions.flatMap(([i, j]) => [`${i} ${j}`, `${j} ${i}`]))
  const near = carriers.map((_, m) => {
    const distance = Float64Array.from({ length: sites.length / 3 }, (_, s) =>
      periodicDistance(
        [0, 1, 2].map(d => f[3 * (n + m) + d] - drift[d] - sites[3 * s + d]),
        relaxed.lattice,
      ),
    )
    return Array.from(distance.keys())
      .filter(s => distance[s] <= reach)
      .sort((a, b) => distance[a] - distance[b])
      .map(site => ({ site, distance: distance[site] }))
  })
  const lost = near.findIndex(list => list.length === 0)
  if (lost >= 0) return { distances: [], at: [], why: `ion ${lost + 1} is further than ${reach} Å from every site` }
  let best: { squares: number; picked: { site: number; distance: number }[] } | undefined
  const pick = (m: number, squares: number, picked: { site: number; distance: number }[]): void => {
    if (best && squares >= best.squares) return
    if (m === near.length) {
      best = { squares, picked: [...picked] }
      return
    }
    for (const one of near[m]) {
      if (picked.some(other => other.site === one.site || barred.has(`${other.site} ${one.site}`))) continue
      pick(m + 1, squares + one.distance ** 2, [...picked, one])
    }
  }
  pick(0, 0, [])
  if (!best) return { distances: [], at: [], why: 'two ions on one site, or on sites that exclude each other' }
  const sigma = new Uint8Array(cell.cells * cell.sites)
  best.picked.forEach(({ site }, m) => {
    sigma[site] = carriers[m]
  })
  return { sigma, distances: best.picked.map(one => one.distance), at: best.picked.map(one => one.site) }
}

/** Mean displacement of the host's atoms, fractional, [3]. */
export const hostDrift = (ideal: ArrayLike<number>, relaxed: ArrayLike<number>, n: number): number[] => {
  const drift = [0, 0, 0]
  for (let i = 0; i < n; i++)
    for (let d = 0; d < 3; d++) {
      const by = relaxed[3 * i + d] - ideal[3 * i + d]
      drift[d] += (by - Math.round(by)) / n
    }
  return drift
}

/** Sites of a supercell as fractions of it, [cells · sites, 3]. */
export const siteFractions = (group: SiteGroup, { matrix, points, cells, sites }: SiteSupercell): Float64Array => {
  const toNew = inverse(matrix)
  const out = new Float64Array(3 * cells * sites)
  for (let c = 0; c < cells; c++)
    for (let s = 0; s < sites; s++) {
      const p = [0, 1, 2].map(d => group.fractional[3 * s + d] + points[3 * c + d])
      for (let d = 0; d < 3; d++)
        out[3 * (c * sites + s) + d] = p[0] * toNew[d] + p[1] * toNew[3 + d] + p[2] * toNew[6 + d]
    }
  return out
}

/** Length of a difference of fractions modulo the cell [Å]; skewed cells need the neighbours of the rounded one. */
const periodicDistance = (difference: readonly number[], A: ArrayLike<number>): number => {
  const [u, v, w] = difference.map(x => x - Math.round(x))
  let least = Number.POSITIVE_INFINITY
  for (let a = -1; a <= 1; a++)
    for (let b = -1; b <= 1; b++)
      for (let c = -1; c <= 1; c++) {
        const length = Math.hypot(
          (u + a) * A[0] + (v + b) * A[3] + (w + c) * A[6],
          (u + a) * A[1] + (v + b) * A[4] + (w + c) * A[7],
          (u + a) * A[2] + (v + b) * A[5] + (w + c) * A[8],
        )
        if (length < least) least = length
      }
  return least
}
