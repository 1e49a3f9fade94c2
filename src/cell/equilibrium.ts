/**
 * The infinitely slow path: every ion in equilibrium between host, bath and counter metals, at each charge passed.
 *
 *   host    μ_i(x) + z_i F (φ − E°_i) = RT ln a_i          metals  RT ln[n_i/(n_i + n_mono)] + z_i F (φ_a − E°_i) = RT ln a_i
 *   Σ z_i (x_i − x_i0) = q,   Σ z_i (n_i − n_i0) = −q,   x_i + n_i + b_i conserved,   a_i = a_i0 b_i/b_i0
 *
 * the minimum of one convex free energy under two linear constraints, whose multipliers are the potentials φ and φ_a. All
 * amounts are per formula unit of the host; an ion without a stated supply meets a bath that never changes. Metals in
 * contact with the bath exchange with it: Li metal in a Mg²⁺ bath ends as Mg.
 *
 * Method: Newton's on the amounts themselves (`equilibrium-newton.ts`), from one charge to the next where it helps.
 */
import { refuse, SimulationError } from '../error.ts'
import type { Amount } from '../scales.ts'
import { F, R } from '../units.ts'
import type { Cell } from './cell.ts'
import {
  chargeRange,
  type EquilibriumState,
  type EquilibriumSystem,
  problemOf,
  refuseCharge,
  solve,
} from './equilibrium-newton.ts'
import { hostPerArea, poreVolume } from './inventory.ts'

export type { EquilibriumState, EquilibriumSystem }

/** Charges in which a distant equilibrium is walked to when one leap fails. */
const walk = 40
/** Halvings of the charge that bring a potential into Newton's reach: 4/2⁴⁰ of a formula unit. */
const halvings = 40

/**
 * Equilibrium after a charge has passed.
 *
 * @param charge  q [elementary charges per formula unit], within the host's room
 * @param from    a neighbouring state to start from
 * @throws input error where the charge does not fit the host or the supply; method error where Newton fails
 */
export const equilibriumAfter = (
  system: EquilibriumSystem,
  charge: number,
  from?: EquilibriumState,
): EquilibriumState => {
  const problem = problemOf(system)
  refuseCharge(problem, charge)
  const leap = solve(problem, { charge }, from)
  if (leap) return leap
  // A far start can lose its way where two ions change places: walk there.
  let state: EquilibriumState | undefined
  for (let k = 1; k <= walk; k++) state = solve(problem, { charge: (charge * k) / walk }, state)
  return state ?? failed(system, `charge ${charge}`)
}

/**
 * Equilibrium at a given electrode potential; the counter metals take no part.
 *
 * @param potential φ [V] on the scale of E°, against the bath
 */
export const equilibriumAt = (
  system: EquilibriumSystem,
  potential: number,
  from?: EquilibriumState,
): EquilibriumState => {
  if (!Number.isFinite(potential)) refuse('potential', potential, 'a finite number [V]')
  const { metals: _, ...bathOnly } = system
  const problem = problemOf(bathOnly)
  const leap = solve(problem, { potential }, from)
  if (leap) return leap
  // Between two plateaus Newton may jump to and fro; the potential falls with charge, so halve the charge there.
  let [low, high] = chargeRange(problem)
  let near: EquilibriumState | undefined
  for (let k = 0; k < halvings; k++) {
    const charge = 0.5 * (low + high)
    near = solve(problem, { charge }, near)
    if (near === undefined || near.potential > potential) low = charge
    else high = charge
  }
  return solve(problem, { potential }, near) ?? failed(system, `potential ${potential} V`)
}

const failed = ({ host }: EquilibriumSystem, wanted: string): never => {
  throw new SimulationError(`equilibrium of ${host.name}: Newton did not converge at ${wanted}`, {
    code: 'method',
    at: wanted,
  })
}

/** Equilibrium states at each of the charges passed, in their order, each started from the one before. */
export const equilibriumPath = (system: EquilibriumSystem, charges: readonly number[]): readonly EquilibriumState[] => {
  const states: EquilibriumState[] = []
  for (const charge of charges) states.push(equilibriumAfter(system, charge, states.at(-1)))
  return states
}

/**
 * The equilibrium of a cell: its cathode host, the bath of pores and reservoir, the metals of a metal anode.
 * The bath's activities are those of the fresh electrolyte, diluted ideally.
 *
 * @throws input error where a carrier of the host is not in the electrolyte
 */
export const equilibriumSystemOf = (cell: Cell): EquilibriumSystem => {
  const { electrolyte, anode, cathode } = cell
  const K = electrolyte.species.length
  const lnA = electrolyte.lnActivity(
    Float64Array.from(electrolyte.concentration),
    cell.temperature,
    new Float64Array(K),
  )
  const hosts = hostPerArea(cell)
  const volume = poreVolume(cell) + cell.reservoir
  const index = (symbol: string): number => {
    const k = electrolyte.species.findIndex(s => s.name === symbol)
    return k < 0 ? refuse('electrolyte', electrolyte.name, `one that holds ${symbol}, a carrier of the host`) : k
  }
  const each = (value: (k: number) => number): Amount =>
    Object.fromEntries(cathode.host.carriers.map(c => [c.symbol, value(index(c.symbol))]))
  return {
    host: cathode.host,
    temperature: cell.temperature,
    standardPotential: electrolyte.standardPotential,
    lnActivity: each(k => lnA[k]),
    amount: cathode.amount,
    supply: each(k => (electrolyte.concentration[k] * volume) / hosts),
    ...(anode.kind === 'metal'
      ? {
          metals: {
            amount: Object.fromEntries(
              anode.metals.map(m => [m.carrier.symbol, (anode.amount[m.carrier.symbol] ?? 0) / hosts]),
            ),
            monolayer: Math.max(...anode.metals.map(m => m.monolayer)) / hosts,
          },
        }
      : {}),
  }
}

/** Cell voltage of a state [V]: against the counter metals, or against a reference metal in the bath. */
export const equilibriumVoltage = (system: EquilibriumSystem, state: EquilibriumState, reference?: string): number => {
  if (reference === undefined) return state.potential - state.counterPotential
  const z = system.host.carriers.find(c => c.symbol === reference)?.charge
  if (z === undefined)
    return refuse('reference', reference, `one of ${system.host.carriers.map(c => c.symbol).join(', ')}`)
  const fresh = system.supply?.[reference]
  const dilution = fresh === undefined ? 0 : Math.log(state.bath[reference] / fresh)
  const lnA = system.lnActivity[reference] + dilution
  return state.potential - system.standardPotential[reference] - ((R * system.temperature) / (z * F)) * lnA
}
