import type { Cell, Fidelity, Mesh } from '../cell.ts'
import type { Model, Profiles } from '../model.ts'
import { observerOf } from '../observe.ts'
import { inventoryOf, profilesOf } from '../profiles.ts'
import { fillAtRest, settleFace } from '../rest.ts'
import { reducedEquations } from './equations.ts'
import { condenseState, expandCurrents, expandState } from './expand.ts'
import { meanOhmic } from './ohmic.ts'
import { reducedPartsOf } from './parts.ts'

/**
 * The single-particle model (`spm`) or the one with electrolyte (`spme`) of a cell. All that is observed beyond voltage and
 * amounts is observed of the porous cell that the reduced state stands for.
 */
export const reducedModel = (cell: Cell, mesh: Mesh, fidelity: Exclude<Fidelity, 'dfn'>): Model => {
  const parts = reducedPartsOf(cell, mesh, fidelity)
  const { full, electrodes } = parts
  const ohmic = meanOhmic(parts)
  const equations = reducedEquations(parts, ohmic)
  const observer = observerOf(full)
  const { particles, base } = electrodes[electrodes.length - 1].electrode
  const settle = settleFace(full)
  const notes: string[] = []
  const scratch = new Float64Array(equations.size)
  const zero = new Float64Array(equations.size)
  const expanded = new Float64Array(full.layout.size)
  const expand = (t: number, y: Float64Array, yp: Float64Array): void => {
    equations.residual(t, y, yp, scratch)
    expandState(parts, ohmic, y, expanded)
    expandCurrents(parts, ohmic, y, yp, expanded, equations.temperatureOf(y))
  }
  return {
    ...equations,
    cell,
    fidelity,
    mesh,
    layered: parts.layered > 0,
    carriers: cell.cathode.host.carriers.map(c => c.symbol),
    notes,
    columns: observer.columns,
    start(y, yp) {
      notes.length = 0
      yp.fill(0)
      fillAtRest(full, expanded, cell.temperature, notes)
      if (fidelity === 'spme') settle(expanded, cell.temperature)
      condenseState(parts, expanded, y)
    },
    at(t, y) {
      const at = equations.observe(t, y)
      particles.mean(y, base, 0, at.amount)
      return at
    },
    row(t, y, yp, out) {
      expand(t, y, yp)
      observer.row(expanded, equations.temperatureOf(y), out)
    },
    profiles(t, y, yp = zero) {
      expand(t, y, yp)
      return ofOneParticle(
        profilesOf(full, expanded),
        electrodes.map(e => (e.weight.length > 1 ? e.weight : evenly(e.full.count))),
      )
    },
    inventory(y) {
      expandState(parts, ohmic, y, expanded)
      return inventoryOf(full, expanded)
    },
  }
}

const evenly = (count: number): Float64Array => new Float64Array(count).fill(1 / count)

/** Profiles with one particle an electrode, at the electrode's middle, φ_s its mean. */
const ofOneParticle = (profiles: Profiles, weights: readonly Float64Array[]): Profiles => ({
  ...profiles,
  electrodes: profiles.electrodes.map((electrode, e) => {
    const mean = (values: Float64Array): Float64Array =>
      Float64Array.of(values.reduce((sum, value, p) => sum + weights[e][p] * value, 0))
    const first = (columns: Readonly<Record<string, Float64Array>>, length: number) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(0, length)]))
    return {
      ...electrode,
      x: mean(electrode.x),
      content: first(electrode.content, electrode.r.length),
      current: first(electrode.current, 1),
      phiS: mean(electrode.phiS),
    }
  }),
})
