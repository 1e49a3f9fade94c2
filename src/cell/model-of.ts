import type { Cell, Fidelity, Mesh } from './cell.ts'
import { leadOf } from './lead.ts'
import type { At, Model } from './model.ts'
import { observerOf } from './observe.ts'
import { balances, partsOf } from './parts.ts'
import { checkPhases } from './phase-stability.ts'
import { cellEquations } from './porous-electrode.ts'
import { inventoryOf, profilesOf } from './profiles.ts'
import { reducedModel } from './reduced/model.ts'
import { fillAtRest, settleFace } from './rest.ts'
import { seenFrom } from './terminal.ts'

/** Points per region and shells per particle where nothing else is asked. */
export const defaultMesh: Mesh = { points: 20, shells: 20 }

/**
 * The model of a cell at the fidelity asked for.
 *
 * @throws SimulationError 'input' for a host whose phases cannot be followed, on this mesh or at all
 */
export const modelOf = (cell: Cell, options: { fidelity?: Fidelity; mesh?: Mesh } = {}): Model => {
  const fidelity = options.fidelity ?? 'dfn'
  const mesh = options.mesh ?? defaultMesh
  checkPhases(cell, mesh)
  return fidelity === 'dfn' ? porousElectrodeModel(cell, mesh) : reducedModel(cell, mesh, fidelity)
}

/** A protocol's view of a state, its amounts summed over the particles only where they are asked for. */
export const viewOf = (
  observe: (t: number, y: Float64Array) => At,
  amountOf: (y: Float64Array, out: Float64Array) => void,
): Model['at'] => {
  let state: Float64Array | undefined
  let amount: Float64Array = new Float64Array(0)
  const view = {
    time: 0,
    voltage: 0,
    current: 0,
    capacity: 0,
    temperature: 0,
    get amount(): Float64Array {
      if (state) amountOf(state, amount)
      state = undefined
      return amount
    },
  }
  return (t, y) => {
    const at = observe(t, y)
    amount = at.amount
    state = y
    view.time = at.time
    view.voltage = at.voltage
    view.current = at.current
    view.capacity = at.capacity
    view.temperature = at.temperature
    return view
  }
}

const porousElectrodeModel = (cell: Cell, mesh: Mesh): Model => {
  const parts = partsOf(cell, mesh)
  const equations = cellEquations(parts)
  const observer = observerOf(parts)
  const lead = leadOf(parts)
  const settle = settleFace(parts)
  const notes: string[] = []
  const zero = new Float64Array(equations.size)
  return {
    ...equations,
    cell,
    fidelity: 'dfn',
    mesh,
    carriers: cell.cathode.host.carriers.map(c => c.symbol),
    seenFrom: seenFrom(parts),
    notes,
    columns: observer.columns,
    start(y, yp) {
      notes.length = 0
      yp.fill(0)
      fillAtRest(parts, y, cell.temperature, notes)
      settle(y, cell.temperature)
    },
    lead: (y, current) => lead(y, current / cell.area, equations.temperatureOf(y)),
    at: viewOf(equations.observe, observer.amount),
    row(_t, y, yp, out) {
      equations.refresh(y)
      balances(parts, yp)
      observer.row(y, equations.temperatureOf(y), out)
    },
    profiles(_t, y, yp = zero) {
      equations.refresh(y)
      balances(parts, yp)
      return profilesOf(parts, y)
    },
    inventory: y => inventoryOf(parts, y),
  }
}
