import { bottlenecks, findNetwork, type Network, percolation, thresholds } from '../src/crystal/network.ts'
import { findSites, onlySublattices, type SiteSet } from '../src/crystal/sites.ts'
import { head, jsonText, networkRecord, sitesRecord, symmetryRecord } from './crystal-json.ts'
import { toldProgress } from './slow-work.ts'
import { requireCrystal, type StructureOptions, structureOfFile } from './structure.ts'
import { structureSentence } from './structure-sentence.ts'
import { textTable } from './table.ts'
import { checkTargets, toFile } from './write.ts'

/** Rows of a table that are printed, and pairs of sites in a line; --json has all. */
const [mostRows, mostPairs] = [100, 24]

/** Under a table whose last column says so. */
export const sameBackWords =
  'same back: an operation of the host turns the move into its own reverse, so its barrier is the same both ways\n'

/** The rows that are printed, and how many are not. */
export const shortened = <T>(rows: readonly T[]): { readonly shown: readonly T[]; readonly rest: string } => ({
  shown: rows.slice(0, mostRows),
  rest: rows.length > mostRows ? `… and ${rows.length - mostRows} more (--json has all)\n` : '',
})

export type SearchOptions = StructureOptions & {
  readonly carriers: readonly string[]
  readonly sites?: 'file' | 'voids' | 'bond-valence'
  readonly clearance?: number
  readonly relax?: string
  readonly sublattices?: readonly string[]
  readonly cutoff?: number
  readonly window?: number
  readonly exclusion?: number
  readonly passing?: boolean
  readonly tolerance?: number
  readonly json?: string
}

/** Sites and network of a file, as the options of `network` and `moves` ask. */
export const networkOfFile = async (file: string, o: SearchOptions) => {
  const { structure, notes } = await structureOfFile(file, o)
  requireCrystal(structure, file)
  const given = <K extends string, V>(key: K, value: V | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
  const relaxation =
    o.relax === undefined
      ? undefined
      : await (await import('./relaxed-sites.ts')).siteRelaxation(o.relax, { file, carriers: o.carriers })
  const found = findSites(structure, {
    carriers: o.carriers,
    ...given('from', o.sites),
    ...given('clearance', o.clearance),
    ...given('tolerance', o.tolerance),
    ...given('relax', relaxation?.relax),
  })
  const sites = o.sublattices ? onlySublattices(found, o.sublattices) : found
  const network = findNetwork(sites, {
    ...given('cutoff', o.cutoff),
    ...given('window', o.window),
    ...given('exclusion', o.exclusion),
    ...given('passing', o.passing),
    progress: toldProgress('windows of hops'),
  })
  const moved = relaxation ? [`sites are where ${relaxation.by} rests, one ion in a wide cell`] : []
  return { structure, network, notes: [...notes, ...moved, ...sites.notes] }
}

/** `dualion network FILE --carriers Li,Mg`: where ions can be, how they get about, and what is the narrowest on the way. */
export const networkCommand = async (file: string, o: SearchOptions): Promise<void> => {
  await checkTargets({ json: o.json }, file)
  const { structure, network, notes } = await networkOfFile(file, o)
  const lengths = network.hops.map(hop => hop.distance)
  const narrowness = network.hops.map(hop => -hop.window)
  if (o.json !== undefined)
    await toFile(o.json, [
      jsonText({
        ...head('dualion network'),
        symmetry: symmetryRecord(network.sites.symmetry),
        ...sitesRecord(network.sites),
        ...networkRecord(network),
        percolation: percolation(network),
        longestHopNeeded: bottlenecks(network, lengths),
        widestWay: bottlenecks(network, narrowness).map(cost => -cost),
      }),
    ])
  const out = o.json === '-' ? process.stderr : process.stdout
  out.write(
    `${structureSentence(structure)}\nhost ${network.sites.symmetry.symbol} (no. ${network.sites.symmetry.number}); sites ${originInWords(network.sites, o.relax !== undefined)}\n\n`,
  )
  out.write(sitesTable(network.sites))
  out.write('\n')
  out.write(hopsTable(network))
  out.write('\n')
  out.write(percolationText(network))
  for (const note of notes) out.write(`note: ${note}\n`)
  if (o.json !== undefined && o.json !== '-') out.write(`wrote ${o.json}\n`)
}

const originInWords = ({ origin }: SiteSet, relaxed: boolean): string => {
  if (origin === 'file') return `from the file, completed by the symmetry of the host${relaxed ? ', relaxed' : ''}`
  if (origin === 'voids')
    return `found as voids between its ions${relaxed ? ', relaxed' : ' (geometry only: not minima of an energy)'}`
  return `found by bond valences${relaxed ? ', relaxed' : ' (screening only: not minima of an energy)'}`
}

const sitesTable = ({ sublattices, carriers, fractional }: SiteSet): string => {
  const { shown, rest } = shortened(sublattices)
  return `${textTable([
    [
      'sites',
      'Wyckoff',
      'site symmetry',
      'per cell',
      'x',
      'y',
      'z',
      'room / Å',
      'neighbours / Å',
      ...carriers.map(ion => `V(${ion})`),
    ],
    ...shown.map(one => [
      one.label,
      one.wyckoff,
      one.siteSymmetry,
      String(one.count),
      ...[0, 1, 2].map(d => fractional[3 * one.first + d].toFixed(4)),
      one.clearance.toFixed(3),
      shellInWords(one.neighbours),
      ...carriers.map(ion => one.bondValence[ion]?.sum.toFixed(2) ?? ''),
    ]),
  ])}${rest}`
}

/** `4 S 2.565`, equal distances together. */
const shellInWords = (neighbours: SiteSet['sublattices'][number]['neighbours']): string => {
  const groups: { species: string; distance: number; count: number }[] = []
  for (const { species, distance } of neighbours) {
    const known = groups.find(group => group.species === species && Math.abs(group.distance - distance) < 2e-3)
    if (known) known.count++
    else groups.push({ species, distance, count: 1 })
  }
  return groups.map(({ species, distance, count }) => `${count} ${species} ${distance.toFixed(3)}`).join(', ')
}

const hopsTable = ({ sites, hops }: Network): string => {
  if (hops.length === 0) return 'no hops within the cutoff\n'
  const { shown, rest } = shortened(hops)
  return `${textTable([
    ['hop', 'length / Å', 'per cell', 'from each', 'to each', 'same back', 'window / Å'],
    ...shown.map(hop => [
      `${sites.sublattices[hop.from].label}–${sites.sublattices[hop.to].label}`,
      hop.distance.toFixed(3),
      String(hop.pairs.length),
      String(hop.perFrom),
      String(hop.perTo),
      hop.symmetric ? 'yes' : 'no',
      hop.window.toFixed(3),
    ]),
  ])}${rest}${sameBackWords}moves along these hops, numbered for a study of barriers: dualion moves\n`
}

const percolationText = (network: Network): string => {
  const { hops, sites } = network
  const all = percolation(network)
  const axes = ['a', 'b', 'c']
  const along = (is: readonly boolean[]) => axes.filter((_, d) => is[d]).join(', ') || 'none of a, b, c'
  const lines = [
    `${all.dimension}-dimensional with all hops (along ${along(all.along)} of the cell in the file), ${all.components.length} part${all.components.length === 1 ? '' : 's'} in a primitive cell`,
  ]
  const steps = (title: string, costs: readonly number[], shown: (cost: number) => string) => {
    for (const step of thresholds(network, costs))
      lines.push(`${title} ${shown(step.cost)}: ${step.dimension}-dimensional, along ${along(step.along)}`)
  }
  steps(
    'hops up to',
    hops.map(hop => hop.distance),
    cost => `${cost.toFixed(3)} Å`,
  )
  steps(
    'windows down to',
    hops.map(hop => -hop.window),
    cost => `${(-cost).toFixed(3)} Å`,
  )
  const closest = network.exclusions.map(pair => {
    const [a, b] = [sites.sublattices[pair.from].label, sites.sublattices[pair.to].label]
    return `${a}–${b} ${pair.distance.toFixed(3)}`
  })
  lines.push(
    closest.length === 0
      ? `no two sites lie closer than ${network.exclusion} Å`
      : `closer than ${network.exclusion} Å, so not filled together: ${closest.slice(0, mostPairs).join(', ')}${closest.length > mostPairs ? `, and ${closest.length - mostPairs} more kinds of pair` : ''}`,
  )
  return `${lines.join('\n')}\n`
}
