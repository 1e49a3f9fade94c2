import type { Solution, SolutionStep } from '../src/cell/solution.ts'
import { textTable } from './table.ts'

/** Longest list of steps that is printed whole; of a longer one the beginning and the end. */
const mostSteps = 14
/** Most notes that are printed; the JSON holds all. */
const mostNotes = 8
/** Longest label in the table [characters]. */
const labelWidth = 48

/** What `dualion run` says at the end: the steps, how it ended, what each ion did, how well it was conserved. */
export const summary = (solution: Solution): string => {
  const { cell, fidelity, mesh, columns, reason, outcome, carriers, notes } = solution
  const last = columns.time.length - 1
  let text = `${cell}: ${fidelity}, ${mesh.points} points × ${mesh.shells} shells\n\n`
  text += `${stepTable(solution)}\n`
  text += `${outcome}: ${reason}\n`
  if (last >= 0) {
    text += `voltage ${columns.voltage[last].toFixed(4)} V, net capacity ${quantity(columns.capacity[last], 'A·h')}, net energy ${quantity(solution.energy, 'W·h')}\n`
    const { mass, volume } = solution.energyPer
    if (Number.isFinite(mass))
      text += `${number(mass)} Wh/kg and ${number(volume)} Wh/L of what is counted (masses in the JSON)\n`
    for (const ion of carriers) text += ionLine(solution, ion, last)
  }
  const worst = Object.entries(solution.conservation).sort((a, b) => b[1] - a[1])[0]
  if (worst) text += `conserved: largest relative error ${worst[1].toExponential(1)} (${worst[0]})\n`
  text += `${solution.statistics.steps} time steps\n`
  for (const note of notes.slice(0, mostNotes)) text += `note: ${note}\n`
  if (notes.length > mostNotes) text += `and ${notes.length - mostNotes} more notes (in the JSON)\n`
  return text
}

const stepTable = ({ steps, columns }: Solution): string => {
  const half = mostSteps / 2
  const shown: (SolutionStep | undefined)[] =
    steps.length <= mostSteps ? [...steps] : [...steps.slice(0, half), undefined, ...steps.slice(-half)]
  const rows = shown.map(step =>
    step === undefined
      ? ['', `… ${steps.length - mostSteps} more`]
      : [
          String(steps.indexOf(step) + 1),
          step.label.length > labelWidth ? `${step.label.slice(0, labelWidth - 1)}…` : step.label,
          step.outcome,
          duration(step.duration),
          step.end < columns.voltage.length ? `${columns.voltage[step.end].toFixed(4)} V` : '',
          quantity(step.capacity, 'A·h'),
        ],
  )
  return textTable([['', 'step', 'ended by', 'duration', 'voltage', 'capacity'], ...rows])
}

/** Content of one ion from start to end and its part in the charge of what entered or left. */
const ionLine = ({ columns }: Solution, ion: string, last: number): string => {
  const amount = columns[`amount[${ion}]`]
  if (amount === undefined) return ''
  return `${ion} per formula unit ${number(amount[0])} → ${number(amount[last])}\n`
}

const number = (value: number): string => String(Number(value.toPrecision(4)))

const prefixes = [
  { name: '', of: 1 },
  { name: 'm', of: 1e-3 },
  { name: 'µ', of: 1e-6 },
] as const

/** A value with a prefix that keeps it readable. */
const quantity = (value: number, unit: string): string => {
  const size = Math.abs(value)
  const prefix = prefixes.find(one => size >= 0.1 * one.of) ?? prefixes[size < 1e-12 ? 0 : 2]
  return `${Number((value / prefix.of).toPrecision(5))} ${prefix.name}${unit}`
}

const duration = (seconds: number): string =>
  seconds < 120
    ? `${Number(seconds.toPrecision(4))} s`
    : seconds < 7200
      ? `${(seconds / 60).toFixed(2)} min`
      : `${(seconds / 3600).toFixed(2)} h`
