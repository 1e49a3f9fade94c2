/** Numbers of the main job from its results: the table, the verdicts, the cycles, the jam. Plain data throughout. */

import { hostPerArea, poreVolume } from '../cell/inventory.ts'
import { hostMassOf, specificEnergy } from '../cell/mass.ts'
import type { Solution } from '../cell/solution.ts'
import { type Computed, jobCell } from './jobs.ts'
import { type Discharge, nameOf, type Plan } from './plan.ts'
import { type BarrierReading, cellOf, type DualCell, readings } from './recipe.ts'
import { slowPath } from './slow.ts'
import { type Split, splitOfSolution } from './split.ts'
import { type Verdict, verdictsOf } from './verdicts.ts'

/** Results by name; a run that failed is missing. */
export type Results = Readonly<Record<string, Computed | undefined>>

export type TableRow = {
  readonly run: string
  readonly title: string
  readonly reading: BarrierReading | ''
  readonly pair: 'on' | 'off' | ''
  /** Per mass of the cathode's host [mAh/g], [Wh/kg]. */
  readonly capacity: number
  readonly hostEnergy: number
  /** Charge-weighted mean voltage [V]. */
  readonly voltage: number
  /** Per formula unit at the end; NaN where the cell has none. */
  readonly Li: number
  readonly Mg: number
  /** Of the cell [Wh/kg]; NaN where the voltage is that against a reference. */
  readonly specificEnergy: number
  /** The same over that of graphite | NMC811. */
  readonly againstGraphite: number
  readonly outcome: string
}

const overridesOf = ({ reading, pair }: Discharge) => ({
  ...(reading ? readings[reading] : {}),
  ...(pair === 'off' ? { 'host.pairHops': 0 } : {}),
})

const lastOf = (column: Float64Array | undefined): number => column?.at(-1) ?? Number.NaN

/** The table: one row for each discharge that was computed. */
export const tableOf = ({ discharges }: Plan, results: Results): readonly TableRow[] => {
  const rows = discharges.flatMap(discharge => {
    const computed = results[discharge.name]
    if (!computed) return []
    const { solution } = computed
    const { columns } = solution
    const cell = jobCell(discharge.cell, overridesOf(discharge))
    const host = hostMassOf(cell)
    const charge = lastOf(columns.capacity)
    // Graphite cells hold one ion; what its cathode has says nothing beside these.
    const content = (ion: string) => (discharge.reading ? lastOf(columns[`amount[${ion}]`]) : Number.NaN)
    return {
      run: discharge.name,
      title: discharge.title,
      reading: discharge.reading ?? ('' as const),
      pair: discharge.pair ?? ('' as const),
      capacity: charge / host,
      hostEnergy: solution.energy / host,
      voltage: solution.energy / charge,
      Li: content('Li'),
      Mg: content('Mg'),
      specificEnergy: cell.reference === undefined ? specificEnergy(cell, solution.energy) : Number.NaN,
      againstGraphite: Number.NaN,
      outcome: solution.outcome,
    }
  })
  const graphite = rows.find(row => row.run === 'graphite-nmc811')?.specificEnergy ?? Number.NaN
  return rows.map(row => ({ ...row, againstGraphite: row.specificEnergy / graphite }))
}

export type VerdictColumn = {
  readonly cell: DualCell
  readonly reading: BarrierReading
  readonly verdicts: readonly Verdict[]
}

/** States of a path that is drawn: steps of the voltage stay steps. */
const shown = { states: 241 } as const

/** The infinitely slow paths of the dual cells and the Mg-only cell, by cell. */
export const slowPaths = (): Readonly<Record<'beaker' | 'full' | 'mgOnly' | 'liOnly', Split | undefined>> => ({
  beaker: slowPath(cellOf('beaker', {}), shown),
  full: slowPath(cellOf('full', {}), shown),
  mgOnly: slowPath(cellOf('mgOnly', {}), shown),
  liOnly: slowPath(cellOf('liOnly', {}), shown),
})

/** Verdicts of both dual cells by both readings of the barriers, from the fine runs. */
export const verdictColumns = (results: Results, slow: ReturnType<typeof slowPaths>): readonly VerdictColumn[] => {
  const split = (name: string): Split | undefined => {
    const solution = results[name]?.solution
    return solution && splitOfSolution(solution)
  }
  return (['beaker', 'full'] as const).flatMap(cell =>
    (['lattice', 'effective'] as const)
      .filter(reading => nameOf(cell, reading, 'on') in results)
      .map(reading => ({
        cell,
        reading,
        verdicts: verdictsOf({
          dual: split(nameOf(cell, reading, 'on')),
          dualWithoutPair: split(nameOf(cell, reading, 'off')),
          mgOnly: split(nameOf('mgOnly', reading, 'on')),
          slowDual: slow[cell],
          slowMgOnly: slow.mgOnly,
        }),
      })),
  )
}

/** Row 0 is the fresh cell: what nothing has charged or discharged yet is NaN. */
export type CycleRow = {
  readonly cycle: number
  /** Discharged [mAh/g of host], and charged over discharged. */
  readonly capacity: number
  readonly recovered: number
  /** In the cathode after discharge and after charge [per formula unit]. */
  readonly LiFull: number
  readonly MgFull: number
  readonly LiLeft: number
  readonly MgLeft: number
  /** On the anode after charge [per formula unit of host]. */
  readonly LiMetal: number
  readonly MgMetal: number
  /** In the electrolyte after charge, mean [mol/m³]. */
  readonly LiBath: number
  readonly MgBath: number
  /** The same in all [per formula unit of host]: with cathode and anode the whole inventory of each ion. */
  readonly LiDissolved: number
  readonly MgDissolved: number
  readonly LiTotal: number
  readonly MgTotal: number
}

/** Inventory of each ion, cycle by cycle, of a run of the full cell: discharge and charge alternate. */
export const cycleRows = (solution: Solution): readonly CycleRow[] => {
  const cell = jobCell('full', {})
  const host = hostMassOf(cell)
  const perUnit = 1 / hostPerArea(cell)
  const { columns, steps } = solution
  const value = (name: string, row: number) => columns[name]?.[row] ?? Number.NaN
  const dissolved = (poreVolume(cell) + cell.reservoir) * perUnit
  const charged = (row: number) => {
    const of = (ion: string): [left: number, metal: number, bath: number] => [
      value(`amount[${ion}]`, row),
      value(`metal[${ion}]`, row) * perUnit,
      value(`concentration[${ion}]`, row),
    ]
    const [Li, Mg] = [of('Li'), of('Mg')]
    const total = ([left, metal, bath]: readonly number[]) => left + metal + bath * dissolved
    return {
      LiLeft: Li[0],
      MgLeft: Mg[0],
      LiMetal: Li[1],
      MgMetal: Mg[1],
      LiBath: Li[2],
      MgBath: Mg[2],
      LiDissolved: Li[2] * dissolved,
      MgDissolved: Mg[2] * dissolved,
      LiTotal: total(Li),
      MgTotal: total(Mg),
    }
  }
  const none = Number.NaN
  const fresh = { cycle: 0, capacity: none, recovered: none, LiFull: none, MgFull: none, ...charged(0) }
  const rows = steps.flatMap((step, k) => {
    const back = steps[k + 1]
    if (k % 2 === 1 || back === undefined) return []
    return [
      {
        cycle: step.cycle,
        capacity: step.capacity / host,
        recovered: -back.capacity / step.capacity,
        LiFull: value('amount[Li]', step.end),
        MgFull: value('amount[Mg]', step.end),
        ...charged(back.end),
      },
    ]
  })
  return [fresh, ...rows]
}

/** What Li metal in a Mg²⁺ bath does by itself, 2 Li + Mg²⁺ → 2 Li⁺ + Mg, beside the current of a discharge. */
export type Displacement = {
  /** Most Mg that lay on the anode beyond the fresh one's, each for two Li [per formula unit of host]. */
  readonly Mg: number
  /** Time at which half of that Mg lay there, and all of it [s]. */
  readonly half: number
  readonly all: number
  /** Mg plated over the current of the cell, in charge, a second and a minute after the start [–]. */
  readonly second: number
  readonly minute: number
}

export const displacementOf = ({ columns, steps }: Solution): Displacement => {
  const perUnit = 1 / hostPerArea(jobCell('full', {}))
  const { time, current } = columns
  const Mg = columns['metal[Mg]']
  const end = steps[0].end
  let most = 0
  for (let k = 1; k <= end; k++) if (Mg[k] > Mg[most]) most = k
  const gained = Mg[most] - Mg[0]
  const half = Mg.findIndex(n => n - Mg[0] >= 0.5 * gained)
  const after = (seconds: number): number => {
    const k = time.findIndex(t => t >= seconds)
    return -columns['anodeCurrent[Mg]'][k] / current[k]
  }
  return {
    Mg: gained * perUnit,
    half: gained > 0 ? time[half] : Number.NaN,
    all: time[most],
    second: after(1),
    minute: after(60),
  }
}

/** In which order the metals plate on charge. */
export type Plating = {
  readonly first: 'Li' | 'Mg'
  /** Parts of the charge: carried by Mg; passed while each ion carried more than a twentieth. */
  readonly Mg: number
  readonly overlap: number
  /** Part of the charge that had passed when the second metal first carried more than a twentieth; NaN where it never did. */
  readonly second: number
}

const takesPart = 0.05

export const platingOf = ({ columns, steps }: Solution): Plating | undefined => {
  const step = steps[1]
  if (step === undefined || step.end <= step.start) return undefined
  const { time, current } = columns
  let passed = 0
  let byMg = 0
  let both = 0
  let second = Number.NaN
  let first: Plating['first'] | undefined
  for (let k = step.start + 1; k <= step.end; k++) {
    const dq = -0.5 * (current[k] + current[k - 1]) * (time[k] - time[k - 1])
    const share = columns['anodeCurrent[Mg]'][k] / current[k]
    first ??= share > 0.5 ? 'Mg' : 'Li'
    const other = first === 'Mg' ? 1 - share : share
    if (Number.isNaN(second) && other > takesPart) second = passed
    byMg += share * dq
    if (share > takesPart && 1 - share > takesPart) both += dq
    passed += dq
  }
  return { first: first ?? 'Mg', Mg: byMg / passed, overlap: both / passed, second: second / passed }
}

export type Jam = {
  readonly run: string
  /** Largest difference of Mg at the surface and on average [per formula unit], and the average there. */
  readonly excess: number
  readonly mean: number
}

/** How far the surface of the particles runs ahead of their mean in a Mg-only discharge. */
export const jamOf = (run: string, { columns }: Solution): Jam => {
  const surface = columns['surface[Mg]']
  const mean = columns['amount[Mg]']
  let best = 0
  for (let k = 1; k < surface.length; k++) if (surface[k] - mean[k] > surface[best] - mean[best]) best = k
  return { run, excess: surface[best] - mean[best], mean: mean[best] }
}
