/** What the main job computes: its runs by name, and the trials of table and maps. */

import type { Job, JobCell, TrialJob } from './jobs.ts'
import type { BarrierReading, DualCell } from './recipe.ts'
import { pairOff, readings } from './recipe.ts'
import { type ClaimMap, claimMaps, mainRate, mapPoints, type Row, sensitivityRows } from './study.ts'

/** One discharge of the table. */
export type Discharge = {
  readonly name: string
  readonly title: string
  readonly cell: JobCell
  readonly reading?: BarrierReading
  readonly pair?: 'on' | 'off'
}

export type Plan = {
  readonly rate: number
  readonly discharges: readonly Discharge[]
  /** Runs besides, by name. */
  readonly others: Readonly<Record<string, Job>>
  readonly rows: readonly Row[]
  readonly maps: readonly ClaimMap[]
}

const cells: readonly {
  readonly cell: JobCell
  readonly title: string
  readonly readings: readonly BarrierReading[]
}[] = [
  { cell: 'beaker', title: 'Li–Mg, beaker', readings: ['lattice', 'effective'] },
  { cell: 'full', title: 'Li–Mg, full cell', readings: ['lattice', 'effective'] },
  { cell: 'mgOnly', title: 'Mg only', readings: ['lattice', 'effective'] },
  { cell: 'liOnly', title: 'Li only', readings: ['lattice'] },
]

const graphite: readonly Discharge[] = [
  { name: 'graphite-nmc811', title: 'graphite | NMC811', cell: 'nmc811' },
  { name: 'graphite-lfp', title: 'graphite | LFP', cell: 'lfp' },
]

/** Name of a discharge, as its files have it. */
export const nameOf = (cell: JobCell, reading: BarrierReading, pair: 'on' | 'off'): string =>
  [
    cell.replace(/([A-Z])/g, '-$1').toLowerCase(),
    reading === 'effective' ? reading : '',
    pair === 'off' ? 'pair-off' : '',
  ]
    .filter(Boolean)
    .join('-')

/**
 * Limits of the cycles of the full cell [V]. The cell's own lower limit fills the host to its last millionth, from which a
 * charge has nothing to begin with; at 0.7 V less than a thousandth of the capacity is left.
 */
const cycleLimits = [0.7, 2.6] as const
/**
 * Sweep of the voltammogram [V/s], and its limits [V] against Mg: beyond the stages of both ions, 1.73 to 0.9 V; lower
 * down the host is full and nothing flows. */
const sweepRate = 1e-4
const sweepLimits = [0.75, 1.9] as const

/**
 * Where Mg alone does stall: the slowest Mg and the largest particles of the stated ranges, at 1C. Shown beside the
 * defaults, since they have no jam to show.
 */
const stalled: Job = {
  kind: 'discharge',
  cell: 'mgOnly',
  overrides: { ...readings.effective, 'host.barrierMg': 0.68, 'host.barrierMgMg': 0.68, particleRadius: 2.5e-6 },
  rate: 1,
}
export const stalledWords = 'Mg barriers 0.68 eV, particles of 2.5 µm, 1C'

/** Both dual cells by both readings of the barriers. */
const bases: readonly { readonly cell: DualCell; readonly reading: BarrierReading }[] = [
  { cell: 'beaker', reading: 'lattice' },
  { cell: 'beaker', reading: 'effective' },
  { cell: 'full', reading: 'lattice' },
  { cell: 'full', reading: 'effective' },
]

/** @param quick  the same main job with fewer cycles, one base of the table and small maps: for tests */
export const planOf = ({ quick = false, rate = mainRate }: { quick?: boolean; rate?: number } = {}): Plan => {
  const discharges = cells.flatMap(({ cell, title, readings: known }) =>
    (quick ? known.slice(0, 1) : known).flatMap(reading =>
      (['on', 'off'] as const).map(
        (pair): Discharge => ({ name: nameOf(cell, reading, pair), title, cell, reading, pair }),
      ),
    ),
  )
  const cycles = (reading: BarrierReading, count: number): Job => ({
    kind: 'cycles',
    cell: 'full',
    overrides: readings[reading],
    rate,
    cycles: count,
    between: cycleLimits,
  })
  const rows = sensitivityRows(quick ? bases.slice(0, 1) : bases)
  return {
    rate,
    discharges: [...discharges, ...graphite],
    others: {
      cycles: cycles('lattice', quick ? 2 : 20),
      cycle: cycles('lattice', 1),
      ...(quick ? {} : { 'cycle-effective': cycles('effective', 1) }),
      'mg-only-stalled': stalled,
      voltammogram: {
        kind: 'voltammogram',
        cell: 'beaker',
        overrides: {},
        between: sweepLimits,
        rate: sweepRate,
      },
    },
    rows: quick ? rows.slice(0, 5) : rows,
    maps: quick ? claimMaps(4).slice(0, 1) : claimMaps(7),
  }
}

/** The job of a discharge. */
export const dischargeJob = ({ cell, reading, pair }: Discharge, rate: number): Job => ({
  kind: 'discharge',
  cell,
  overrides: { ...(reading ? readings[reading] : {}), ...(pair === 'off' ? pairOff : {}) },
  rate,
})

/** Every trial of a plan: rows first, then the maps one after the other. */
export const trialJobs = ({ rows, maps }: Plan): readonly TrialJob[] => [
  ...rows.map((row): TrialJob => ({ kind: 'trial', point: row.point, options: { sparing: true } })),
  ...maps.flatMap(map =>
    mapPoints(map).map((point): TrialJob => ({ kind: 'trial', point, options: { sparing: true } })),
  ),
]
