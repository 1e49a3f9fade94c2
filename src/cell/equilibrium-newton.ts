/**
 * Newton's method for `equilibrium.ts`: the unknowns are the amounts x_i in the host, b_i in the bath, n_i of the metals,
 * and the potentials; the equations are equilibrium of each ion at each electrode, balance of each ion, and charge.
 *
 * Steps stop short of the boundary (an amount at 0, the host full) and are halved where the residual would grow tenfold;
 * an amount at its floor whose residual still pushes down is held there.
 * Source: BoydVandenberghe2004, section 10.3 (infeasible-start Newton; here with a looser test of the residual)
 */
import { refuse } from '../error.ts'
import { factorDense, solveDense } from '../math/dense-lu.ts'
import type { Amount, HostMaterial } from '../scales.ts'
import { F, R } from '../units.ts'

export type EquilibriumSystem = {
  /** Convex: a host that phase-separates is refused. */
  readonly host: HostMaterial
  readonly temperature: number
  /** E°_i [V], one for each of the host's carriers, on a common scale. */
  readonly standardPotential: Readonly<Record<string, number>>
  /** ln a_i of the fresh bath [–], one for each of the host's carriers. */
  readonly lnActivity: Readonly<Record<string, number>>
  /** Content of the host at the start [per formula unit]; 0 where absent. */
  readonly amount?: Amount
  /** Ions in the fresh bath [per formula unit]; an ion left out is never used up. */
  readonly supply?: Amount
  /** Metals of the counter electrode [per formula unit], and one monolayer of them; absent: no exchange with metals. */
  readonly metals?: { readonly amount: Amount; readonly monolayer: number }
}

export type EquilibriumState = {
  /** Charge passed into the host [elementary charges per formula unit]. */
  readonly charge: number
  /** φ of the host [V] on the scale of E°, against the bath. */
  readonly potential: number
  /** φ_a of the metals [V] on the same scale; NaN without metals. */
  readonly counterPotential: number
  /** x_i [per formula unit]. */
  readonly amount: Amount
  /** b_i left in the bath [per formula unit]; Infinity where the bath never changes. */
  readonly bath: Amount
  /** n_i of the metals [per formula unit]. */
  readonly metal: Amount
}

/** Least amount told from nothing [per formula unit]; the host's own logarithms end there. */
const floor = 1e-14
/** Metals and bath may fall far below the host's floor: Mg²⁺ beside Li metal is 1e-23 of what it was. */
const metalFloor = 1e-60
/** Share of the way to a boundary that one step may go, as in interior-point methods. */
const boundary = 0.9
/** Largest residual accepted, potentials in units of RT, charges per formula unit. */
const tolerance = 1e-10
/** What is still accepted where round-off of the amounts stops Newton short of the tolerance. */
const accepted = 1e-7
const iterations = 500
/** Growth of the residual in one step that counts as running away. */
const runaway = 10
/** Content of an empty host to start Newton from [per formula unit]; any positive number serves. */
const startContent = 1e-3

/** The system as arrays over the host's carriers. */
export type Problem = {
  readonly system: EquilibriumSystem
  readonly symbols: readonly string[]
  readonly n: number
  readonly z: Float64Array
  readonly E0: Float64Array
  readonly lnA0: Float64Array
  readonly x0: Float64Array
  /** b_i0; Infinity where the bath never changes. */
  readonly b0: Float64Array
  /** n_i0, or undefined without metals. */
  readonly n0: Float64Array | undefined
  readonly monolayer: number
}

export const problemOf = (system: EquilibriumSystem): Problem => {
  const { host, temperature } = system
  if (host.gradient) refuse('host', host.name, 'a convex host: one with gradient terms separates into phases')
  if (!(temperature > 0)) refuse('temperature', temperature, '> 0 K')
  const symbols = host.carriers.map(c => c.symbol)
  const read = (field: string, of: Amount | undefined, fallback?: number): Float64Array =>
    Float64Array.from(symbols, s => {
      const value = of?.[s] ?? fallback
      return value === undefined || Number.isNaN(value)
        ? refuse(`${field}.${s}`, value, 'a number for each carrier')
        : value
    })
  const supply = read('supply', system.supply, Number.POSITIVE_INFINITY)
  symbols.forEach((s, i) => {
    if (!(supply[i] > 0)) refuse(`supply.${s}`, supply[i], '> 0 ions per formula unit')
  })
  const { metals } = system
  if (metals && !(metals.monolayer > 0)) refuse('metals.monolayer', metals.monolayer, '> 0 per formula unit')
  return {
    system,
    symbols,
    n: symbols.length,
    z: Float64Array.from(host.carriers, c => c.charge),
    E0: read('standardPotential', system.standardPotential),
    lnA0: read('lnActivity', system.lnActivity),
    x0: read('amount', system.amount, 0),
    b0: supply,
    n0: metals ? read('metals.amount', metals.amount, 0) : undefined,
    monolayer: metals?.monolayer ?? 0,
  }
}

/** The charges, exclusive, that the host, and bath and metals together, can give and take. */
export const chargeRange = ({ system, symbols, z, x0, b0, n0 }: Problem): [low: number, high: number] => {
  const already = z.reduce((sum, zi, i) => sum + zi * x0[i], 0)
  const room = Math.max(
    ...symbols.map((s, i) => z[i] * Math.min(...system.host.limits.map(l => l.max / (l.weights[s] ?? 0)))),
  )
  // With metals the bath keeps its charge, so the metals must cover it; without, the bath's cations are the supply.
  const supply = (n0 ?? b0).reduce((sum, amount, i) => sum + z[i] * amount, 0)
  return [-already, Math.min(room - already, supply)]
}

/** Refuses a charge outside that range. */
export const refuseCharge = (problem: Problem, charge: number): void => {
  const [low, high] = chargeRange(problem)
  if (!(charge > low && charge < high)) refuse('charge', charge, `between ${low} and ${high} per formula unit`)
}

/**
 * Newton's method on the unknowns x_i, b_i and, with metals, n_i, then the potentials; `demand` fixes either the charge
 * (of both electrodes) or the host's potential. The bath is an unknown of its own with the balance x + n + b = total as
 * its equation: b may be 1e-23 of what it was, which no difference of amounts could hold.
 * Undefined where it does not converge.
 */
export const solve = (
  problem: Problem,
  demand: { readonly charge: number } | { readonly potential: number },
  from: EquilibriumState | undefined,
): EquilibriumState | undefined => {
  const { n, n0 } = problem
  const galvanostatic = 'charge' in demand
  const amounts = (n0 ? 3 : 2) * n
  const potentials = galvanostatic ? (n0 ? 2 : 1) : 0
  const size = amounts + potentials
  const state = startOf(problem, from)
  const work: Work = {
    residual: new Float64Array(size),
    matrix: new Float64Array(size * size),
    pivot: new Int32Array(size),
    held: new Uint8Array(amounts),
  }
  if ('potential' in demand) state.phi[0] = demand.potential
  const target = galvanostatic ? demand.charge : Number.NaN

  let norm = evaluate(problem, state, target, work)
  for (let k = 0; k < iterations && norm >= tolerance; k++) {
    fillMatrix(problem, state, galvanostatic, work)
    const step = Float64Array.from(work.residual, r => -r)
    if (!factorDense(work.matrix, size, work.pivot)) break
    solveDense(work.matrix, size, work.pivot, step)
    let length = Math.min(1, boundary * reach(problem, state, step, work.held))
    const before = { v: Float64Array.from(state.v), phi: Float64Array.from(state.phi) }
    for (;;) {
      for (let i = 0; i < amounts; i++) state.v[i] = Math.max(leastOf(i, n), before.v[i] + length * step[i])
      for (let p = 0; p < potentials; p++) state.phi[p] = before.phi[p] + length * step[amounts + p]
      const next = evaluate(problem, state, target, work)
      // The largest residual may grow while a trace of one ion crosses twenty decades; only a runaway is cut back.
      const enough = next < runaway * norm || length < 1e-9
      if (enough) norm = next
      if (enough) break
      length *= 0.5
    }
  }
  return norm < accepted ? result(problem, state) : undefined
}

/** Amounts v = (x, b, n) per formula unit and potentials φ = (φ, φ_a) in volts. */
type Iterate = { readonly v: Float64Array; readonly phi: Float64Array }

type Work = {
  readonly residual: Float64Array
  readonly matrix: Float64Array
  readonly pivot: Int32Array
  readonly held: Uint8Array
}

const leastOf = (i: number, n: number): number => (i < n ? floor : metalFloor)

const startOf = (problem: Problem, from: EquilibriumState | undefined): Iterate => {
  const { system, symbols, n, n0, b0, E0 } = problem
  const v = new Float64Array((n0 ? 3 : 2) * n)
  symbols.forEach((s, i) => {
    const room = Math.min(...system.host.limits.map(l => l.max / (l.weights[s] ?? 0))) / (n + 1)
    v[i] = from ? Math.max(from.amount[s], floor) : Math.min(startContent, room)
    v[n + i] = b0[i] === Number.POSITIVE_INFINITY ? 1 : from ? Math.max(from.bath[s], metalFloor) : b0[i]
    if (n0) v[2 * n + i] = from ? Math.max(from.metal[s], metalFloor) : Math.max(n0[i], startContent)
  })
  const mean = E0.reduce((a, b) => a + b) / n
  return { v, phi: Float64Array.of(from?.potential ?? mean + 1, ...(n0 ? [from?.counterPotential ?? mean] : [])) }
}

/** Fills the residual in units of RT, marks the amounts held at their floor, and returns the largest entry. */
const evaluate = (problem: Problem, { v, phi }: Iterate, charge: number, { residual, held }: Work): number => {
  const { system, n, z, E0, lnA0, x0, b0, n0, monolayer } = problem
  const RT = R * system.temperature
  const mu = system.host.thermodynamics.potential(v.subarray(0, n), system.temperature)
  let [inserted, plated] = [-charge, charge]
  for (let i = 0; i < n; i++) {
    const endless = b0[i] === Number.POSITIVE_INFINITY
    const lnA = lnA0[i] + (endless ? 0 : Math.log(v[n + i] / b0[i]))
    const x = v[i]
    residual[i] = (mu[i] + z[i] * F * (phi[0] - E0[i])) / RT - lnA
    held[i] = x <= floor && residual[i] > 0 ? 1 : 0
    inserted += z[i] * (x - x0[i])
    let excess = x - x0[i] + v[n + i] - b0[i]
    if (n0) {
      const m = v[2 * n + i]
      residual[2 * n + i] = Math.log(m / (m + monolayer)) + (z[i] * F * (phi[1] - E0[i])) / RT - lnA
      held[2 * n + i] = m <= metalFloor && residual[2 * n + i] > 0 ? 1 : 0
      plated += z[i] * (m - n0[i])
      excess += m - n0[i]
    }
    residual[n + i] = endless ? 0 : excess
  }
  let norm = 0
  for (let i = 0; i < held.length; i++) if (held[i]) residual[i] = 0
  if (residual.length > held.length) residual[held.length] = inserted
  if (residual.length > held.length + 1) residual[held.length + 1] = plated
  for (const r of residual) norm = Math.max(norm, Math.abs(r))
  return norm
}

/** The matrix of Newton's step: equilibrium, balance and charge rows by amounts and potentials [V]. */
const fillMatrix = (problem: Problem, { v }: Iterate, galvanostatic: boolean, { matrix, held }: Work): void => {
  const { system, n, z, b0, n0, monolayer } = problem
  const RT = R * system.temperature
  const theta = system.host.thermodynamics.potentialJacobian(v.subarray(0, n), system.temperature)
  const amounts = held.length
  const size = amounts + (galvanostatic ? (n0 ? 2 : 1) : 0)
  matrix.fill(0)
  const set = (i: number, j: number, value: number): void => {
    matrix[i * size + j] = value
  }
  for (let i = 0; i < n; i++) {
    const [b, m] = [n + i, 2 * n + i]
    const endless = b0[i] === Number.POSITIVE_INFINITY
    for (let j = 0; j < n; j++) set(i, j, theta[i * n + j] / RT)
    set(b, b, 1)
    if (!endless) {
      set(i, b, -1 / v[b])
      set(b, i, 1)
    }
    if (galvanostatic) {
      set(i, amounts, (z[i] * F) / RT)
      set(amounts, i, z[i])
    }
    if (n0) {
      set(m, m, monolayer / (v[m] * (v[m] + monolayer)))
      if (!endless) {
        set(m, b, -1 / v[b])
        set(b, m, 1)
      }
      if (galvanostatic) {
        set(m, amounts + 1, (z[i] * F) / RT)
        set(amounts + 1, m, z[i])
      }
    }
  }
  for (let i = 0; i < amounts; i++) {
    if (!held[i]) continue
    for (let j = 0; j < size; j++) set(i, j, i === j ? 1 : 0)
  }
}

/** How far along a step the first boundary lies: an amount at 0, or the host full. */
const reach = ({ system, symbols, n, b0 }: Problem, { v }: Iterate, step: Float64Array, held: Uint8Array): number => {
  let length = Number.POSITIVE_INFINITY
  const stop = (value: number, change: number): void => {
    if (change < 0) length = Math.min(length, -value / change)
  }
  for (let i = 0; i < held.length; i++) {
    const bathThatNeverChanges = i >= n && i < 2 * n && b0[i - n] === Number.POSITIVE_INFINITY
    // An amount that is as good as gone is cut off at its floor instead of stopping the others.
    if (!held[i] && !bathThatNeverChanges && v[i] > 10 * leastOf(i, n)) stop(v[i], step[i])
  }
  for (const { weights, max } of system.host.limits) {
    let [room, change] = [max, 0]
    symbols.forEach((s, i) => {
      room -= (weights[s] ?? 0) * v[i]
      change -= (weights[s] ?? 0) * step[i]
    })
    stop(room, change)
  }
  return length
}

const result = ({ symbols, n, n0, b0, z, x0 }: Problem, { v, phi }: Iterate): EquilibriumState => {
  const by = (value: (i: number) => number): Amount => Object.fromEntries(symbols.map((s, i) => [s, value(i)]))
  return {
    charge: z.reduce((sum, zi, i) => sum + zi * (v[i] - x0[i]), 0),
    potential: phi[0],
    counterPotential: phi[1] ?? Number.NaN,
    amount: by(i => v[i]),
    bath: by(i => (b0[i] === Number.POSITIVE_INFINITY ? b0[i] : v[n + i])),
    metal: by(i => (n0 ? v[2 * n + i] : 0)),
  }
}
