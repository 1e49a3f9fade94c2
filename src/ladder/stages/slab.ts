/** Slabs filled from one face, all ions at one potential: the second carrier alone, after the first, both together. */
import { refuse } from '../../error.ts'
import { expandLatticeFile } from '../../file/lattice/read.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import type { LatticeModel } from '../../lattice/model/model.ts'
import { jamOf, roomOf } from '../../lattice/slab/result.ts'
import { type SlabOptions, slabSteps } from '../../lattice/slab/slab.ts'
import { mean } from '../../math/spread.ts'
import { slabReport } from '../slab-report.ts'
import { relayed, type Stage, type StageRun } from '../stage.ts'
import { latticeOfRung } from './lattice.ts'

export type SlabSettings = {
  /** [K] */
  readonly temperature: number
  readonly size: readonly [number, number, number]
  /** k⁰ [1/s] at each site of the face; potentials of the metals on the scale of φ [V]. */
  readonly exchange: Readonly<Record<string, number>>
  readonly metals: Readonly<Record<string, number>>
  /** φ [V], for how long [s]. */
  readonly potential: number
  readonly time: number
  /** How the first carrier goes in before [V], [per formula unit]. */
  readonly first: { readonly potential: number; readonly amount: number }
  /** Contents of the second carrier whose times are told [per formula unit]. */
  readonly amounts: readonly number[]
  readonly seeds: number
  readonly seed: number
  /** M of the throttle; the check has a third of it. */
  readonly crossings: number
  readonly beside: readonly { readonly name: string; readonly model: LatticeModel }[]
}

/** What is done with a slab; times count from when the second carrier is let in. */
export const fillings = ['second alone', 'second after first', 'both together'] as const
export type Filling = (typeof fillings)[number]

/** One filling of one model, as often as there are seeds. */
export type SlabCase = {
  readonly filling: Filling
  /** The lattice of the ladder, the same with pair hops off, or the name of a model beside. */
  readonly variant: string
  /** M of the throttle. */
  readonly crossings: number
  readonly runs: readonly SlabRun[]
}

export type SlabRun = {
  /** By carrier at the times of the rung, [n, times] [per formula unit]; the second carrier in the deeper half of the layers. */
  readonly amount: readonly (readonly number[])[]
  readonly deep: readonly number[]
  /** Profiles at the times of the rung that are told, [told, n, layers] [per formula unit]. */
  readonly profiles: readonly (readonly (readonly number[])[])[]
  /** The jam at the same times. */
  readonly jam: readonly number[]
  /** When the contents asked for were reached [s]; null where not. */
  readonly reached: readonly (number | null)[]
  /** How long the first carrier went in before [s]. */
  readonly before: number
  /** Ions that went in since, less those that came out, by carrier [per formula unit]. */
  readonly inserted: readonly number[]
  /** Steps made, and steps that it would have been without the throttle. */
  readonly events: number
  readonly unthrottled: number
  readonly outcome: string
}

export type SlabRung = {
  readonly carriers: readonly string[]
  /** [s], evenly by their logarithm; indices of those at which profiles are told. */
  readonly times: readonly number[]
  readonly told: readonly number[]
  /** [Å] */
  readonly thickness: number
  readonly cases: readonly SlabCase[]
}

/** Decades before the end that are told, as a run is first looked at after some of its steps; and times in each. */
const [decades, perDecade] = [2, 12]
export const asComputed = 'as computed'
export const pairsOff = 'pair hops off'

export const slabStage = (settings: SlabSettings): Stage<SlabRung> => ({
  name: 'slab',
  title: 'Slabs at one potential for all ions, by kinetic Monte Carlo',
  version: 1,
  needs: ['lattice'],
  settings,
  *run({ inputs, kept }) {
    const { lattice } = latticeOfRung(inputs.lattice)
    if (lattice.carriers.length !== 2) refuse('slab', lattice.carriers.length, 'a lattice of two carriers')
    const times = Array.from(
      { length: decades * perDecade + 1 },
      (_, k) => settings.time * 10 ** (k / perDecade - decades),
    )
    const told = [0, 1, 2].map(d => d * perDecade)
    const plans = plansOf(lattice, settings)
    const cases: SlabCase[] = [...((kept as SlabCase[] | undefined) ?? [])]
    for (let c = cases.length; c < plans.length; c++) {
      const { lattice: own, pairHops, ...plan } = plans[c]
      const same = plans.findIndex(other => sameRuns(other, plans[c]))
      const runs: SlabRun[] = same < c ? [...cases[same].runs] : []
      for (let k = runs.length; k < settings.seeds; k++) {
        const doing = `${plan.filling}, ${plan.variant}, run ${k + 1} of ${settings.seeds}`
        const o = { ...plan, pairHops, settings, seed: settings.seed + k, times, told, doing }
        runs.push(yield* oneRun(own, o, through => (c + (k + through) / settings.seeds) / plans.length))
      }
      cases.push({ ...plan, runs })
      yield { kind: 'keep', state: cases }
    }
    return {
      carriers: lattice.carriers.map(({ symbol }) => symbol),
      times: times.map(rounded),
      told,
      thickness: rounded(lattice.volume / areaOf(lattice)),
      cases,
    }
  },
  report: (rung, { inputs }) => slabReport(rung, settings, latticeOfRung(inputs.lattice)),
})

/** Area of the face of a cell: layers are stacked along the last vector [Å²]. */
const areaOf = ({ cell: [a0, a1, a2, b0, b1, b2], dimension, volume, cell }: Lattice): number =>
  dimension === 3
    ? Math.hypot(a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0)
    : volume / Math.hypot(...cell.subarray(3 * dimension - 3, 3 * dimension))

type Plan = Omit<SlabCase, 'runs'> & { readonly lattice: Lattice; readonly pairHops: boolean }

/** All fillings of all models, and the first model again with a third of the crossings. */
const plansOf = (lattice: Lattice, { crossings, beside }: SlabSettings): Plan[] => {
  const each = (variant: string, own: Lattice, pairHops: boolean, most = crossings): Plan[] =>
    fillings.map(filling => ({ filling, variant, crossings: most, lattice: own, pairHops }))
  return [
    ...each(asComputed, lattice, true),
    ...each(pairsOff, lattice, false),
    ...beside.flatMap(({ name, model }) => each(name, expandLatticeFile(model, name).lattice, true)),
    ...each(asComputed, lattice, true, Math.max(10, crossings / 3)),
  ]
}

/** Where only the second carrier goes in, models that differ in moves and energies of the first are one. */
const sameRuns = (a: Plan, b: Plan): boolean => {
  if (a.filling !== b.filling || a.crossings !== b.crossings || a.filling !== 'second alone') return a === b
  const alone = ({ lattice: { siteEnergy, clusters, events, meanField, limits }, pairHops }: Plan) =>
    JSON.stringify([
      ...[...siteEnergy].filter((_, k) => k % 2 === 1),
      ...clusters.map(({ places, energy }) => [places, energy.at(-1)]),
      meanField,
      limits,
      events.filter(({ movers }) => (pairHops || movers.length === 1) && movers.every(({ carrier }) => carrier === 1)),
    ])
  return alone(a) === alone(b)
}

function* oneRun(
  lattice: Lattice,
  o: Omit<Plan, 'lattice' | 'variant'> & {
    readonly settings: SlabSettings
    readonly seed: number
    readonly times: readonly number[]
    readonly told: readonly number[]
    readonly doing: string
  },
  fraction: (through: number) => number,
): StageRun<SlabRun> {
  const { settings, filling, times, told, doing } = o
  const { size, temperature, potential, first } = settings
  const symbols = lattice.carriers.map(({ symbol }) => symbol)
  const [lead, second] = symbols
  const options: Omit<SlabOptions, 'stages'> = {
    ...{ size, temperature, pairHops: o.pairHops, seed: o.seed, rows: 11 },
    axis: (lattice.dimension - 1) as 0 | 1 | 2,
    reservoir: {
      exchangeRate: settings.exchange,
      standard: Object.fromEntries(
        lattice.carriers.map(({ symbol, charge }) => [symbol, charge * (settings.metals[symbol] ?? 0)]),
      ),
    },
    throttle: { crossings: o.crossings },
  }
  const looks = looksOf(lattice, size)
  let start: ArrayLike<number> = new Uint8Array(size[0] * size[1] * size[2] * lattice.sites.length)
  let before = 0
  if (filling === 'second after first') {
    const control = { potential: first.potential }
    const stage = { carriers: [lead], control, until: { amount: { [lead]: first.amount } } }
    const done = yield* relayed(slabSteps(lattice, { ...options, stages: [stage] }), () => ({
      fraction: fraction(0),
      doing,
    }))
    start = done.occupation
    before = done.stages[0].end
  }
  looks.add(0, start)
  const carriers = filling === 'both together' ? symbols : [second]
  const stage = { carriers, control: { potential }, until: { time: settings.time } }
  // the stage before has drawn from the first stream
  const done = yield* relayed(
    slabSteps(lattice, { ...options, start, stream: 1, stages: [stage] }),
    ({ time, counts }) => {
      looks.addCounts(time, counts)
      return { fraction: fraction(Math.min(1, time / settings.time)), doing }
    },
  )
  looks.add(done.stages[0].end, done.occupation)
  const room = roomOf(lattice)
  const profiles = told.map(k => looks.profile(times[k]))
  const { layers, units } = looks
  return {
    amount: symbols.map((_, i) => times.map(time => rounded(mean(looks.at(time)[i])))),
    deep: times.map(time => rounded(mean(looks.at(time)[1].slice(Math.ceil(layers / 2))))),
    profiles: profiles.map(rows => rows.map(row => row.map(rounded))),
    jam: profiles.map(rows => rounded(jamOf(rows.flat(), layers, room))),
    reached: settings.amounts.map(x => looks.reached(1, x)),
    before: rounded(before),
    inserted: done.stages[0].inserted.map((count, i) => rounded((count - done.stages[0].removed[i]) / units / layers)),
    events: done.events,
    unthrottled: Math.round(done.families.reduce((sum, one) => sum + one.unthrottled, 0)),
    outcome: done.outcome,
  }
}

/** Contents of layers as they were at some moments, [n, layers] [per formula unit]. */
const looksOf = (lattice: Lattice, size: readonly [number, number, number]) => {
  const n = lattice.carriers.length
  const layers = size[lattice.dimension - 1]
  const cells = (size[0] * size[1] * size[2]) / layers
  const units = cells * lattice.formulaUnits
  const looks: { readonly time: number; readonly x: readonly (readonly number[])[] }[] = []
  const addCounts = (time: number, counts: ArrayLike<number>) =>
    looks.push({
      time,
      x: lattice.carriers.map((_, i) => Array.from({ length: layers }, (_, l) => counts[l * n + i] / units)),
    })
  const last = (time: number) => looks.findLast(one => one.time <= time) ?? looks[0]
  return {
    layers,
    units,
    addCounts,
    /** From what is on every site; layers follow each other within a row of cells. */
    add(time: number, occupation: ArrayLike<number>) {
      const counts = new Float64Array(layers * n)
      for (let s = 0; s < occupation.length; s++)
        if (occupation[s] > 0) counts[(Math.floor(s / lattice.sites.length) % layers) * n + occupation[s] - 1]++
      addCounts(time, counts)
    },
    at: (time: number) => last(time).x,
    /** Mean of the looks within a tenth of a decade. */
    profile(time: number): number[][] {
      const near = looks.filter(one => Math.abs(Math.log10(one.time / time)) < 0.1)
      const of = near.length > 0 ? near : [last(time)]
      return lattice.carriers.map((_, i) => Array.from({ length: layers }, (_, l) => mean(of.map(one => one.x[i][l]))))
    },
    /** When a carrier first had a content [s]; null where never. */
    reached(i: number, x: number): number | null {
      const k = looks.findIndex(one => mean(one.x[i]) >= x)
      if (k < 0) return null
      if (k === 0) return 0
      const [a, b] = [looks[k - 1], looks[k]]
      const [low, high] = [mean(a.x[i]), mean(b.x[i])]
      return rounded(a.time + ((b.time - a.time) * (x - low)) / (high - low))
    },
  }
}

/** Five digits: more are not known, and files stay small. */
const rounded = (value: number): number => Number(value.toPrecision(5))
