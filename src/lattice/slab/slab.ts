import { random, resumeRandom } from '../../math/random.ts'
import { finish, said } from '../../run.ts'
import type { Lattice } from '../lattice.ts'
import { slabModelSteps } from './model.ts'
import { checkSlab, fingerprint, type SlabOptions, singlesOnly } from './options.ts'
import { checkStages, type SlabStage, stageLabel } from './protocol.ts'
import { type SlabDrive, slabDrive } from './reservoir.ts'
import {
  type SlabOutcome,
  type SlabResult,
  type SlabStageResult,
  type SlabState,
  type StageStart,
  slabResult,
} from './result.ts'
import { type SlabTally, slabTally } from './tally.ts'

export { faceSitesOf } from './face.ts'
export type { SlabOptions } from './options.ts'
export type { SlabControl, SlabStage } from './protocol.ts'
export type { SlabOutcome, SlabResult, SlabStageResult, SlabState } from './result.ts'

/** Where a run is. One object, reused: read it, do not keep it. */
export type SlabSnapshot = {
  /** Stage, from 1, and how many there are. */
  stage: number
  readonly of: number
  label: string
  /** [s] */
  time: number
  events: number
  /** φ [V] */
  potential: number
  /** Ions per formula unit, [n] */
  readonly amount: Float64Array
  /** Ions by layer and carrier, [layers, n] */
  readonly counts: Float64Array
  /** The state to go on from, given as `resume` to a run with the same options. */
  state(): SlabState
  /** The result up to now. */
  partial(): SlabResult
}

/** Events between snapshots. Every rate is worked out anew there, so that a run that goes on from one has the same bits. */
const eventsBetween = 20_000

/** Events between looks at what is crossed too often: some 8 a channel. Snapshots are looks too. */
const updatesEvery = (channels: number): number =>
  [500, 1000, 2000, 4000, 5000, 10_000].find(events => events >= 8 * channels) ?? eventsBetween

/** More than half of a while at the cut-off ends a stage. */
const mostClamped = 0.5

/**
 * Kinetic Monte Carlo of a slab with a reservoir at one face (layer 0), rejection-free: ions hop by the lattice's events, come and
 * go through the face (`reservoir.ts`), all at one electrode potential. The other face is closed; the slab repeats sideways.
 * Mean-field terms see contents averaged over a window of depth (`layers.ts`).
 *
 * A current sets φ anew at each event, where the expected current is the one that is asked for; the charge is kept by asking for
 * a little more or less (`SlabControl`), so it strays by a few ions only. Where φ would pass the cut-off it stays there; a stage that was there for more than half of the time in which the
 * current brings a charge to each cell of the face has ended, `cut-off`.
 *
 * @returns result; a cut-off and a slab in which nothing can happen any more are its `outcome`
 * @throws SimulationError ('input') on a lattice, slab or stage that cannot be
 * Source: computed: definitions only
 */
export const slabSteps = (given: Lattice, o: SlabOptions): Generator<SlabSnapshot, SlabResult> =>
  said(slabBreaths(given, o))

/**
 * The same, with signs of life between: nothing is yielded while the slab is set up, and between snapshots, so that no part takes
 * long in a slab of any size. Between two snapshots the first still tells its `partial`, but has no `state`.
 *
 * @param breath  events from one to the next
 */
export function* slabBreaths(
  given: Lattice,
  o: SlabOptions,
  breath = Infinity,
): Generator<SlabSnapshot | undefined, SlabResult> {
  const lattice = o.pairHops === false ? singlesOnly(given) : given
  checkSlab(lattice, o)
  checkStages(o.stages, lattice)
  const { resume, stages } = o
  const made = fingerprint(lattice, o)
  let tally: SlabTally
  const model = yield* slabModelSteps(lattice, o, resume?.sigma ?? o.start, (layer, carrier) =>
    tally.settle(layer, carrier),
  )
  const { hops, face, run, field, inside, reservoir, moves, held } = model
  const { hold } = held
  const often = updatesEvery(hold.length)
  // a first guess of how rows lie in time: as 64 events
  const quickest = hops.total() + face.sites.length * reservoir.exchangeRate.reduce((a, b) => a + b, 0)
  const period = 64 / Math.max(quickest, Number.MIN_VALUE)
  tally = slabTally({ lattice, field, inside, period, most: o.rows ?? 401, from: resume?.tally })
  const dice = resume ? resumeRandom(resume.random) : random(o.seed, o.stream ?? 0)
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  const ended: SlabStageResult[] = [...(resume?.ended ?? [])]
  const resultOf = (outcome: SlabOutcome, reason: string) =>
    slabResult({ lattice, model, tally, stages: ended, outcome, reason })

  let stage = resume?.stage ?? 0
  let began: StageStart
  let drive: SlabDrive
  const snapshot: SlabSnapshot = {
    ...{ stage: 0, of: stages.length, label: '', time: 0, events: 0, potential: 0 },
    amount: new Float64Array(symbols.length),
    counts: field.counts,
    state: () => {
      if (tally.events % eventsBetween !== 0) throw new RangeError('state: between two snapshots there is none')
      return stateNow()
    },
    partial: () => resultOf('interrupted', `interrupted at t = ${tally.time} s`),
  }
  const stateNow = (): SlabState => ({
    ...{ of: made, sigma: [...model.sigma.subarray(0, run.sites)], random: dice.state(), stage, began, ended },
    clamped: drive.clamped(),
    throttle: held.state(),
    tally: tally.state(),
  })

  for (; stage < stages.length; stage++) {
    const { control } = stages[stage]
    const label = stageLabel(stages[stage], symbols)
    const goesOn = resume?.stage === stage
    began = goesOn ? resume.began : startOf(tally)
    drive = slabDrive(model, control, {
      may: symbols.map(symbol => stages[stage].carriers?.includes(symbol) ?? true),
      clamped: goesOn ? resume.clamped : 0,
      from: goesOn ? tally.potential : undefined,
    })
    const end = endOf(stages[stage], { symbols, began, units: run.formulaUnits, tally })
    let done: StageEnd | undefined
    let fresh = true
    if (!goesOn) {
      held.begin()
      model.renew()
    }
    let looked = tally.time
    snapshot.stage = stage + 1
    snapshot.label = label
    while (done === undefined) {
      if (face.update() || fresh || drive.followsLag)
        tally.setPotential(drive.update(lagOf(drive.current, began, tally, model.charge)))
      fresh = false
      const inner = hops.total()
      const total = inner + drive.total()
      const later = total > 0 ? tally.time - Math.log(1 - dice.uniform()) / total : Number.POSITIVE_INFINITY
      if (later === Number.POSITIVE_INFINITY && end.time === later) {
        done = { outcome: 'no event', reason: 'nothing can happen any more' }
        break
      }
      if (later >= end.time) {
        tally.pass(end.time)
        done = { outcome: 'finished', reason: end.timeReason }
        break
      }
      drive.pass(later - tally.time)
      tally.pass(later)
      const at = dice.uniform() * total
      if (at < inner) {
        const way = hops.draw(at)
        const accepted = hops.acceptance(way)
        if (accepted >= 1 || dice.uniform() < accepted) {
          const move = hops.moveOn(way)
          let slower = 1
          if (held.on) {
            const channel = moves.channelOf[((way / moves.ways) | 0) * moves.moves + move]
            const lower = hops.lower(way)
            held.crossed(channel, lower)
            slower = Math.max(1, hold[channel] * lower)
          }
          tally.moved(moves.event[move], model.hop(way), slower)
        }
      } else {
        const { site, carrier, inwards } = drive.draw(at - inner)
        model.exchange(site, carrier, inwards)
        // a current is carried by the face as it is: φ would tell of its holds
        if ('potential' in control) held.crossed(model.faceChannel(site, carrier), 1)
        tally.exchanged(carrier, inwards)
        done = end.reached(carrier)
      }
      tally.event()
      if (drive.clamped() > mostClamped) done ??= { outcome: 'cut-off', reason: drive.cutOffReason }
      done ??= end.counted()
      if (tally.events % breath === 0 && tally.events % eventsBetween !== 0) yield
      if (done === undefined && tally.events % often === 0 && (held.on || tally.events % eventsBetween === 0)) {
        const changed = held.update(tally.time - began.time, tally.time - looked)
        looked = tally.time
        if (!changed && tally.events % eventsBetween !== 0) continue
        model.renew()
        fresh = true
        if (tally.events % eventsBetween !== 0) continue
        tally.close()
        Object.assign(snapshot, { time: tally.time, events: tally.events, potential: tally.potential })
        for (let i = 0; i < symbols.length; i++) snapshot.amount[i] = inside[i] / run.formulaUnits
        yield snapshot
      }
    }
    ended.push(stageResult(label, done, began, tally, run.formulaUnits))
    if (done.outcome !== 'finished') return resultOf(done.outcome, `${label}: ${done.reason}`)
  }
  return resultOf('finished', ended.at(-1)!.reason)
}

/** `slabSteps` to its end. */
export const slab = (lattice: Lattice, o: SlabOptions): SlabResult => finish(slabSteps(lattice, o))

/** What a current has brought too little since its stage began [e]. */
const lagOf = (current: number, began: StageStart, tally: SlabTally, charge: Float64Array): number => {
  let lag = current * (tally.time - began.time)
  for (let i = 0; i < charge.length; i++)
    lag -= charge[i] * (tally.inserted[i] - began.inserted[i] - tally.removed[i] + began.removed[i])
  return lag
}

type StageEnd = { readonly outcome: SlabOutcome; readonly reason: string }

const startOf = (tally: SlabTally): StageStart => ({
  time: tally.time,
  events: tally.events,
  inserted: [...tally.inserted],
  removed: [...tally.removed],
  inside: [...tally.inside],
  potentialSum: tally.row().potential,
})

/** What ends a stage. Amounts are compared as whole numbers of ions. */
const endOf = (
  { until }: SlabStage,
  o: {
    readonly symbols: readonly string[]
    readonly began: StageStart
    readonly units: number
    readonly tally: SlabTally
  },
) => {
  const { symbols, began, units, tally } = o
  const goals = symbols.map(symbol => {
    const amount = until.amount?.[symbol]
    return amount === undefined ? undefined : Math.round(amount * units)
  })
  const is = (i: number): boolean => {
    const goal = goals[i]
    if (goal === undefined) return false
    return goal >= began.inside[i] ? tally.inside[i] >= goal : tally.inside[i] <= goal
  }
  return {
    time: until.time === undefined ? Number.POSITIVE_INFINITY : began.time + until.time,
    timeReason: `${until.time} s have passed`,
    reached: (i: number): StageEnd | undefined =>
      is(i) ? { outcome: 'finished', reason: `${symbols[i]} has reached ${until.amount![symbols[i]]}` } : undefined,
    counted: (): StageEnd | undefined =>
      tally.events - began.events === until.events
        ? { outcome: 'finished', reason: `${until.events} events have passed` }
        : undefined,
  }
}

const stageResult = (
  label: string,
  done: StageEnd,
  began: StageStart,
  tally: SlabTally,
  units: number,
): SlabStageResult => {
  const now = startOf(tally)
  const length = now.time - began.time
  return {
    label,
    ...done,
    start: began.time,
    end: now.time,
    events: now.events - began.events,
    inserted: now.inserted.map((count, i) => count - began.inserted[i]),
    removed: now.removed.map((count, i) => count - began.removed[i]),
    amount: now.inside.map(count => count / units),
    potential: [length > 0 ? (now.potentialSum - began.potentialSum) / length : tally.potential, tally.potential],
  }
}
