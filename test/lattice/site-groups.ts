/** Sites for tests of arrangements, from the structures whose counts a peer has on record. */
import { readFileSync } from 'node:fs'
import { toCartesian } from '../../src/crystal/lattice.ts'
import { findSites } from '../../src/crystal/sites.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { type SiteGroup, siteGroupOf } from '../../src/lattice/fit/site-group.ts'
import '../crystal/prototypes.ts'

const structures = JSON.parse(readFileSync(new URL('../reference/casm/moves.json', import.meta.url), 'utf8'))
  .structures as Record<string, { lattice: number[][]; host: [string, number[]][]; sites: number[][] }>

/** The first so many sites of a structure with the group of its host. */
export const groupOf = (name: string, count: number): SiteGroup => {
  const { lattice, host, sites } = structures[name]
  const A = Float64Array.from(lattice.flat())
  const used = sites.slice(0, count)
  const structure: Structure = {
    species: [...host.map(([symbol]) => symbol), ...used.map(() => 'Li')],
    lattice: A,
    positions: toCartesian([...host.map(([, f]) => f), ...used].flat(), A),
  }
  return siteGroupOf(findSites(structure, { carriers: ['Li'], merge: 0.1 }))
}
