import { multiply } from '../../math/mat3.ts'
import type { Cluster, MeanField, Place } from '../lattice.ts'
import { type ClusterTerm, type Decorated, neighboursOf } from './cluster-terms.ts'
import type { SiteGroup, SiteSupercell } from './site-group.ts'

/** Columns of the linear problem that stand for mean-field terms: n^power, n = Σ_i weights_i x_i per formula unit. */
export type MeanFieldTerm = { readonly label: string; readonly weights: readonly number[]; readonly power: number }

/** n^power of an arrangement, x by carrier [ions per formula unit]. */
export const meanFieldCount = ({ weights, power }: MeanFieldTerm, x: ArrayLike<number>): number =>
  weights.reduce((n, weight, i) => n + weight * x[i], 0) ** power

/** Mean-field terms that share a name and weights as one polynomial each. */
export const meanFieldsOf = (terms: readonly MeanFieldTerm[], coefficients: ArrayLike<number>): MeanField[] => {
  const found = new Map<string, { label: string; weights: Float64Array; coefficients: number[] }>()
  terms.forEach(({ label, weights, power }, t) => {
    if (coefficients[t] === 0) return
    const one = found.get(label) ?? { label, weights: Float64Array.from(weights), coefficients: [] }
    while (one.coefficients.length <= power) one.coefficients.push(0)
    one.coefficients[power] += coefficients[t]
    found.set(label, one)
  })
  return [...found.values()].map(one => ({ ...one, coefficients: Float64Array.from(one.coefficients) }))
}

/**
 * Site energies and clusters of a lattice from fitted terms; sites closer than `exclusion` [Å] get a cluster of infinite energy.
 *
 * @returns  siteEnergy [eV], [sites, carriers]: Infinity where no term allows the carrier
 */
export const energiesOf = (
  group: SiteGroup,
  terms: readonly ClusterTerm[],
  coefficients: ArrayLike<number>,
  carriers: number,
  exclusion = 0,
): { readonly siteEnergy: Float64Array; readonly clusters: readonly Cluster[] } => {
  const sites = group.fractional.length / 3
  const siteEnergy = new Float64Array(sites * carriers).fill(Number.POSITIVE_INFINITY)
  const clusters = new Map<string, { label: string; places: Place[]; energy: Float64Array }>()
  const clusterAt = (members: readonly Decorated[], label: string) => {
    const { places, order } = standard(members)
    const key = places.map(place => place.join()).join(' ')
    let one = clusters.get(key)
    if (one === undefined) {
      one = {
        label,
        places: places.map(([site, a, b, c]) => ({ site, image: [a, b, c] })),
        energy: new Float64Array(carriers ** members.length),
      }
      clusters.set(key, one)
    }
    return { one, order }
  }
  terms.forEach((term, t) => {
    const V = coefficients[t]
    for (const member of term.members) {
      if (member.length === 1) {
        const [site, , , , carrier] = member[0]
        siteEnergy[site * carriers + carrier - 1] = V
        continue
      }
      if (V === 0) continue
      const { one, order } = clusterAt(member, plain(term.label))
      let at = 0
      for (const k of order) at = at * carriers + member[k][4] - 1
      one.energy[at] += V
    }
  })
  if (exclusion > 0)
    neighboursOf(group, exclusion).forEach((near, i) => {
      for (const { site, image, distance } of near) {
        const pair: Decorated[] = [
          [i, 0, 0, 0, 0],
          [site, ...image, 0],
        ]
        clusterAt(pair, `excluded ${distance.toFixed(3)}`).one.energy.fill(Number.POSITIVE_INFINITY)
      }
    })
  return { siteEnergy, clusters: [...clusters.values()] }
}

/** The label without its carriers, which are in the matrix: `A–B 2.691`. */
const plain = (label: string): string => {
  const [first, ...rest] = label.split(/ (?=[\d.]+(?: |$))/)
  return [
    first
      .split('–')
      .map(one => one.split(' ').slice(1).join(' '))
      .join('–'),
    ...rest,
  ].join(' ')
}

/** Places in a standard order, the first in the home cell, and which member stands where. */
const standard = (members: readonly Decorated[]) => {
  let best: { places: number[][]; order: number[] } | undefined
  let text = ''
  members.forEach(([, x, y, z]) => {
    const order = members
      .map((_, k) => k)
      .sort((p, q) => {
        for (let d = 0; d < 4; d++) if (members[p][d] !== members[q][d]) return members[p][d] - members[q][d]
        return 0
      })
    const places = order.map(k => {
      const [site, a, b, c] = members[k]
      return [site, a - x + 0, b - y + 0, c - z + 0]
    })
    const home = places.findIndex(([, a, b, c]) => a === 0 && b === 0 && c === 0)
    const turn = <T>(list: T[]): T[] => [list[home], ...list.slice(0, home), ...list.slice(home + 1)]
    const here = { places: turn(places), order: turn(order) }
    const own = here.places.map(place => place.join()).join(' ')
    if (best === undefined || own < text) {
      best = here
      text = own
    }
  })
  return best!
}

/** Cartesian positions of the sites [Å], in the frame of the cell. */
export const sitePositions = ({ cell, fractional }: SiteGroup): Float64Array => {
  const out = new Float64Array(fractional.length)
  for (let k = 0; k < fractional.length; k += 3)
    for (let d = 0; d < 3; d++)
      out[k + d] = fractional[k] * cell[d] + fractional[k + 1] * cell[3 + d] + fractional[k + 2] * cell[6 + d]
  return out
}

/** Pairs of sites of a supercell nearer than a distance [Å]. */
export const closePairs = (group: SiteGroup, cell: SiteSupercell, distance: number): [number, number][] => {
  const near = neighboursOf(group, distance)
  const found = new Set<string>()
  const pairs: [number, number][] = []
  for (let c = 0; c < cell.cells; c++)
    near.forEach((list, site) => {
      for (const { site: other, image } of list) {
        const [a, b, d] = image.map((n, k) => cell.points[3 * c + k] + n)
        const i = c * cell.sites + site
        const j = cell.cellAt(a, b, d) * cell.sites + other
        const key = i < j ? `${i} ${j}` : `${j} ${i}`
        if (i === j || found.has(key)) continue
        found.add(key)
        pairs.push([i, j])
      }
    })
  return pairs
}

/** H of an arrangement per formula unit [eV]; nothing but sums, for checks: `counts` as `clusterCounts` gives them. */
export const energyOf = (counts: ArrayLike<number>, coefficients: ArrayLike<number>): number => {
  let sum = 0
  for (let t = 0; t < coefficients.length; t++) sum += counts[t] * coefficients[t]
  return sum
}

/** Vectors of the supercell as rows [Å], [9]. */
export const supercellVectors = ({ cell }: SiteGroup, { matrix }: SiteSupercell): Float64Array => multiply(matrix, cell)
