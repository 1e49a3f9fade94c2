/** Transport of carriers that differ a thousandfold: a walk at the pace of each, and one result. */
import { resumeRandom } from '../../math/random.ts'
import type { Lattice } from '../lattice.ts'
import type { Estimate } from '../thermodynamics/averages.ts'
import type { Transport, TransportProgress } from './diffusion.ts'
import { compileEvents } from './events.ts'
import { ionsOf, restarted } from './inside.ts'
import { equilibrated } from './kinetic-monte-carlo.ts'
import { leastExits, type Measured, measureSteps } from './measure.ts'
import { type Pace, paceOf } from './pace.ts'
import { startWalk, type Walk } from './walk.ts'

export type PaceReport = {
  /** Carriers that the walk tells D* of. */
  readonly carriers: readonly number[]
  /** M, see `paceOf`. */
  readonly crossings: number
  /** Time that an ion of the slowest of them takes for an exit [s]. */
  readonly exitTime: number
  /** Events that the same time would take with nothing held, over those it took. */
  readonly saved: number
  readonly events: number
  /** [s] */
  readonly time: number
}

/**
 * Walks with all held back that is fast beside one carrier (see `paceOf`): the first at the pace of the fastest, the next at that of
 * a slower one, where it is slower by more than 3 and its pace saves more than half of the events: where it does not, one walk tells
 * both, and the faster one over times in which the slower ones move. D*_i and L_ii come from the walk at the pace of i, L_ij from
 * that of the slower of both: what the faster one does meanwhile is at equilibrium, held or not, and how far the slower one drags it
 * is not changed by how often it goes to and fro. The events are shared so that all make as many exits. While a faster carrier walks
 * the slower ones hardly move: each of its blocks begins at an arrangement of its own, drawn by canonical Monte Carlo.
 */
export function* pacedSteps(
  first: Walk,
  o: {
    readonly lattice: Lattice
    readonly pairHops?: boolean
    readonly temperature: number
    readonly crossings: number
    readonly events: number
    readonly window: number
    readonly blocks: number
    readonly burnIn: number
    readonly sweeps?: number
  },
): Generator<TransportProgress, Transport> {
  const { lattice, temperature, crossings, blocks, window, pairHops = true, sweeps = 50 } = o
  const n = lattice.carriers.length
  const ions = ionsOf(first)
  const present = ions.flatMap((count, i) => (count > 0 ? [i] : []))
  const tables = compileEvents(lattice, first.tables.run, { pairHops, contents: true })
  let walk = first
  let spent = 0
  const paces: { readonly carrier: number; readonly pace: Pace }[] = []
  for (const carrier of present) {
    const pace = paceOf(tables, walk, { crossings, carrier })
    paces.push({ carrier, pace })
    walk = pace.walk
    spent += pace.events
    yield { phase: 'settling', done: paces.length / present.length }
  }
  paces.sort((a, b) => a.pace.exitTime - b.pace.exitTime)
  const groups: { readonly told: number[]; readonly fastest: number; slowest: number; pace: Pace }[] = []
  for (const { carrier, pace } of paces) {
    const last = groups.at(-1)
    const near = last !== undefined && pace.exitTime < alike * last.fastest
    if (last && (near || last.pace.perSecond < worth * pace.perSecond)) {
      last.told.push(carrier)
      last.slowest = pace.exitTime
      // of carriers alike the slowest sets the pace; where that would hold no more, the fastest
      if (near) last.pace = pace
    } else groups.push({ told: [carrier], fastest: pace.exitTime, slowest: pace.exitTime, pace })
  }
  const rank = new Array<number>(n).fill(0)
  for (const [g, { told }] of groups.entries()) for (const carrier of told) rank[carrier] = g
  const walkOf = (k: number): number => Math.max(rank[k % n], rank[Math.floor(k / n)])
  const exitRate = new Array<number>(n).fill(0)
  for (const { carrier, pace } of paces) exitRate[carrier] = 1 / pace.exitTime

  // as many exits of each, and none is forgotten
  const costs = groups.map(({ pace, slowest }) => pace.perSecond * slowest)
  const allCosts = costs.reduce((a, b) => a + b, 0)
  const wanted = costs.map(cost => Math.max(cost / allCosts, leastShare))
  const shares = wanted.map(share => share / wanted.reduce((a, b) => a + b, 0))
  const amounts = ions.map(count => count / tables.run.formulaUnits)

  const measured: Measured[] = []
  const reports: PaceReport[] = []
  const settling = Math.ceil(o.burnIn * first.ions)
  for (const [g, { told, slowest, pace }] of groups.entries()) {
    const options = { temperature, holds: pace.holds }
    walk = restarted(tables, walk, options)
    if (settling > 0) walk.advance(settling)
    walk = restarted(tables, walk, options)
    const renewed = () => {
      const random = resumeRandom(walk.state().random)
      const occupation = equilibrated(tables.energies, amounts, temperature, sweeps, random)
      walk = startWalk(tables, { occupation, random }, options)
      walk.advance(Math.max(1, settling))
      return walk
    }
    const steps = measureSteps(walk, {
      ...{ events: o.events * shares[g], window, blocks, told },
      ...(g < groups.length - 1 ? { renewed } : {}),
      own: Array.from({ length: n * n }, (_, k) => walkOf(k) === g),
      known: { perSecond: pace.perSecond, exitRate },
    })
    let next = steps.next()
    while (!next.done) {
      yield { phase: 'measuring', done: (g + next.value) / groups.length }
      next = steps.next()
    }
    const one = next.value
    measured.push(one)
    const saved = (pace.plainPerSecond * one.time) / one.events
    reports.push({
      ...{ carriers: told, crossings, exitTime: slowest, saved, events: one.events, time: one.time },
    })
  }
  return {
    ...merged(measured, rank, walkOf),
    burnIn: spent + groups.length * settling,
    blocks,
    inside: { ratio: undefined, families: {}, saved: 1 },
    paces: reports,
  }
}

/** Of the events, for the carrier that takes the fewest. */
const leastShare = 0.2

/** Carriers whose exits are within this factor share a walk. */
const alike = 3

/** Events that a walk at a slower pace has to save to be made, over those it takes. */
const worth = 2

/** One result: each number from the walk that tells it; events and time of all. */
const merged = (
  measured: readonly Measured[],
  rank: readonly number[],
  walkOf: (k: number) => number,
): Omit<Transport, 'burnIn' | 'blocks' | 'inside' | 'paces'> => {
  const { carriers, temperature, amounts, ions, concentrations } = measured[0]
  const n = carriers.length
  type Lists = 'Dtr' | 'DtrAxes' | 'Dj' | 'f' | 'HR' | 'L' | 'tensor' | 'parts' | 'pairShare'
  const of = (name: Lists, per: number, from: (k: number) => number): Estimate[] =>
    measured[0][name].map((_, k) => measured[from(Math.floor(k / per))][name][k])
  const single = (i: number) => rank[i]
  const exits = ions.map((_, i) => measured[rank[i]].exits[i])
  const sum = (value: (one: Measured) => number) => measured.reduce((total, one) => total + value(one), 0)
  const conductivity = {
    value: sum(one => one.conductivity.value),
    error: Math.hypot(...measured.map(one => one.conductivity.error)),
  }
  const haven = sum(one => one.ideal.value) / conductivity.value
  const masks = measured.map((_, g) => Array.from({ length: n * n }, (_, k) => walkOf(k) === g))
  const misses = measured.map((one, g) => one.again({ own: masks[g], haven }).excess.error)
  const families = { ...measured[0].families }
  for (const one of measured.slice(1)) for (const [name, count] of Object.entries(one.families)) families[name] += count
  const slowest = measured.at(-1)!
  return {
    ...{ carriers, temperature, amounts, ions, concentrations, exits, families },
    determined: exits.map(count => count >= leastExits),
    ...{ Dtr: of('Dtr', 1, single), DtrAxes: of('DtrAxes', 3, single), Dj: of('Dj', 1, single) },
    ...{ f: of('f', 1, single), HR: of('HR', 1, single) },
    ...{ L: of('L', 1, walkOf), tensor: of('tensor', 9, walkOf), parts: of('parts', 3, walkOf) },
    pairShare: of('pairShare', 1, walkOf),
    conductivity,
    conductivityHR: { value: haven, error: Math.hypot(...misses) / conductivity.value },
    drift: {
      L: ions.map((_, i) => measured[rank[i]].drift.L[i]),
      Dtr: ions.map((_, i) => measured[rank[i]].drift.Dtr[i]),
    },
    time: sum(one => one.time),
    events: sum(one => one.events),
    trials: sum(one => one.trials),
    windows: Math.min(...measured.map(one => one.windows)),
    window: slowest.window,
    doublings: Math.max(...measured.map(one => one.doublings)),
    notes: measured.flatMap(one => one.notes),
  }
}
