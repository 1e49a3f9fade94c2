import { refuse } from '../src/error.ts'
import { longEnough } from '../src/ladder/long-enough.ts'
import type { Lattice } from '../src/lattice/lattice.ts'
import { requireMobile } from '../src/lattice/model/network-notes.ts'
import { arrheniusOf } from './arrhenius.ts'
import { type DiffusivityRun, runOf } from './diffusivity-run.ts'
import { figureOf, rowOf, summary } from './diffusivity-words.ts'
import { amountsOf, checkAmounts, sizeOf } from './lattice-model.ts'
import type { RunRecord } from './lattice-record.ts'
import { type LatticeFiles, latticeFor, latticeRun } from './lattice-run.ts'
import type { Step } from './steps.ts'

/** Least sites of a run where no size is asked for. */
const usualSites = 500
/** Of the bar, for filling and settling [–]. */
const settlingShare = 0.1
/** Events where none are asked for, and the most that a slow carrier makes of them. */
const [usualEvents, mostEvents] = [2e6, 1.3e8]

export type DiffusivityOptions = LatticeFiles & {
  readonly amount: string
  readonly temperature: readonly number[]
  readonly size?: readonly number[]
  readonly events?: number
  readonly pairs: 'on' | 'off' | 'both'
  readonly inside: number | 'plain'
  readonly crossings?: number
  readonly seed: number
}

/** `dualion diffusivity MODEL --amount …`: tracer, jump and Onsager coefficients at equilibrium, with errors. */
export const diffusivityCommand = async (file: string, o: DiffusivityOptions): Promise<void> => {
  const open = await latticeFor(file, o)
  const { lattice } = open
  const amounts = amountsOf('--amount', o.amount, lattice).map(x => x ?? 0)
  checkAmounts('--amount', lattice, amounts)
  if (amounts.every(x => x === 0)) refuse('--amount', o.amount, 'at least one carrier with a content above 0')
  requireMobile(
    lattice,
    amounts.flatMap((x, i) => (x > 0 ? [i] : [])),
  )
  const size = sizeOf(lattice, o.size, usualSites)
  const plan = planOf(o)
  await latticeRun(file, open, o, {
    format: 'dualion diffusivity',
    id: [size],
    steps: record => allRuns(lattice, { ...o, amounts, size, plan, record }),
    output: record => {
      const runs = plan.flatMap(({ name }) => (record.done.get(name) as DiffusivityRun | undefined) ?? [])
      const arrhenius = arrheniusOf(runs)
      return {
        summary: summary(runs, arrhenius, size),
        notes: runs.flatMap(({ temperature, pairHops, notes }) =>
          notes.map(note => `${temperature} K, pair hops ${pairHops ? 'on' : 'off'}: ${note}`),
        ),
        rows: () => runs.map(rowOf),
        json: () => ({ size, seed: o.seed, arrhenius, runs }),
        ...(runs.some(run => run.carriers.some(one => (one.tracer?.value ?? 0) > 0))
          ? { figure: () => figureOf(runs, lattice.name) }
          : {}),
      }
    },
  })
}

type PlannedRun = { readonly name: string; readonly temperature: number; readonly pairHops: boolean }

const planOf = ({ temperature, pairs }: DiffusivityOptions): PlannedRun[] =>
  (pairs === 'both' ? [true, false] : [pairs === 'on']).flatMap(pairHops =>
    temperature.map(T => ({ name: `${T} K, pair hops ${pairHops ? 'on' : 'off'}`, temperature: T, pairHops })),
  )

function* allRuns(
  lattice: Lattice,
  o: DiffusivityOptions & {
    readonly amounts: readonly number[]
    readonly size: readonly [number, number, number]
    readonly plan: readonly PlannedRun[]
    readonly record: RunRecord
  },
): Generator<Step, true> {
  const { plan, record, amounts, size } = o
  for (const [k, { name, temperature, pairHops }] of plan.entries()) {
    if (record.done.has(name)) continue
    const steps = longEnough({
      lattice,
      size,
      temperature,
      amounts,
      events: o.events ?? usualEvents,
      most: o.events ?? mostEvents,
      seed: o.seed,
      // a stream of its own for each, so that a part that was stopped comes out the same again
      stream: k,
      pairHops,
      ...(o.crossings === undefined
        ? { inside: o.inside === 'plain' ? ('plain' as const) : { ratio: o.inside } }
        : { throttle: { crossings: o.crossings } }),
    })
    let measured = process.cpuUsage()
    let through = 0
    let next = steps.next()
    while (!next.done) {
      if (next.value.phase === 'settling') measured = process.cpuUsage()
      const { phase, done } = next.value
      // a tenth for what comes before, however long that is
      const share = phase === 'settling' ? settlingShare * done : settlingShare + (1 - settlingShare) * done
      through = Math.max(through, share)
      yield { fraction: (k + through) / plan.length, doing: `${name}, ${phase}` }
      next = steps.next()
    }
    const { user, system } = process.cpuUsage(measured)
    const seconds = (user + system) / 1e6
    record.keep(name, runOf(next.value, pairHops, seconds))
  }
  return true
}
