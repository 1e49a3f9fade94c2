import type { Cell, Mesh } from '../cell.ts'
import type { Electrode } from '../electrode.ts'
import { loadConcentrations, type Parts, partsOf } from '../parts.ts'
import type { Points } from '../points.ts'
import { fillAtRest } from '../rest.ts'

/** Mesh on which a cell at rest, the same everywhere, is written down. */
const restMesh: Mesh = { points: 2, shells: 2 }

/** A state of the porous-electrode model, and the mesh it stands on. */
export type CellState = {
  readonly parts: Parts
  readonly y: Float64Array
  readonly temperature: number
}

/** The cell at rest: uniform contents and concentrations, electrodes at their (mixed) rest potential. */
export const restingState = (cell: Cell, notes: string[]): CellState => {
  const parts = partsOf(cell, restMesh)
  const y = new Float64Array(parts.layout.size)
  fillAtRest(parts, y, cell.temperature, notes)
  const state = { parts, y, temperature: cell.temperature }
  noteExchange(state, notes)
  return state
}

/** Exchange of ions at rest that is said: more than this part of 1C. */
const noticeable = 1e-3

/** Says where ions exchange at rest, so that the state drifts while a slow spectrum would be taken. */
const noteExchange = ({ parts, y, temperature }: CellState, notes: string[]): void => {
  const { cell, points, layout, K, z, metal } = parts
  const c = new Float64Array(K)
  const say = (where: string, symbols: readonly string[], j: Float64Array, surface: number): void => {
    const largest = j.reduce((worst, value) => Math.max(worst, Math.abs(value)), 0)
    if (symbols.length < 2 || largest * surface * cell.area < noticeable * cell.nominalCapacity) return
    const each = symbols.map((symbol, i) => `${symbol} ${j[i].toPrecision(2)}`).join(', ')
    notes.push(`${where}: ions exchange at rest (${each} A/m²): the impedance is that of the moment`)
  }
  for (const { spec, where, reaction, surface } of parts.electrodes) {
    const at = layout.fields + points[where].first * layout.stride
    const { x, mu } = surface(y, 0, temperature)
    loadConcentrations(y, at, z, c)
    reaction.evaluate(x, mu, y[at + layout.delta], c, temperature)
    const symbols = spec.host.carriers.map(carrier => carrier.symbol)
    say(where, symbols, reaction.j, spec.areaDensity * spec.thickness)
  }
  if (!metal) return
  loadConcentrations(y, layout.fields, z, c)
  const states = y.slice(layout.metal, layout.metal + metal.states)
  metal.evaluate(states, c, y[layout.fields + layout.phiE], temperature)
  say('anode', metal.symbols, metal.j, 1)
}

/** A state of the model of a cell on a mesh, as its unknowns y stand. */
export const givenState = (cell: Cell, mesh: Mesh, y: Float64Array): CellState => {
  const parts = partsOf(cell, mesh)
  const { layout } = parts
  if (y.length !== layout.size)
    throw new RangeError(
      `impedance: state.y must hold the ${layout.size} unknowns of the model on the mesh ${mesh.points}x${mesh.shells}, got ${y.length}`,
    )
  return { parts, y, temperature: layout.temperature < 0 ? cell.temperature : y[layout.temperature] }
}

/** The local state at every point of an electrode, on points of any mesh. */
export type LocalStates = {
  readonly count: number
  /** Concentrations [count, K, mol/m³], Δ [count, V], unknowns of every particle [count, size]. */
  readonly c: Float64Array
  readonly delta: Float64Array
  readonly particles: Float64Array
  /** Shells and surface of a particle; each holds size/stations unknowns, its contents first. */
  readonly stations: number
  /** All points alike: `count` may be taken as 1. */
  readonly same: boolean
}

/** Where a target point lies between the points of the state: value = (1 − w)·[a] + w·[a + 1]; constant beyond the ends. */
const placeOf = (from: Points, region: { first: number; count: number }, x: number): { a: number; w: number } => {
  const { first, count } = region
  if (count === 1 || x <= from.x[first]) return { a: first, w: 0 }
  const end = first + count - 1
  if (x >= from.x[end]) return { a: end - 1, w: 1 }
  let a = first
  while (from.x[a + 1] < x) a++
  return { a, w: (x - from.x[a]) / (from.x[a + 1] - from.x[a]) }
}

/** Linear between two values; exactly theirs at the ends and where they are equal, so that what is uniform stays it. */
const between = (a: number, b: number, w: number): number => (w === 0 ? a : w === 1 ? b : a + w * (b - a))

/** Fields c_1 … c_{K−1}, φ_e, Δ carried to other points [count, K + 1], linear within each region. */
export const fieldsOn = ({ parts, y }: CellState, points: Points): Float64Array => {
  const { layout } = parts
  const from = parts.points
  const { stride, fields: base } = layout
  const out = new Float64Array(points.count * stride)
  for (const name of ['anode', 'separator', 'cathode'] as const) {
    const { first, count } = points[name]
    for (let p = first; p < first + count; p++) {
      const { a, w } = placeOf(from, from[name], points.x[p])
      for (let f = 0; f < stride; f++) {
        const at = base + a * stride + f
        out[p * stride + f] = between(y[at], y[at + stride], w)
      }
    }
  }
  return out
}

/** The local states of an electrode on other points. */
export const statesOn = (
  { parts, y }: CellState,
  electrode: Electrode,
  points: Points,
  fields: Float64Array,
): LocalStates => {
  const { K, z, layout } = parts
  const { where, radial, base } = electrode
  const { size } = electrode.particles
  const { first, count } = points[where]
  const c = new Float64Array(count * K)
  const delta = new Float64Array(count)
  const particles = new Float64Array(count * size)
  const here = new Float64Array(K)
  for (let q = 0; q < count; q++) {
    const { a, w } = placeOf(parts.points, electrode, points.x[first + q])
    const at = (first + q) * layout.stride
    loadConcentrations(fields, at, z, here)
    c.set(here, q * K)
    delta[q] = fields[at + layout.delta]
    for (let k = 0; k < size; k++) {
      const from = base + (a - electrode.first) * size + k
      particles[q * size + k] = between(y[from], y[from + size], w)
    }
  }
  const same = repeats(c, K) && repeats(delta, 1) && repeats(particles, size)
  return {
    count: same ? 1 : count,
    c,
    delta,
    particles: same ? particles.slice(0, size) : particles,
    stations: radial.shells + 1,
    same,
  }
}

/** True where an array is one period over and over. */
export const repeats = (values: Float64Array, period: number): boolean => {
  for (let k = period; k < values.length; k++) if (values[k] !== values[k - period]) return false
  return true
}

/** Relative difference of contents inside a particle up to which it counts as uniform. */
const uniformity = 1e-6

/** True where every particle has one content throughout. */
export const isUniform = ({ particles, stations, count }: LocalStates, n: number): boolean => {
  const size = particles.length / count
  const perStation = size / stations
  for (let p = 0; p < count; p++)
    for (let i = 0; i < n; i++) {
      const surface = particles[(p + 1) * size - perStation + i]
      for (let k = 0; k < stations - 1; k++)
        if (Math.abs(particles[p * size + k * perStation + i] - surface) > uniformity * Math.abs(surface)) return false
    }
  return true
}
