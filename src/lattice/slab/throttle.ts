import { refuse } from '../../error.ts'

/**
 * Fast moves held at local equilibrium: what goes to and fro is slowed until it does so about M times while its stage grows as old
 * as it is, so that a run spends its steps on what still changes.
 *
 * A *channel* is one event at one place, both ways; it is slowed by itself, and only while it is crossed more often than M per age.
 *
 *   k′ = k min(1, 1/(h k_low)),   k_low = min(k forward, k back)
 *
 * with a hold h [s] for each channel: a saddle that is too low is raised to where the deeper side waits h. k_low is the same seen
 * from both sides, so at any h detailed balance is exact, and with it every equilibrium. Channels that are crossed less often,
 * those out of shallow states too, keep their rates whatever their barriers are; a process that happens once an age over m
 * channels in series is late by about m/M of an age. A run with half the M shows it.
 * A stage begins without holds.
 *
 * The face has a channel for each site and carrier: its k⁰ is divided by h [–] where that is above 1, in and out,
 * while a potential is held; where a current is, φ would tell of it, and the face is left as it is.
 * Source: Chatterjee2010 (rate constants of what is in quasi-equilibrium scaled down); Prats2025 (channel by channel, up and down
 * again); computed: the channel of each place, k_low and the count per age
 */
export type Throttle = {
  /** Whether there is one. */
  readonly on: boolean
  /** h by channel, 0 for none: [s], those of the face [–]. */
  readonly hold: Float64Array
  /** A channel was crossed; k_low [1/s] there (1 at the face). */
  crossed(channel: number, lower: number): void
  /** Holds anew from what was crossed in the last `time` [s] of a stage that is `age` [s] old; true where any changed. */
  update(age: number, time: number): boolean
  /** No holds. */
  begin(): void
  state(): ThrottleState
}

/** Of the channels that something was ever seen on: there are millions in a large slab. */
export type ThrottleState = {
  readonly channels: readonly number[]
  readonly hold: readonly number[]
  readonly seen: readonly number[]
  readonly span: number
}

/** M where nothing is said. */
export const usualCrossings = 1000

/** Crossings at the limit that a mean goes back over. */
const memory = 50
/** Holds change by no more at a time, for counts are small numbers, and by no less, for they jitter. */
const [most, least] = [10, 1.25]

/**
 * @param o.ceiling    k_low at most, by channel: a hold below 1/ceiling holds nothing
 * @param o.crossings  M; undefined leaves every rate as it is
 */
export const throttle = (o: {
  readonly ceiling: ArrayLike<number>
  readonly crossings: number | undefined
  readonly from: ThrottleState | undefined
}): Throttle => {
  const { ceiling, crossings, from } = o
  if (crossings !== undefined && !(crossings >= 10 && crossings < Number.POSITIVE_INFINITY))
    refuse('throttle.crossings', crossings, 'at least 10, and finite; off for none')
  const channels = ceiling.length
  const hold = new Float64Array(channels)
  /** Crossings, those long ago faded. */
  const seen = new Float64Array(channels)
  from?.channels.forEach((c, k) => {
    hold[c] = from.hold[k]
    seen[c] = from.seen[k]
  })
  /** Time that `seen` is from [s]. */
  let span = from?.span ?? 0
  const made = new Float64Array(channels)
  const fastest = new Float64Array(channels)

  return {
    on: crossings !== undefined,
    hold,
    crossed(channel, lower) {
      made[channel]++
      if (lower > fastest[channel]) fastest[channel] = lower
    },

    update(age, time) {
      if (crossings === undefined) return false
      const fade = Math.exp((-time * crossings) / (memory * age))
      span = span * fade + time
      let changed = false
      for (let c = 0; c < channels; c++) {
        seen[c] = seen[c] * fade + made[c]
        made[c] = 0
        const over = (seen[c] * age) / span / crossings
        let factor = Math.min(most, Math.max(over, 1 / most))
        if (hold[c] === 0 ? factor > least : factor > least || factor < 1 / least) {
          if (hold[c] === 0) hold[c] = 1 / fastest[c]
          // half as fast on the way back
          if (factor < 1) factor = Math.sqrt(factor)
          hold[c] *= factor
          seen[c] /= factor
          if (hold[c] * ceiling[c] <= 1) hold[c] = 0
          changed = true
        }
        fastest[c] = 0
      }
      return changed
    },

    begin() {
      hold.fill(0)
      seen.fill(0)
      made.fill(0)
      fastest.fill(0)
      span = 0
    },

    state: () => {
      const known: number[] = []
      for (let c = 0; c < channels; c++) if (hold[c] !== 0 || seen[c] !== 0) known.push(c)
      return { channels: known, hold: known.map(c => hold[c]), seen: known.map(c => seen[c]), span }
    },
  }
}
