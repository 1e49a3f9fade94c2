import { refuse } from '../src/error.ts'
import type { Lattice } from '../src/lattice/lattice.ts'
import { type SlabResult, type SlabSnapshot, type SlabState, slabBreaths } from '../src/lattice/slab/slab.ts'
import { amountsOf, sizeOf } from './lattice-model.ts'
import type { RunRecord } from './lattice-record.ts'
import { type LatticeFiles, latticeFor, latticeRun } from './lattice-run.ts'
import { type SlabPlan, slabPlans } from './slab-stages.ts'
import { type Done, figureOf, rowsOf, summary } from './slab-words.ts'
import type { Step } from './steps.ts'

/** Cells of the face along each side, and layers into the depth, where no size is asked for. */
const [usualFace, usualDepth] = [6, 24]
/** Time between two states on record [ms]. */
const keepEvery = 20_000
/** Events from one sign of life to the next. */
const eventsABreath = 500
/** How long a run that was interrupted may go on to where it can be kept [ms]. */
const toTheNext = 500

export type SlabCommandOptions = LatticeFiles & {
  readonly stage: readonly string[]
  readonly compare?: string
  readonly first?: string
  readonly temperature: readonly number[]
  readonly size?: readonly number[]
  readonly axis?: number
  readonly window?: number
  readonly exchange: string
  readonly metal?: string
  readonly activity?: string
  readonly start?: string
  readonly pairs: 'on' | 'off' | 'both'
  readonly crossings?: number | 'all'
  readonly seed: number
}

/** `dualion slab MODEL`: a slab with an electrolyte at one face, all ions at one potential; the split between them comes out. */
export const slabCommand = async (file: string, o: SlabCommandOptions): Promise<void> => {
  const open = await latticeFor(file, o)
  const { lattice } = open
  if (o.temperature.length > 1) refuse('--temperature', o.temperature.join(','), 'one temperature')
  const plans = slabPlans(lattice, o)
  const options = optionsOf(lattice, o)
  checkPassing(plans, options.reservoir.exchangeRate, lattice)
  const done: Done[] = []
  await latticeRun(file, open, o, {
    format: 'dualion slab',
    steps: record => allRuns(lattice, { plans, options, record, done }),
    output: () => ({
      summary: summary(done),
      notes: done.flatMap(({ plan, result }) =>
        result.stages.flatMap(({ label, events }) =>
          events === 0 ? [`${plan.name}: ${label}: nothing happened, no ion came in and none moved`] : [],
        ),
      ),
      rows: () => done.flatMap(rowsOf),
      json: () => ({
        options,
        runs: done.map(({ plan, result: { occupation: _, ...result } }) => ({ ...plan, ...result })),
      }),
      ...(done.some(({ result }) => result.columns.time.length > 1)
        ? { figure: () => figureOf(done, lattice.name) }
        : {}),
    }),
  })
}

/** What all runs share. */
const optionsOf = (lattice: Lattice, o: SlabCommandOptions) => {
  const axis = axisOf(lattice, o.axis)
  const byName = (option: string, text: string | undefined, of: (value: number, i: number) => number) =>
    Object.fromEntries(
      amountsOf(option, text, lattice).flatMap((x, i) =>
        x === undefined ? [] : [[lattice.carriers[i].symbol, of(x, i)]],
      ),
    )
  const usual = [0, 1, 2].map(d => (d === axis ? usualDepth : d < lattice.dimension ? usualFace : 1))
  return {
    size: sizeOf(lattice, o.size ?? usual, 1),
    axis,
    temperature: o.temperature[0],
    ...(o.window === undefined ? {} : { window: o.window }),
    ...(o.crossings === undefined
      ? {}
      : { throttle: o.crossings === 'all' ? ('off' as const) : { crossings: o.crossings } }),
    reservoir: {
      exchangeRate: byName('--exchange', o.exchange, x => x),
      // μ = −z (φ − U of the metal), so μ° = z U
      standard: byName('--metal', o.metal, (x, i) => lattice.carriers[i].charge * x),
      activity: byName('--activity', o.activity, x => x),
    },
    seed: o.seed,
  }
}

/** Refuse stages whose ions the face lets through at no rate: nothing would ever happen. */
const checkPassing = (
  plans: readonly SlabPlan[],
  rates: Readonly<Record<string, number>>,
  { carriers }: Lattice,
): void => {
  const passes = (symbol: string) => (Object.hasOwn(rates, symbol) ? rates[symbol] : 0) > 0
  for (const { stages } of plans)
    for (const stage of stages) {
      const closed = (stage.carriers ?? []).find(symbol => carriers.some(c => c.symbol === symbol) && !passes(symbol))
      if (closed !== undefined)
        refuse(
          `--exchange ${closed}`,
          rates[closed] ?? 'nothing',
          `a rate above 0 [1/s] for the stage "${stage.label}"`,
        )
      if (stage.carriers === undefined && !carriers.some(c => passes(c.symbol)))
        refuse('--exchange', 'no rate above 0', 'one carrier at least that passes the face')
    }
}

const axisOf = (lattice: Lattice, asked: number | undefined): 0 | 1 | 2 => {
  const axis = asked ?? lattice.dimension - 1
  if (axis >= lattice.dimension)
    refuse('--axis', axis, `a vector along which the lattice repeats: 0 to ${lattice.dimension - 1}`)
  return axis as 0 | 1 | 2
}

/** On to the next snapshot or the end, if that is near. */
const toSnapshot = (
  run: Generator<SlabSnapshot | undefined, SlabResult>,
): IteratorResult<SlabSnapshot, SlabResult> | undefined => {
  const begin = performance.now()
  while (performance.now() - begin < toTheNext) {
    const next = run.next()
    // a run that failed has no result
    if (next.done) return next.value === undefined ? undefined : next
    if (next.value) return { done: false, value: next.value }
  }
  return undefined
}

/** Every run to its end; what a run is at is put on record now and then, and what is there of it is in `done`. */
function* allRuns(
  lattice: Lattice,
  o: {
    readonly plans: readonly SlabPlan[]
    readonly options: ReturnType<typeof optionsOf>
    readonly record: RunRecord
    readonly done: Done[]
  },
): Generator<Step, true> {
  const { plans, options, record, done } = o
  for (const [k, plan] of plans.entries()) {
    const kept = record.done.get(plan.name) as SlabState | undefined
    const run = slabBreaths(
      lattice,
      {
        ...options,
        stages: plan.stages,
        pairHops: plan.pairHops,
        ...(kept === undefined ? {} : { resume: kept }),
      },
      eventsABreath,
    )
    let saved = performance.now()
    let last: { readonly state: () => SlabState; readonly partial: () => SlabResult } | undefined
    let said: Step = { fraction: k / plans.length, doing: `${plan.name}: setting up` }
    let finished = false
    // whether the run stands at a snapshot
    let whole = false
    try {
      yield said
      let next = run.next()
      while (!next.done) {
        if (next.value === undefined) {
          yield said
          next = run.next()
          continue
        }
        const { stage, of, label, time, events, amount } = next.value
        last = next.value
        whole = true
        if (performance.now() - saved > keepEvery) {
          record.keep(plan.name, next.value.state())
          saved = performance.now()
        }
        const through = throughStage(plan.stages[stage - 1], {
          time,
          events,
          amount,
          symbols: lattice.carriers.map(c => c.symbol),
        })
        const contents = Array.from(amount, x => x.toFixed(3)).join(' ')
        said = {
          fraction: (k + (stage - 1 + through) / of) / plans.length,
          doing: `${plan.name}: ${label}, ${time.toExponential(2)} s, ${(events / 1e6).toFixed(1)} M events, x ${contents}`,
        }
        yield said
        whole = false
        next = run.next()
      }
      done.push({ plan, result: next.value })
      finished = true
    } finally {
      if (!finished && last !== undefined) {
        const end = whole ? undefined : toSnapshot(run)
        if (end === undefined || !end.done) {
          if (whole || end !== undefined) record.keep(plan.name, last.state())
          done.push({ plan, result: last.partial() })
        } else done.push({ plan, result: end.value })
      }
    }
  }
  return true
}

/** About how far a stage has come [–]. */
const throughStage = (
  { until }: SlabPlan['stages'][number],
  {
    time,
    events,
    amount,
    symbols,
  }: {
    readonly time: number
    readonly events: number
    readonly amount: ArrayLike<number>
    readonly symbols: readonly string[]
  },
): number => {
  if (until.amount) {
    const shares = Object.entries(until.amount).map(
      ([symbol, goal]) => amount[symbols.indexOf(symbol)] / Math.max(goal, 1e-9),
    )
    return Math.min(1, Math.max(...shares))
  }
  if (until.events !== undefined) return Math.min(1, events / until.events)
  return until.time === undefined ? 0 : Math.min(1, time / until.time)
}
