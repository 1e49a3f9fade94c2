import { refuse } from '../../error.ts'
import { nearest } from '../../file/nearest.ts'
import type { Lattice } from '../lattice.ts'
import type { SlabStage } from './protocol.ts'
import type { SlabState } from './result.ts'

/** A slab, its reservoir and what is done with it. */
export type SlabOptions = {
  /** Cells along each vector; those along `axis` are the layers. */
  readonly size: readonly [number, number, number]
  /** The vector into the depth; the last one where left out. */
  readonly axis?: 0 | 1 | 2
  /** Depth window of the mean-field terms, an odd number of layers, or the whole slab (where left out). */
  readonly window?: number | 'slab'
  /** [K] */
  readonly temperature: number
  readonly reservoir: {
    /** μ_i° [eV] against the carrier's own metal on the scale of φ: z_i times that metal's potential; 0 where left out. */
    readonly standard?: Readonly<Record<string, number>>
    /** a_i [–]; 1 where left out. */
    readonly activity?: Readonly<Record<string, number>>
    /** k⁰_i [1/s] at each site of the face; 0, a carrier that never passes, where left out. */
    readonly exchangeRate: Readonly<Record<string, number>>
  }
  /** Sites of the cell through which ions come; those from which a hop would lead out where left out (`faceSitesOf`). */
  readonly faceSites?: readonly number[]
  readonly stages: readonly SlabStage[]
  /** False leaves out events of two ions; interactions and the barriers of single hops stay. */
  readonly pairHops?: boolean
  /**
   * What goes to and fro is held at local equilibrium (`throttle.ts`): slowed until it does so about `crossings` times at a place
   * while its stage grows as old as it is, 1000 where left out. `off`: every step is made.
   */
  readonly throttle?: 'off' | { readonly crossings: number }
  /** What is there at the start, [sites], 0 = vacant, i + 1 = carrier i; empty where left out. */
  readonly start?: ArrayLike<number>
  readonly seed: number
  readonly stream?: number
  /** Most rows that are written down, 401 where left out. */
  readonly rows?: number
  /** `count`: slabs so narrow that a site meets its own image, for exact checks. */
  readonly images?: 'refuse' | 'count'
  /** Goes on from a snapshot's `state()`. */
  readonly resume?: SlabState
}

/** No ion tries more often: an attempt frequency is below 1e15 [1/s]. Source: assumed */
const mostExchange = 1e18

/** @throws SimulationError ('input') on what cannot be, besides stages, start and layers, which are looked at where they are used */
export const checkSlab = (lattice: Lattice, o: SlabOptions): void => {
  if (!(o.temperature > 0 && Number.isFinite(o.temperature))) refuse('temperature', o.temperature, 'kelvin > 0')
  if (lattice.events.length === 0)
    refuse('events', lattice.events, `a lattice with events${o.pairHops === false ? ' of single ions' : ''}`)
  for (const { family, Ekra, attemptFrequency } of lattice.events) {
    if (!(Ekra >= 0)) refuse(`events (${family}): Ekra`, Ekra, 'eV ≥ 0')
    if (!(attemptFrequency >= 0 && Number.isFinite(attemptFrequency)))
      refuse(`events (${family}): attemptFrequency`, attemptFrequency, '1/s ≥ 0')
  }
  const { exchangeRate, activity = {} } = o.reservoir
  for (const [symbol, rate] of Object.entries(exchangeRate))
    if (!(rate >= 0 && rate <= mostExchange))
      refuse(`reservoir.exchangeRate.${symbol}`, rate, `1/s from 0 to ${mostExchange}`)
  for (const [symbol, a] of Object.entries(activity))
    if (!(a > 0 && Number.isFinite(a)))
      refuse(`reservoir.activity.${symbol}`, a, '> 0: leave the carrier out of a stage instead')
  if (!Number.isInteger(o.seed)) refuse('seed', o.seed, 'a whole number')
  const { rows = 401 } = o
  if (!(Number.isInteger(rows) && rows >= 11)) refuse('rows', rows, 'a whole number, at least 11')
  for (const site of o.faceSites ?? [])
    if (!(Number.isInteger(site) && site >= 0 && site < lattice.sites.length))
      refuse('faceSites', site, `sites 0 … ${lattice.sites.length - 1}`)
  if (o.faceSites?.length === 0) refuse('faceSites', o.faceSites, 'at least one site')
  const sites = o.size[0] * o.size[1] * o.size[2] * lattice.sites.length
  if (o.start !== undefined) {
    if (o.start.length !== sites) refuse('start', o.start.length, `${sites} sites`)
    const odd = Array.from(o.start).find(a => !(Number.isInteger(a) && a >= 0 && a <= lattice.carriers.length))
    if (odd !== undefined) refuse('start', odd, `0 … ${lattice.carriers.length}`)
  }
  if (o.resume !== undefined && o.resume.of !== fingerprint(lattice, o))
    refuse('resume', o.resume.of, `a state of this very run: ${fingerprint(lattice, o)}`)
}

/** What a state must have been made from to be gone on with. */
export const fingerprint = (lattice: Lattice, o: SlabOptions): string => {
  const { resume: _resume, start, ...rest } = o
  const values = [
    ...lattice.siteEnergy,
    ...lattice.clusters.flatMap(({ energy }) => [...energy]),
    ...lattice.events.flatMap(({ Ekra, attemptFrequency }) => [Ekra, attemptFrequency]),
    ...Array.from(start ?? []),
  ]
  // a running hash of the digits, 32 bits
  let hash = 0x811c9dc5
  for (const letter of JSON.stringify([rest, values])) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0
  return `${lattice.name} ${o.size.join('×')} seed ${o.seed}.${o.stream ?? 0} #${hash.toString(16)}`
}

/** A record by symbol as a vector over the carriers. */
export const vectorOf = (
  field: string,
  record: Readonly<Record<string, number>> | undefined,
  symbols: readonly string[],
  usual: number,
): Float64Array => {
  for (const [symbol, value] of Object.entries(record ?? {})) {
    if (!symbols.includes(symbol)) {
      const meant = nearest(symbol, symbols)
      refuse(field, symbol, `${symbols.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`)
    }
    if (!Number.isFinite(value)) refuse(`${field}.${symbol}`, value, 'a finite number')
  }
  return Float64Array.from(symbols, symbol => record?.[symbol] ?? usual)
}

/** The lattice without its events of two ions. */
export const singlesOnly = (lattice: Lattice): Lattice => ({
  ...lattice,
  events: lattice.events.filter(event => event.movers.length === 1),
})
