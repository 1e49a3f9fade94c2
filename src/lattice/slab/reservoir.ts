import type { SlabModel } from './model.ts'
import type { SlabControl } from './protocol.ts'

/**
 * The reservoir at the open face of a slab: one electrode potential φ for all ions,
 *
 *   μ_i = μ_i° − z_i φ + kT ln a_i,   k_ins,i = k⁰_i exp(−(ΔE − μ_i)/2kT),   k_rem,i = k⁰_i exp(+(ΔE − μ_i)/2kT)
 *
 * ΔE that of putting the ion in. Sums over the sites of the face, A_i = Σ_vacant k⁰ exp(−ΔE/2kT), B_i = Σ_filled k⁰ exp(+ΔE/2kT),
 * make the expected current a smooth falling function of φ alone,
 *
 *   I(φ) = Σ_i z_i (A_i exp(μ_i/2kT) − B_i exp(−μ_i/2kT))
 *
 * Source: computed: definitions only
 */
export type Reservoir = {
  /** μ_i° [eV] at φ = 0 and a_i = 1, [n]: z_i times the potential of the carrier's metal on the scale of φ; 0 on its own scale. */
  readonly standard: Float64Array
  /** a_i [–] > 0, [n] */
  readonly activity: Float64Array
  /** k⁰_i [1/s] for each site of the face, [n]; 0 where the carrier cannot pass. */
  readonly exchangeRate: Float64Array
}

/** Beyond the cut-off nothing is looked for farther than this [V]. */
const widest = 20

/** Less than all of the current is given up: none at all would be an infinite potential at an empty face. */
const mostAsked = 0.99

/** Halvings and steps of Newton: 60 halvings alone take 20 V to round-off. */
const mostSteps = 120

/**
 * φ at which the expected current is `current`, within lower … upper; the end of the range at which it comes nearest where
 * none is. Newton within a bracket that is halved where he would leave it, or while the current is far off: I is exponential.
 *
 * @param o.from  where to begin: the last potential
 * @returns φ [V], to round-off
 */
export const potentialFor = (o: {
  readonly current: number
  readonly reservoir: Reservoir
  readonly charge: ArrayLike<number>
  /** A_i and B_i [1/s] */
  readonly insert: ArrayLike<number>
  readonly remove: ArrayLike<number>
  readonly kT: number
  readonly lower: number
  readonly upper: number
  readonly from: number
}): number => {
  const { current, reservoir, charge, insert, remove, kT } = o
  const { standard, activity } = reservoir
  let { lower, upper } = o
  let phi = Math.min(Math.max(o.from, lower), upper)
  let far = Math.abs(current)
  for (let i = 0; i < charge.length; i++) far += 2 * charge[i] * Math.sqrt(insert[i] * remove[i])
  far *= 100
  for (let step = 0; step < mostSteps; step++) {
    let value = -current
    let slope = 0
    let size = Math.abs(current)
    for (let i = 0; i < charge.length; i++) {
      if (insert[i] === 0 && remove[i] === 0) continue
      const half = (0.5 * (standard[i] - charge[i] * phi)) / kT + 0.5 * Math.log(activity[i])
      const into = insert[i] === 0 ? 0 : charge[i] * insert[i] * Math.exp(half)
      const out = remove[i] === 0 ? 0 : charge[i] * remove[i] * Math.exp(-half)
      value += into - out
      size += into + out
      slope -= (0.5 * charge[i] * (into + out)) / kT
    }
    if (size === 0) return phi
    if (size < Number.POSITIVE_INFINITY && Math.abs(value) <= 4 * Number.EPSILON * size) return phi
    // I falls as φ rises: too much of it lies below the root
    if (value > 0) lower = phi
    else upper = phi
    const newton = phi - value / slope
    const tame = size < far && newton > lower && newton < upper
    // the ends first: none may have the current
    const next = tame
      ? newton
      : step === 0 && phi !== o.upper && phi !== o.lower
        ? value > 0
          ? upper
          : lower
        : 0.5 * (lower + upper)
    if (upper - lower <= 4 * Number.EPSILON * Math.max(1, Math.abs(phi))) {
      // no root within: the end that it lies beyond, not a hair from it
      return upper === o.upper ? upper : lower === o.lower ? lower : phi
    }
    if (next === phi || newton === phi) return phi
    phi = next
  }
  return phi
}

/** A stage's way of driving the face: its potential and the rates that follow from it. */
export type SlabDrive = {
  /** φ [V], once the sums of the face have changed; `lag` [e] is what the current has brought too little so far. */
  update(lag: number): number
  /** The current that is asked for [e/s]; 0 where a potential is held. */
  readonly current: number
  /** Whether φ changes as the lag does. */
  readonly followsLag: boolean
  /** Sum of the rates of all ions through the face [1/s]. */
  total(): number
  /** The ion under `at` in 0 … total(). */
  draw(at: number): { readonly site: number; readonly carrier: number; readonly inwards: boolean }
  /** Time passes at this potential [s]. */
  pass(time: number): void
  /** Share of the last while that φ stood at its cut-off without the current that was asked for. */
  clamped(): number
  readonly cutOffReason: string
}

/**
 * @param o.may      which carriers may pass in this stage, [n]
 * @param o.clamped  share of the last while at the cut-off
 * @param o.from     last potential [V], where there is one
 */
export const slabDrive = (
  { face, kT, charge, reservoir, run, layers }: SlabModel,
  control: SlabControl,
  o: { readonly may: readonly boolean[]; readonly clamped: number; readonly from: number | undefined },
): SlabDrive => {
  const n = charge.length
  const held = 'potential' in control
  const current = held ? 0 : control.current * run.formulaUnits
  const cutOff = held ? control.potential : control.cutOff
  const insert = new Float64Array(n)
  const remove = new Float64Array(n)
  /** in, out of each carrier [1/s] */
  const rates = new Float64Array(2 * n)
  /** exp(μ_i/2kT) */
  const drive = new Float64Array(n)
  /** The time in which the current brings one charge to each cell of the face. */
  const cells = run.cells / layers.count
  const patience = cells / Math.abs(current)
  const one = Math.sqrt(face.sites.length)
  const followsLag = !held && control.keep !== 'expectation'
  let potential = o.from ?? cutOff
  let asked = current
  let sum = 0
  let short = false
  let clamped = o.clamped

  return {
    current,
    followsLag,
    cutOffReason: `the potential stayed at its cut-off, ${cutOff} V`,
    clamped: () => clamped,
    total: () => sum,

    update(lag) {
      for (let i = 0; i < n; i++) {
        insert[i] = o.may[i] ? face.insert[i] : 0
        remove[i] = o.may[i] ? face.remove[i] : 0
      }
      if (!held) {
        const lower = current > 0 ? cutOff : cutOff - widest
        const upper = current > 0 ? cutOff + widest : cutOff
        asked = current
        if (followsLag) {
          let passing = Math.abs(current)
          for (let i = 0; i < n; i++) {
            let both = Math.sqrt(insert[i] * remove[i])
            // a face that is empty for the moment takes ions as quickly as one with an ion on it (A B = sites k⁰²), a full one gives
            if (lag > 0 ? insert[i] > 0 : remove[i] > 0) both = Math.max(both, one * reservoir.exchangeRate[i])
            passing += charge[i] * charge[i] * both
          }
          asked += passing * Math.max(-mostAsked, Math.min(mostAsked, lag / cells))
        }
        potential = potentialFor({
          current: asked,
          reservoir,
          charge,
          insert,
          remove,
          kT,
          lower,
          upper,
          from: potential,
        })
      }
      sum = 0
      let expected = 0
      for (let i = 0; i < n; i++) {
        const half =
          (0.5 * (reservoir.standard[i] - charge[i] * potential)) / kT + 0.5 * Math.log(reservoir.activity[i])
        drive[i] = Math.exp(half)
        rates[2 * i] = insert[i] === 0 ? 0 : insert[i] * drive[i]
        rates[2 * i + 1] = remove[i] === 0 ? 0 : remove[i] / drive[i]
        sum += rates[2 * i] + rates[2 * i + 1]
        expected += charge[i] * (rates[2 * i] - rates[2 * i + 1])
      }
      short = !held && Math.abs(expected - asked) > 1e-6 * Math.abs(current)
      return potential
    },

    draw(at) {
      let rest = at
      let last = 0
      for (let k = 0; k < 2 * n; k++) {
        if (rates[k] === 0) continue
        last = k
        if (rest < rates[k]) break
        rest -= rates[k]
      }
      const carrier = last >> 1
      const inwards = last % 2 === 0
      const site = face.draw(carrier, inwards, inwards ? rest / drive[carrier] : rest * drive[carrier])
      return { site, carrier, inwards }
    },

    pass(time) {
      if (held) return
      const fade = Math.exp(-time / patience)
      clamped = short ? 1 - (1 - clamped) * fade : clamped * fade
    },
  }
}
