/** One point of the space in which the claims are tried: its discharges, its infinitely slow paths, its verdicts. */
import type { Cell, Fidelity, Mesh } from '../cell/cell.ts'
import { cycle } from '../cell/cycle.ts'
import { modelOf } from '../cell/model-of.ts'
import type { Outcome, Solution } from '../cell/solution.ts'
import { discharge } from '../cell/steps/discharge.ts'
import { SimulationError } from '../error.ts'
import type { Overrides } from '../laws/parameter.ts'
import { type CellName, cellOf, overridesOf, type Point, pairOff, shared } from './recipe.ts'
import { slowPath } from './slow.ts'
import { capacityOf, endOf, peakMgShare, type Split, splitOfSolution } from './split.ts'
import { reading, thresholds } from './thresholds.ts'
import { type Verdict, verdictsOf } from './verdicts.ts'

/** How finely a discharge is computed. */
export type Accuracy = { readonly fidelity: Fidelity; readonly mesh: Mesh; readonly rtol: number }

/** For the runs that are shown. */
export const fine: Accuracy = { fidelity: 'dfn', mesh: { points: 12, shells: 20 }, rtol: 1e-4 }
/**
 * For the many runs of maps: the porous-electrode model with few points. It costs no more than a single-particle model and
 * still lets the electrolyte run dry; particles keep enough shells for a jam at the surface.
 */
export const coarse: Accuracy = { fidelity: 'dfn', mesh: { points: 3, shells: 12 }, rtol: 5e-4 }
/**
 * Tried in turn where a discharge cannot be computed to its end. The same model throughout: one that knows no electrolyte
 * would differ by more than what is compared.
 */
const others: readonly Accuracy[] = [
  { fidelity: 'dfn', mesh: { points: 6, shells: 20 }, rtol: 1e-4 },
  { fidelity: 'dfn', mesh: { points: 3, shells: 26 }, rtol: 3e-5 },
]
/** Charge beyond the room of the host that tells a wrong result from round-off [share of the room]. */
const overfull = 5e-3

/** Constant-current discharge of a fresh cell to its lower voltage limit. */
export const dischargeOf = (cell: Cell, rate: number, accuracy: Accuracy): Solution => {
  const step = discharge({ rate, until: { voltage: cell.voltageLimits[0] } })
  return cycle(modelOf(cell, accuracy), [step], { rtol: accuracy.rtol, rows: 'steps' })
}

/** A discharge that a verdict may rest on. */
export type Run = { readonly split: Split; readonly outcome: Outcome; readonly accuracy: Accuracy }

/** Ends that say that the current can no longer be carried, or its voltage no longer be held. */
const ends: ReadonlySet<Outcome> = new Set([
  'cut-off',
  'host full',
  'electrolyte depleted',
  'metal used up',
  'voltage below cut-off at once',
])

/**
 * A discharge by the first accuracy that brings it to a physical end.
 *
 * @param trouble takes a line for each attempt that failed
 * @returns undefined where none did
 */
export const runOf = (cell: Cell, rate: number, first: Accuracy, trouble: string[]): Run | undefined => {
  const room = 4 * (1 + overfull)
  for (const accuracy of [first, ...others]) {
    const { fidelity, mesh } = accuracy
    const label = `${cell.name}, ${fidelity} ${mesh.points}×${mesh.shells}`
    try {
      const solution = dischargeOf(cell, rate, accuracy)
      const split = splitOfSolution(solution)
      if (!ends.has(solution.outcome)) trouble.push(`${label}: ${solution.reason}`)
      else if (capacityOf(split) > room) trouble.push(`${label}: ended with ${capacityOf(split).toFixed(3)} charges`)
      else return { split, outcome: solution.outcome, accuracy }
    } catch (error) {
      if (!(error instanceof SimulationError) || error.code !== 'method') throw error
      trouble.push(`${label}: ${error.message}`)
    }
  }
  return undefined
}

/** What a point gave, as plain data. */
export type Trial = {
  readonly verdicts: readonly Verdict[]
  /** Elementary charges per formula unit; NaN where a discharge was not computed or not needed. */
  readonly capacity: { readonly dual: number; readonly withoutPair: number; readonly mgOnly: number }
  /** Li and Mg per formula unit at the end of the dual discharge. */
  readonly end: { readonly Li: number; readonly Mg: number }
  /** Attempts that failed, in words. */
  readonly trouble: readonly string[]
}

export type TrialOptions = {
  readonly accuracy?: Accuracy
  /** Leaves out the discharge without the pair where Mg's share does not pass anyway. */
  readonly sparing?: boolean
}

/** What the infinitely slow path does not depend on. */
const kinetic = /barrier|exchangeCurrent|attemptFrequency|pairHops|alpha|diffusivity|particleRadius|conductivity/

/** A discharge with the words of its failed attempts: the same words whoever computed it first. */
type Known = { readonly run: Run | undefined; readonly trouble: readonly string[] }

/** Computes trials, and remembers the discharges and slow paths that several points share. */
export const trials = (): ((point: Point, o?: TrialOptions) => Trial) => {
  const runs = new Map<string, Known>()
  const paths = new Map<string, Split | undefined>()
  const run = (name: CellName, o: Overrides, rate: number, accuracy: Accuracy): Known => {
    const key = keyOf(name, o, rate, accuracy)
    const known = runs.get(key)
    if (known) return known
    const trouble: string[] = []
    const made = { run: runOf(cellOf(name, o), rate, accuracy, trouble), trouble }
    runs.set(key, made)
    return made
  }
  const slow = (name: CellName, o: Overrides): Split | undefined => {
    const thermodynamic = Object.fromEntries(Object.entries(o).filter(([key]) => !kinetic.test(key)))
    const key = keyOf(name, thermodynamic)
    if (!paths.has(key)) paths.set(key, slowPath(cellOf(name, o)))
    return paths.get(key)
  }
  return (point, { accuracy = coarse, sparing = false } = {}) => {
    const overrides = overridesOf(point)
    const { cell, rate } = point
    const dual = run(cell, overrides, rate, accuracy)
    const passes = dual.run !== undefined && peakMgShare(dual.run.split, reading).share > thresholds.mgPromoted.share
    const withoutPair = sparing && !passes ? notNeeded : run(cell, { ...overrides, ...pairOff }, rate, accuracy)
    const mgOnly = run('mgOnly', shared(overrides), rate, accuracy)
    const capacity = ({ run: one }: Known): number => (one ? capacityOf(one.split) : Number.NaN)
    return {
      verdicts: verdictsOf({
        dual: dual.run?.split,
        dualWithoutPair: withoutPair.run?.split,
        mgOnly: mgOnly.run?.split,
        slowDual: slow(cell, overrides),
        slowMgOnly: slow('mgOnly', shared(overrides)),
      }),
      capacity: { dual: capacity(dual), withoutPair: capacity(withoutPair), mgOnly: capacity(mgOnly) },
      end: dual.run ? endOf(dual.run.split) : { Li: Number.NaN, Mg: Number.NaN },
      trouble: [...dual.trouble, ...withoutPair.trouble, ...mgOnly.trouble],
    }
  }
}

const notNeeded: Known = { run: undefined, trouble: [] }

const keyOf = (...parts: readonly unknown[]): string =>
  JSON.stringify(parts, (_, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
