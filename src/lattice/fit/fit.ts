import { refuse, SimulationError } from '../../error.ts'
import { choleskyFactor, choleskySolve, packedLength } from '../../math/cholesky.ts'
import { random } from '../../math/random.ts'

/** A coefficient of the Hamiltonian that energies are fitted with. */
export type FitTerm = {
  readonly label: string
  readonly kind: 'site' | 'pair' | 'triplet' | 'mean field'
  /** How small it is thought to be: its share of the penalty [–]; 1 where absent, 0 for none. */
  readonly penalty?: number
  /** Never left out. */
  readonly always?: boolean
}

/** One energy. */
export type FitRow = {
  readonly label: string
  /** How often each term occurs per formula unit, [terms]. */
  readonly counts: ArrayLike<number>
  /** [eV per formula unit], against the empty host and the metals. */
  readonly energy: number
  /** Ions per formula unit: errors are given by ion too. */
  readonly ions: number
  /** Of its square residual [–]; 1 where absent. */
  readonly weight?: number
  /** Rows that share it are left out together (one composition, one supercell …); each its own where absent. */
  readonly group?: string
  /** Never fitted: it measures the error. */
  readonly heldOut?: boolean
}

export type FitOptions = {
  readonly folds?: number
  /** Strengths of the penalty that are tried [eV² …]; the best is taken. */
  readonly strengths?: readonly number[]
  /** Terms are left out as long as the error of cross-validation stays within this share of the lowest met; 0.003 where absent, −1 keeps all. */
  readonly gain?: number
  /** Of the shuffle of groups into folds. */
  readonly seed?: number
}

export type FittedTerm = {
  readonly label: string
  readonly kind: FitTerm['kind']
  readonly kept: boolean
  /** [eV] */
  readonly value: number
  /** Standard error [eV], from the residuals and the curvature; of a term left out none. */
  readonly error?: number
  /** Rows that know the term. */
  readonly rows: number
  readonly why: string
}

/** Root mean square and largest error. */
export type FitError = {
  readonly rows: number
  /** [eV per formula unit] */
  readonly perFormulaUnit: number
  /** [eV per ion] */
  readonly perIon: number
  /** [eV per formula unit] */
  readonly largest: number
}

export type LatticeFit = {
  readonly terms: readonly FittedTerm[]
  /** [eV], [terms]; 0 where left out. */
  readonly coefficients: readonly number[]
  readonly strength: number
  readonly errors: {
    readonly trained: FitError
    /** Each row by a fit to the other folds. */
    readonly crossValidated: FitError
    /** Rows never fitted, if there are any. */
    readonly heldOut?: FitError
  }
  readonly trials: readonly { readonly strength: number; readonly error: number }[]
}

const usualStrengths = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]

type Equations = { readonly matrix: Float64Array; readonly right: Float64Array; rows: number }

/**
 * Coefficients that minimise Σ_r w_r (E_r − Σ_t x_rt c_t)² + λ Σ_t p_t c_t², with λ and the terms chosen by leaving out one fold
 * of groups after the other.
 *
 * First λ with all terms; then the term whose absence helps most, or hurts least, is left out again and again while the error
 * stays within `gain` of the lowest met; then λ once more.
 *
 * @throws SimulationError (`input`) where rows and terms do not fit or folds are more than groups; (`method`) where nothing
 *   decides a term without a penalty
 * Cost: steps · terms · folds Cholesky factors. Source: computed
 */
export const fitEnergies = (rows: readonly FitRow[], terms: readonly FitTerm[], o: FitOptions = {}): LatticeFit => {
  const { folds = 10, strengths = usualStrengths, gain = 0.003, seed = 1 } = o
  const n = terms.length
  const bad = rows.findIndex(row => row.counts.length !== n || !Number.isFinite(row.energy))
  if (bad >= 0) refuse(`rows[${bad}]`, rows[bad].label, `${n} counts and a finite energy [eV]`)
  const trained = rows.filter(row => !row.heldOut)
  const held = rows.filter(row => row.heldOut)
  const fold = foldsOf(trained, folds, seed)
  const parts = Array.from({ length: folds }, (_, k) =>
    equationsOf(
      trained.filter((_, r) => fold[r] === k),
      n,
    ),
  )
  const total = equationsOf(trained, n)
  const known = Int32Array.from(terms, (_, t) => trained.filter(row => row.counts[t] !== 0).length)
  let used = terms.map((_, t) => t).filter(t => known[t] > 0)

  const leftOutError = (columns: readonly number[], strength: number): number => {
    let squares = 0
    for (const part of parts) {
      const c = solve(total, columns, terms, strength, part)
      squares += residualSquares(part, columns, c)
    }
    return Math.sqrt(Math.max(0, squares) / total.rows)
  }
  const bestStrength = (columns: readonly number[]) => {
    const tried = strengths.map(strength => ({ strength, error: leftOutError(columns, strength) }))
    return { tried, best: tried.reduce((a, b) => (b.error < a.error ? b : a)) }
  }
  let { tried, best } = bestStrength(used)
  const dropped = new Map<number, string>()
  let error = best.error
  let lowest = error
  for (;;) {
    let least: { term: number; error: number } | undefined
    for (const term of used) {
      if (terms[term].always) continue
      const without = leftOutError(
        used.filter(t => t !== term),
        best.strength,
      )
      if (least === undefined || without < least.error) least = { term, error: without }
    }
    if (least === undefined || least.error > lowest * (1 + gain)) break
    const { term } = least
    used = used.filter(t => t !== term)
    dropped.set(
      term,
      `left out: the error of cross-validation ${least.error <= error ? 'falls' : 'rises only'} from ${meV(error)} to ${meV(least.error)} meV`,
    )
    error = least.error
    lowest = Math.min(lowest, error)
  }
  const last = bestStrength(used)
  tried = last.tried
  best = last.best
  const c = solve(total, used, terms, best.strength)
  const coefficients = new Array<number>(n).fill(0)
  used.forEach((t, k) => {
    coefficients[t] = c[k]
  })
  const variance = Math.max(0, residualSquares(total, used, c)) / Math.max(1, total.rows - used.length)
  const curvature = inverseDiagonal(total, used, terms, best.strength)
  const crossed = new Float64Array(trained.length)
  parts.forEach((part, k) => {
    const own = solve(total, used, terms, best.strength, part)
    trained.forEach((row, r) => {
      if (fold[r] === k) crossed[r] = row.energy - predicted(row, used, own)
    })
  })
  const direct = (list: readonly FitRow[]) => list.map(row => row.energy - predicted(row, used, c))
  return {
    coefficients,
    strength: best.strength,
    trials: tried,
    terms: terms.map(({ label, kind, always }, t): FittedTerm => {
      const k = used.indexOf(t)
      const base = { label, kind, value: coefficients[t], rows: known[t] }
      if (known[t] === 0) return { ...base, kept: false, why: 'left out: no energy knows it' }
      if (k < 0) return { ...base, kept: false, why: dropped.get(t)! }
      const without = leftOutError(
        used.filter(other => other !== t),
        best.strength,
      )
      return {
        ...base,
        kept: true,
        error: Math.sqrt(variance * curvature[k]),
        why: `${always ? 'always kept' : 'kept'}: without it the error of cross-validation is ${meV(without)} meV, with it ${meV(best.error)}`,
      }
    }),
    errors: {
      trained: errorOf(trained, direct(trained)),
      crossValidated: errorOf(trained, crossed),
      ...(held.length > 0 ? { heldOut: errorOf(held, direct(held)) } : {}),
    },
  }
}

const meV = (error: number): string => (1e3 * error).toFixed(2)

/** Fold of each row; groups are dealt out in a seeded order. */
const foldsOf = (rows: readonly FitRow[], folds: number, seed: number): Int32Array => {
  const groups = [...new Set(rows.map((row, r) => row.group ?? `row ${r}`))]
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= groups.length))
    refuse('folds', folds, `a whole number from 2 to the ${groups.length} groups of rows`)
  const { uniform } = random(seed)
  for (let i = groups.length - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * uniform())
    const kept = groups[i]
    groups[i] = groups[j]
    groups[j] = kept
  }
  const at = new Map(groups.map((group, g) => [group, g % folds]))
  return Int32Array.from(rows, (row, r) => at.get(row.group ?? `row ${r}`)!)
}

/** XᵀWX, XᵀWy with yᵀWy at the end of `right`. */
const equationsOf = (rows: readonly FitRow[], n: number): Equations => {
  const matrix = new Float64Array(packedLength(n))
  const right = new Float64Array(n + 1)
  let weights = 0
  for (const { counts, energy, weight = 1 } of rows) {
    for (let i = 0, at = 0; i < n; i++) {
      const x = weight * counts[i]
      right[i] += x * energy
      if (x === 0) {
        at += i + 1
        continue
      }
      for (let j = 0; j <= i; j++, at++) matrix[at] += x * counts[j]
    }
    right[n] += weight * energy * energy
    weights += weight
  }
  return { matrix, right, rows: weights }
}

const at = (i: number, j: number): number => (i >= j ? packedLength(i) + j : packedLength(j) + i)

/** Normal matrix of the columns used, without a part, with the penalty, factored. */
const factored = (
  total: Equations,
  used: readonly number[],
  terms: readonly FitTerm[],
  strength: number,
  without?: Equations,
): Float64Array => {
  const m = used.length
  const a = new Float64Array(packedLength(m))
  for (let i = 0, k = 0; i < m; i++)
    for (let j = 0; j <= i; j++, k++) {
      const entry = at(used[i], used[j])
      a[k] = total.matrix[entry] - (without ? without.matrix[entry] : 0)
    }
  // what only the part left out knows is 0 by the last digits of the penalty
  for (let i = 0; i < m; i++) a[packedLength(i) + i] += strength * (terms[used[i]].penalty ?? 1) + 1e-10
  const failed = choleskyFactor(a, m)
  if (failed >= 0)
    throw new SimulationError(
      `fit: nothing decides ${terms[used[failed]].label}; give it a penalty, or energies that know it apart from the others`,
      { code: 'method', at: terms[used[failed]].label },
    )
  return a
}

const solve = (
  total: Equations,
  used: readonly number[],
  terms: readonly FitTerm[],
  strength: number,
  without?: Equations,
): Float64Array => {
  const a = factored(total, used, terms, strength, without)
  const c = Float64Array.from(used, t => total.right[t] - (without ? without.right[t] : 0))
  choleskySolve(a, used.length, c)
  return c
}

const inverseDiagonal = (
  total: Equations,
  used: readonly number[],
  terms: readonly FitTerm[],
  strength: number,
): Float64Array => {
  const a = factored(total, used, terms, strength)
  const column = new Float64Array(used.length)
  return Float64Array.from(used, (_, k) => {
    column.fill(0)
    column[k] = 1
    choleskySolve(a, used.length, column)
    return column[k]
  })
}

/** Σ w (y − x c)² = yᵀWy − 2 cᵀXᵀWy + cᵀXᵀWX c. */
const residualSquares = ({ matrix, right }: Equations, used: readonly number[], c: Float64Array): number => {
  let sum = right[right.length - 1]
  for (let i = 0; i < used.length; i++) {
    sum -= 2 * c[i] * right[used[i]]
    for (let j = 0; j < used.length; j++) sum += c[i] * c[j] * matrix[at(used[i], used[j])]
  }
  return sum
}

const predicted = ({ counts }: FitRow, used: readonly number[], c: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < used.length; k++) sum += counts[used[k]] * c[k]
  return sum
}

const errorOf = (rows: readonly FitRow[], residuals: ArrayLike<number>): FitError => {
  let [squares, byIon, largest, ionRows] = [0, 0, 0, 0]
  rows.forEach(({ ions }, r) => {
    squares += residuals[r] ** 2
    largest = Math.max(largest, Math.abs(residuals[r]))
    if (ions > 0) {
      byIon += (residuals[r] / ions) ** 2
      ionRows++
    }
  })
  return {
    rows: rows.length,
    perFormulaUnit: Math.sqrt(squares / Math.max(1, rows.length)),
    perIon: Math.sqrt(byIon / Math.max(1, ionRows)),
    largest,
  }
}
