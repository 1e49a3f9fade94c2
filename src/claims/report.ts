/** Numbers of the main job from its results: the table, the verdicts, the cycles, the jam. Plain data throughout. */

import { hostPerArea } from '../cell/inventory.ts'
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
}

/** Inventory of each ion, cycle by cycle, of a run of the full cell: discharge and charge alternate. */
export const cycleRows = (solution: Solution): readonly CycleRow[] => {
  const cell = jobCell('full', {})
  const host = hostMassOf(cell)
  const perUnit = 1 / hostPerArea(cell)
  const { columns, steps } = solution
  const value = (name: string, row: number) => columns[name]?.[row] ?? Number.NaN
  return steps.flatMap((step, k) => {
    const back = steps[k + 1]
    if (k % 2 === 1 || back === undefined) return []
    return [
      {
        cycle: step.cycle,
        capacity: step.capacity / host,
        recovered: -back.capacity / step.capacity,
        LiFull: value('amount[Li]', step.end),
        MgFull: value('amount[Mg]', step.end),
        LiLeft: value('amount[Li]', back.end),
        MgLeft: value('amount[Mg]', back.end),
        LiMetal: value('metal[Li]', back.end) * perUnit,
        MgMetal: value('metal[Mg]', back.end) * perUnit,
        LiBath: value('concentration[Li]', back.end),
        MgBath: value('concentration[Mg]', back.end),
      },
    ]
  })
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
