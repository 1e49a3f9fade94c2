import type { Cell, Fidelity, Mesh } from './cell.ts'
import type { Model } from './model.ts'
import { observerOf } from './observe.ts'
import { partsOf } from './parts.ts'
import { cellEquations } from './porous-electrode.ts'
import { inventoryOf, profilesOf } from './profiles.ts'
import { reducedModel } from './reduced/model.ts'
import { fillAtRest } from './rest.ts'

/** Points per region and shells per particle where nothing else is asked. */
export const defaultMesh: Mesh = { points: 20, shells: 20 }

/** The model of a cell at the fidelity asked for. */
export const modelOf = (cell: Cell, options: { fidelity?: Fidelity; mesh?: Mesh } = {}): Model => {
  const fidelity = options.fidelity ?? 'dfn'
  const mesh = options.mesh ?? defaultMesh
  return fidelity === 'dfn' ? porousElectrodeModel(cell, mesh) : reducedModel(cell, mesh, fidelity)
}

const porousElectrodeModel = (cell: Cell, mesh: Mesh): Model => {
  const parts = partsOf(cell, mesh)
  const equations = cellEquations(parts)
  const observer = observerOf(parts)
  const notes: string[] = []
  const scratch = new Float64Array(equations.size)
  const zero = new Float64Array(equations.size)
  return {
    ...equations,
    cell,
    fidelity: 'dfn',
    mesh,
    carriers: cell.cathode.host.carriers.map(c => c.symbol),
    notes,
    columns: observer.columns,
    start(y, yp) {
      notes.length = 0
      yp.fill(0)
      fillAtRest(parts, y, cell.temperature, notes)
    },
    at(t, y) {
      const at = equations.observe(t, y)
      observer.amount(y, at.amount)
      return at
    },
    row(t, y, yp, out) {
      equations.residual(t, y, yp, scratch)
      observer.row(y, equations.temperatureOf(y), out)
    },
    profiles(t, y) {
      equations.residual(t, y, zero, scratch)
      return profilesOf(parts, y)
    },
    inventory: y => inventoryOf(parts, y),
  }
}
