import { toCartesian, toFractional } from '../../crystal/lattice.ts'
import { findNetwork, type Network, percolation } from '../../crystal/network.ts'
import { findSites, type SiteSet } from '../../crystal/sites.ts'
import { type Structure, withAtoms } from '../../crystal/structure.ts'
import { refuse } from '../../error.ts'
import { type SiteGroup, siteGroupOf } from '../../lattice/fit/site-group.ts'
import type { Stage } from '../stage.ts'
import { type StructureRung, structureOfRung } from './structure.ts'

export type NetworkSettings = {
  readonly carriers: readonly string[]
  /** A place of each kind of site [fractional in the host's cell], by the sublattice's name; completed by the space group. */
  readonly places: Readonly<Record<string, readonly number[]>>
  /** Places closer than this are one site [Å]. */
  readonly merge: number
  /** Longest hop [Å]. */
  readonly cutoff: number
}

/** For the report; rungs above find sites and hops again, the same ones, from structure and settings. */
export type NetworkRung = {
  readonly settings: NetworkSettings
  readonly sites: readonly { readonly sublattice: string; readonly position: readonly number[] }[]
  readonly hops: readonly {
    readonly label: string
    readonly length: number
    readonly count: number
    readonly window: number
  }[]
  readonly dimension: number
}

/** Sites of the ions, closed under the space group, and the hops between neighbours. */
export const networkStage = (settings: NetworkSettings): Stage<NetworkRung> => ({
  name: 'network',
  title: 'Network: sites and hops',
  version: 1,
  needs: ['structure'],
  settings,
  *run({ inputs }) {
    yield { kind: 'progress', fraction: 0, doing: 'finding sites' }
    const {
      group,
      network,
      sublattices: names,
    } = networkOf(structureOfRung(inputs.structure as StructureRung), settings)
    return {
      settings,
      sites: Array.from(group.sublattice, (kind, s) => ({
        sublattice: names[kind],
        position: [...group.fractional.subarray(3 * s, 3 * s + 3)],
      })),
      hops: network.hops.map(({ label, distance, pairs, window }) => ({
        label: plain(label, names),
        length: distance,
        count: pairs.length,
        window,
      })),
      dimension: percolation(network).dimension,
    }
  },
  report: ({ sites, hops, dimension }) => ({
    basis: 'computed',
    why: 'Places of one site of each kind are given, their images and neighbours found by geometry.',
    lines: [`${sites.length} sites a cell, ${hops.length} kinds of hop, connected in ${dimension} dimensions`],
    table: [
      ['hop', 'a cell', 'length / Å', 'room on the way / Å'],
      ...hops.map(({ label, length, count, window }) => [label, String(count), length.toFixed(3), window.toFixed(3)]),
    ],
  }),
})

/** Sites, their group and the hops in a host. */
export const networkOf = (
  host: Structure,
  { carriers, places, merge, cutoff }: NetworkSettings,
): {
  readonly sites: SiteSet
  readonly group: SiteGroup
  readonly network: Network
  /** Names of the sublattices, in the order of the group. */
  readonly sublattices: readonly string[]
} => {
  const wanted = Object.entries(places)
  const marker = carriers[0]
  const found = findSites(
    withAtoms(
      host,
      wanted.map(() => marker),
      toCartesian(
        wanted.flatMap(([, place]) => place),
        host.lattice,
      ),
    ),
    { carriers: [marker], merge },
  )
  if (found.sublattices.length !== wanted.length)
    refuse(
      'network.places',
      `${wanted.length} places`,
      `places of ${found.sublattices.length} kinds: two of them are one site, or merge is too long`,
    )
  const sites = { ...found, carriers }
  const group = siteGroupOf(sites)
  const sublattices = found.sublattices.map((_, kind) => {
    const nearest = wanted.map(([name, place]) => ({
      name,
      far: distanceTo(group, kind, toCartesian(place, host.lattice)),
    }))
    return nearest.reduce((a, b) => (b.far < a.far ? b : a)).name
  })
  return { sites, group, network: findNetwork(sites, { cutoff }), sublattices }
}

/** From a place [Å] to the nearest site of a sublattice [Å], by the nearest image of each cell vector. */
const distanceTo = ({ cell, fractional, sublattice }: SiteGroup, kind: number, r: ArrayLike<number>): number => {
  const f = toFractional(r, cell)
  let least = Number.POSITIVE_INFINITY
  for (let s = 0; s < sublattice.length; s++) {
    if (sublattice[s] !== kind) continue
    const d = [0, 1, 2].map(k => f[k] - fractional[3 * s + k])
    least = Math.min(
      least,
      Math.hypot(
        ...toCartesian(
          d.map(x => x - Math.round(x)),
          cell,
        ),
      ),
    )
  }
  return least
}

/** Letters of the site finder as the names of the study. */
const plain = (label: string, names: readonly string[]): string =>
  label.replace(
    /^([A-Z])–([A-Z])/,
    (_, a: string, b: string) => `${names[a.charCodeAt(0) - 65] ?? a}–${names[b.charCodeAt(0) - 65] ?? b}`,
  )
