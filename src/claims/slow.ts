/** The infinitely slow discharge of a cell: the equilibrium path until its cut-off, or until host or supply end. */
import type { Cell } from '../cell/cell.ts'
import {
  type EquilibriumState,
  type EquilibriumSystem,
  equilibriumAfter,
  equilibriumSystemOf,
  equilibriumVoltage,
} from '../cell/equilibrium.ts'
import { SimulationError } from '../error.ts'
import { type Split, splitOf } from './split.ts'

/** States along the path where nothing else is asked, evenly spaced in charge: 0.07 charges apart. */
const usual = 61
/** Share of the room that the path leaves at either end, where the chemical potentials are infinite. */
const margin = 1e-4
/** Halvings of the last stretch, down to the charge at which the cut-off is met. */
const halvings = 20

/** Most charge the host has room for [elementary charges per formula unit]. */
const roomOf = ({ host, amount = {} }: EquilibriumSystem): number => {
  const filled = host.carriers.reduce((sum, c) => sum + c.charge * (amount[c.symbol] ?? 0), 0)
  // Each limit bounds the charge by that of the ion with the most charge for its weight.
  const most = Math.min(
    ...host.limits.map(({ weights, max }) => max * Math.max(...host.carriers.map(c => c.charge / weights[c.symbol]))),
  )
  return most - filled
}

/** Most charge the metals and the bath can supply. */
const supplyOf = ({ host, supply = {}, metals }: EquilibriumSystem): number =>
  metals
    ? host.carriers.reduce((sum, c) => sum + c.charge * (metals.amount[c.symbol] ?? 0), 0)
    : host.carriers.reduce((sum, c) => sum + c.charge * (supply[c.symbol] ?? Number.POSITIVE_INFINITY), 0)

/**
 * The path at equally spaced charges up to the cell's lower voltage limit.
 *
 * @returns undefined where the equilibrium cannot be computed (a host that phase-separates, Newton fails at the start)
 */
export const slowPath = (cell: Cell, o: { readonly states?: number } = {}): Split | undefined => {
  const states = o.states ?? usual
  const system = equilibriumSystemOf(cell)
  const [cutOff] = cell.voltageLimits
  const end = Math.min(roomOf(system), supplyOf(system)) * (1 - margin)
  const path: EquilibriumState[] = []
  const voltage: number[] = []
  const stateAt = (charge: number): EquilibriumState | undefined => {
    try {
      return equilibriumAfter(system, charge, path.at(-1))
    } catch (error) {
      if (error instanceof SimulationError) return undefined
      throw error
    }
  }
  const add = (state: EquilibriumState): void => {
    path.push(state)
    voltage.push(equilibriumVoltage(system, state, cell.reference))
  }
  for (let k = 0; k < states; k++) {
    const charge = end * (k / (states - 1)) + (k === 0 ? end * margin : 0)
    const state = stateAt(charge)
    if (state === undefined) break
    if (equilibriumVoltage(system, state, cell.reference) < cutOff) {
      const last = lastAbove(charge)
      if (last) add(last)
      break
    }
    add(state)
  }
  if (path.length < 2) return undefined
  const symbols = cell.cathode.host.carriers.map(c => c.symbol)
  const content = (ion: string): Float64Array =>
    Float64Array.from(path, state => (symbols.includes(ion) ? state.amount[ion] : 0))
  return splitOf(Float64Array.from(voltage), content('Li'), content('Mg'))

  function lastAbove(beyond: number): EquilibriumState | undefined {
    let low = path.at(-1)?.charge ?? 0
    let high = beyond
    let best: EquilibriumState | undefined
    for (let k = 0; k < halvings; k++) {
      const middle = 0.5 * (low + high)
      const state = stateAt(middle)
      if (state === undefined) return best
      if (equilibriumVoltage(system, state, cell.reference) < cutOff) high = middle
      else {
        low = middle
        best = state
      }
    }
    return best
  }
}
