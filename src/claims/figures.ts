/** The figures of the main job. */
import type { Cell } from '../cell/cell.ts'
import { hostPerArea, poreVolume } from '../cell/inventory.ts'
import type { Solution } from '../cell/solution.ts'
import { compose } from '../plot/figure.ts'
import { discharge, line, type ParticleProfile, particleProfiles } from '../plot/index.ts'
import { linePanel } from '../plot/line.ts'
import { partialCurrents } from '../plot/partial-currents.ts'
import { ink, ionColour, shades } from '../plot/theme.ts'
import { verdictMap } from '../plot/verdict-map.ts'
import { F, secondsPerHour } from '../units.ts'
import type { CycleRow } from './report.ts'
import type { Split } from './split.ts'
import { factorOf } from './study.ts'
import { type SurveyedMap, shownValue, verdictOf } from './survey.ts'
import { claims } from './thresholds.ts'
import type { VerdictOutcome } from './verdicts.ts'

/** Specific capacity of one elementary charge per formula unit [mAh/g]. */
const perCharge = (molarMass: number): number => (F / molarMass / secondsPerHour) * 1000

const capacityAxis = { label: 'Capacity (mAh per g of Mo6S8)' } as const

const inCapacity = (split: Split, molarMass: number): Float64Array => split.charge.map(q => q * perCharge(molarMass))

export type Curve = { readonly split: Split; readonly label: string }

/** Voltage over what each ion brought, with slower or other discharges dashed beside it. */
export const dischargeFigure = (
  split: Split,
  o: { readonly title: string; readonly molarMass: number; readonly beside?: readonly Curve[] },
): string => {
  const ions = { Li: split.Li, Mg: split.Mg }
  const content = Object.fromEntries(Object.entries(ions).filter(([, values]) => (values.at(-1) ?? 0) !== 0))
  return discharge(
    {
      x: inCapacity(split, o.molarMass),
      voltage: split.voltage,
      content,
      beside: (o.beside ?? []).map(one => ({
        x: inCapacity(one.split, o.molarMass),
        voltage: one.split.voltage,
        label: one.label,
      })),
    },
    { title: o.title, x: capacityAxis, width: 640, height: 480 },
  )
}

/** Voltages of several discharges: with the pair pale and solid, without it dashed over that, so that both are seen. */
export const voltagesFigure = (
  curves: readonly (Curve & { readonly colour: string; readonly dashed?: boolean })[],
  o: { readonly title: string; readonly molarMass: number },
): string =>
  line(
    [
      ...[...curves]
        .sort((a, b) => Number(a.dashed ?? false) - Number(b.dashed ?? false))
        .map(({ split, colour, dashed = false }) => ({
          x: inCapacity(split, o.molarMass),
          y: split.voltage,
          colour: dashed ? colour : shades(colour, 2)[0],
          dashed,
        })),
      ...curves.filter(({ label }) => label !== '').map(one => nameOf(one, o.molarMass)),
    ],
    { x: capacityAxis, y: { label: 'Voltage (V) against the metal named' }, title: o.title, width: 640, height: 380 },
  )

/** A name over a curve, at a place where it does not fall: drawn as a point with a label. */
const nameOf = ({ split, label, colour }: Curve & { readonly colour: string }, molarMass: number) => {
  const k = split.charge.findIndex(q => q > namePlace * (split.charge.at(-1) ?? 0))
  return {
    x: [split.charge[k] * perCharge(molarMass)],
    y: [split.voltage[k] + nameHeight],
    label,
    colour,
  }
}
/** Share of the discharge, and volts over the curve. */
const namePlace = 0.4
const nameHeight = 0.07

/** Colours of the cells. */
export const cellColours = { dual: ink.line, mgOnly: ionColour('Mg'), liOnly: ionColour('Li') } as const

/** Content against radius of the particle next to the separator, which fills first, at the moments that were kept. */
export const jamFigure = (solution: Solution, title: string): string => {
  const duration = solution.columns.time.at(-1) ?? 0
  const moments = solution.profiles.filter(({ time }) => time > 0 && time <= duration)
  const profiles = moments.map(({ time, electrodes }): ParticleProfile => {
    const cathode = electrodes.find(e => e.electrode === 'cathode')!
    const shells = cathode.r.length
    const radius = cathode.r.map(r => r / cathode.r[shells - 1])
    const content = Object.fromEntries(
      Object.entries(cathode.content).map(([ion, values]) => [ion, values.subarray(0, shells)]),
    )
    return { label: `${(time / 60).toFixed(time < 600 ? 1 : 0)} min`, radius, content }
  })
  return particleProfiles(profiles, { title, width: 560, height: 340 })
}

/** Intervals over the last cycle of a voltammogram: a peak of 10 mV keeps about ten of them. */
const sweepIntervals = 2000

/**
 * The last cycle of a voltammogram: the current and that of each ion as means over short intervals, from what the content
 * and the charge did between their ends, I_i = z_i F n Δx_i/Δt. Exchange of the ions at rest drops out, and so does the
 * jump at a turn, which carries no charge to speak of.
 */
export const voltammogramFigure = (solution: Solution, cell: Cell, title: string): string => {
  const { steps, columns, carriers } = solution
  const last = Math.max(...steps.map(step => step.cycle))
  const own = steps.filter(step => step.cycle === last)
  const rows = (name: string) => columns[name].subarray(own[0].start, own[own.length - 1].end + 1)
  const [time, voltage, capacity] = ['time', 'voltage', 'capacity'].map(rows)
  const hosts = hostPerArea(cell) * cell.area
  const shortest = (time[time.length - 1] - time[0]) / sweepIntervals
  const ends = [0]
  for (let k = 1; k < time.length; k++) if (time[k] - time[ends[ends.length - 1]] >= shortest) ends.push(k)
  const means = (values: Float64Array, factor: number) =>
    Float64Array.from(ends.slice(1), (k, n) => (factor * (values[k] - values[ends[n]])) / (time[k] - time[ends[n]]))
  const partial = carriers.map((ion, i): [string, Float64Array] => [
    ion,
    means(rows(`amount[${ion}]`), cell.cathode.host.carriers[i].charge * F * hosts),
  ])
  const middle = Float64Array.from(ends.slice(1), (k, n) => 0.5 * (voltage[k] + voltage[ends[n]]))
  return partialCurrents(
    { voltage: middle, current: means(capacity, secondsPerHour), partial: Object.fromEntries(partial) },
    { title },
  )
}

/** Contents closer than this have no room for two names [per formula unit]. */
const nameRoom = 0.12

/** What happens to the ions over the cycles: what stays in the cathode, and what the electrolyte holds after each charge. */
export const cyclesFigure = (rows: readonly CycleRow[], title: string): string => {
  const cycle = Float64Array.from(rows, row => row.cycle)
  const done = rows.filter(row => row.cycle > 0)
  const cycled = Float64Array.from(done, row => row.cycle)
  const full = (name: keyof CycleRow) => Float64Array.from(done, row => row[name])
  const of = (name: keyof CycleRow) => Float64Array.from(rows, row => row[name])
  // Two lines that lie on each other take one name.
  const left = rows[rows.length - 1]
  const apart = Math.abs((left?.LiLeft ?? 0) - (left?.MgLeft ?? 0)) > nameRoom
  const width = 640
  const cathode = linePanel(
    [
      { x: cycled, y: full('LiFull'), label: 'Li, discharged', colour: ionColour('Li') },
      { x: cycled, y: full('MgFull'), label: 'Mg, discharged', colour: ionColour('Mg') },
      {
        x: cycle,
        y: of('LiLeft'),
        label: apart ? 'Li, charged' : 'both, charged',
        colour: apart ? ionColour('Li') : ink.muted,
        dashed: true,
      },
      ...(apart ? [{ x: cycle, y: of('MgLeft'), label: 'Mg, charged', colour: ionColour('Mg'), dashed: true }] : []),
    ],
    { x: { label: 'Cycle' }, y: { label: 'Cathode (per formula unit)' }, xLabelled: false, width, height: 250 },
  )
  const electrolyte = linePanel(
    [
      { x: cycle, y: of('LiBath').map(c => c / 1000), label: 'Li after cycle', colour: ionColour('Li') },
      { x: cycle, y: of('MgBath').map(c => c / 1000), label: 'Mg after cycle', colour: ionColour('Mg') },
    ],
    { x: { label: 'Cycle' }, y: { label: 'Electrolyte (mol/L)' }, width, height: 240 },
  )
  return compose([cathode, electrolyte], { title, width })
}

/** One cycle: where Li and Mg are, per formula unit of host, over time, in cathode, anode and electrolyte. */
export const cycleFigure = (solution: Solution, cell: Cell, title: string): string => {
  const { columns, steps } = solution
  const hours = columns.time.map(t => t / secondsPerHour)
  const hosts = hostPerArea(cell)
  const width = 640
  const places: readonly (readonly [label: string, of: (ion: string) => Float64Array])[] = [
    ['Cathode', ion => columns[`amount[${ion}]`]],
    ['Anode', ion => columns[`metal[${ion}]`].map(n => n / hosts)],
    ['Electrolyte', ion => columns[`concentration[${ion}]`].map(c => (c * dissolvedVolume(cell)) / hosts)],
  ]
  const turn = columns.time[steps[0].end] / secondsPerHour
  const panels = places.map(([label, of], k) => {
    const series = ['Li', 'Mg'].map(ion => ({ x: hours, y: of(ion), label: ion, colour: ionColour(ion) }))
    const most = Math.max(...series.map(one => Math.max(...one.y)))
    return linePanel([...series, { x: [turn, turn], y: [0, most], colour: ink.rule, dashed: true }], {
      x: { label: 'Time (h): discharge, then charge' },
      y: { label: `${label} (per f.u.)` },
      xLabelled: k === places.length - 1,
      width,
      height: k === places.length - 1 ? 190 : 180,
    })
  })
  return compose(panels, { title, width })
}

/** Electrolyte that the mean concentration stands for, per area [m]. */
const dissolvedVolume = (cell: Cell): number => poreVolume(cell) + cell.reservoir

const answers: readonly { readonly outcome: VerdictOutcome; readonly label: string; readonly colour: string }[] = [
  { outcome: 'seen', label: 'seen', colour: '#009e73' },
  { outcome: 'thermodynamic', label: 'seen, and infinitely slowly too (thermodynamic)', colour: '#56b4e9' },
  { outcome: 'not seen', label: 'not seen', colour: '#e3e6ea' },
  { outcome: 'not computed', label: 'not computed', colour: '#ffffff' },
]

/** Each claim over two factors. */
export const mapFigure = (map: SurveyedMap): string => {
  const axis = (name: SurveyedMap['x']) => {
    const { label, unit } = factorOf(name)
    return { label: unit === '' ? label : `${label} (${unit})` }
  }
  const tick = (name: SurveyedMap['x']) => (value: number) => shownValue(name, value).split(' ')[0]
  return verdictMap(
    {
      x: map.xs,
      y: map.ys,
      panels: claims.map(({ name, title }) => ({
        title,
        answer: map.trials.map(trial => answers.findIndex(a => a.outcome === verdictOf(trial, name).outcome)),
      })),
      answers,
      tickX: tick(map.x),
      tickY: tick(map.y),
    },
    { x: axis(map.x), y: axis(map.y), title: map.title },
  )
}
