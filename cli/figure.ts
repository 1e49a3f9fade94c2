import type { Solution, SolutionStep } from '../src/cell/solution.ts'
import { discharge, voltammogram } from '../src/plot/index.ts'
import { secondsPerHour } from '../src/units.ts'

/**
 * The figure of a run: a voltammogram where the protocol was sweeps, voltage against capacity over the content of each ion
 * where it was one discharge or charge, else the same against time.
 */
export const figureOf = (solution: Solution): string => {
  const { columns, steps, carriers, cell } = solution
  const swept = steps.filter(step => step.outcome === 'swept')
  if (swept.length > 1 && swept.length >= steps.length / 2)
    return voltammogram(sweepCycles(solution, swept), { title: cell })
  const content = Object.fromEntries(
    carriers.flatMap(ion => (columns[`amount[${ion}]`] ? [[ion, columns[`amount[${ion}]`]]] : [])),
  )
  const loaded = steps.filter(step => step.capacity !== 0)
  if (loaded.length === 1) {
    const [step] = loaded
    const rows = <T extends Float64Array>(values: T) => values.subarray(step.start, step.end + 1)
    const origin = columns.capacity[step.start]
    return discharge(
      {
        x: rows(columns.capacity).map(value => Math.abs(value - origin)),
        voltage: rows(columns.voltage),
        content: Object.fromEntries(Object.entries(content).map(([ion, values]) => [ion, rows(values)])),
      },
      { title: `${cell}: ${step.label}` },
    )
  }
  const hours = columns.time[columns.time.length - 1] > 2 * secondsPerHour
  const unit = hours ? secondsPerHour : 1
  return discharge(
    { x: columns.time.map(value => value / unit), voltage: columns.voltage, content },
    { title: cell, x: { label: hours ? 'Time (h)' : 'Time (s)' } },
  )
}

/** Sweeps of the same cycle as one curve; without repeats each pair, there and back. */
const sweepCycles = ({ columns }: Solution, swept: readonly SolutionStep[]) => {
  const numbers = [...new Set(swept.map(step => step.cycle))]
  const groups = numbers.map(number => swept.filter(step => step.cycle === number))
  return groups.map((group, k) => {
    const start = group[0].start
    const end = group[group.length - 1].end + 1
    return {
      voltage: columns.voltage.subarray(start, end),
      current: columns.current.subarray(start, end),
      ...(groups.length > 1 && (k === 0 || k === groups.length - 1) ? { label: `cycle ${numbers[k]}` } : {}),
    }
  })
}
