import { refuse, SimulationError } from '../../error.ts'
import type { Cell, Fidelity, Mesh } from '../cell.ts'
import type { Electrode } from '../electrode.ts'
import { defaultMesh } from '../model-of.ts'
import { expandState } from '../reduced/expand.ts'
import { meanOhmic } from '../reduced/ohmic.ts'
import { type ReducedParts, reducedPartsOf } from '../reduced/parts.ts'
import { type Admittance, exactAdmittance } from './admittance.ts'
import { meshAdmittances, type ParticleAdmittances, refinedAdmittances } from './mesh-admittance.ts'
import type { AreaImpedance } from './porous.ts'
import { type ImpedanceState, impedanceOn, ownPoints, refinedPoints } from './solve.ts'
import { givenState, isUniform, type LocalStates, restingState } from './state.ts'

/** How the diffusion inside particles is taken: the closed form of a uniform particle, or shells. */
export type DiffusionMethod = 'exact' | 'mesh'

/** An impedance spectrum. */
export type Impedance = {
  /** [Hz], as asked for. */
  readonly frequency: Float64Array
  /** Z′ and Z″ [Ω]; Z″ < 0 where the cell is capacitive. */
  readonly real: Float64Array
  readonly imaginary: Float64Array
  /** Of each porous electrode. */
  readonly diffusion: { readonly anode?: DiffusionMethod; readonly cathode: DiffusionMethod }
  /** Temperature of the state, held [K]. */
  readonly temperature: number
  /** What the user ought to know. */
  readonly notes: readonly string[]
}

export type ImpedanceOptions = {
  /** [Hz], > 0, in any order. */
  readonly frequencies: ArrayLike<number>
  /** Default `dfn`. */
  readonly fidelity?: Fidelity
  /** Of the state, and how fine the spectrum's own meshes are; default 20 × 20. */
  readonly mesh?: Mesh
  /** Unknowns of `modelOf(cell, { fidelity, mesh })`; absent: the cell at rest with its own amounts. */
  readonly state?: { readonly y: Float64Array }
  /** Default `auto`: the closed form where the particles of an electrode are uniform, shells elsewhere. */
  readonly diffusion?: DiffusionMethod | 'auto'
  /** Double layer [F/m² of particle surface] of porous electrodes that state none; default 0. */
  readonly doubleLayer?: number
  /** Double layer [F/m² of its face] of a planar metal that states none; default `doubleLayer`. */
  readonly metalDoubleLayer?: number
  /**
   * `refined` (default): meshes that resolve the layers of the highest frequency, N and 2N points a region and 3M and 6M
   * shells, extrapolated to zero width. `model`: the model's own mesh, exactly what small currents through it would show.
   */
  readonly grid?: 'refined' | 'model'
}

/**
 * Impedance of a cell about a state, by linearisation of its model at each frequency,
 *
 *   (iω M − J) v = b,   Z = −δV/δI
 *
 * in complex arithmetic and with the model's structure: particles condensed into their point, block tridiagonal along x,
 * bordered by the current. Temperature is held. The state need not be steady (two ions that exchange at rest): Z is then
 * that of the moment.
 *
 * Cost per frequency O(points·(K + 1)³), plus O(shells·n³) a particle where diffusion takes shells. Error with the default
 * mesh between 0.1 mHz and 10 kHz, beside that of the state itself: 1e-4 of |Z| for the lithium-ion cells of the library, 3e-4
 * at worst (a nearly empty host).
 *
 * @throws SimulationError `input` for a frequency, double layer or method that cannot be; `method` where the equations are
 *         singular at a frequency
 */
export const impedance = (cell: Cell, options: ImpedanceOptions): Impedance => {
  const frequency = checkedFrequencies(options.frequencies)
  const highest = 2 * Math.PI * frequency.reduce((a, b) => Math.max(a, b))
  const { transfer, diffusion, temperature, notes } = linearisedCell(cell, { ...options, highest })
  const real = new Float64Array(frequency.length)
  const imaginary = new Float64Array(frequency.length)
  const Z = new Float64Array(2)
  for (let k = 0; k < frequency.length; k++) {
    if (!transfer(0, 2 * Math.PI * frequency[k], Z))
      throw new SimulationError(`impedance: the linearised equations are singular at ${frequency[k]} Hz`, {
        code: 'method',
        at: `${frequency[k]} Hz`,
      })
    real[k] = Z[0] / cell.area
    imaginary[k] = Z[1] / cell.area
  }
  return { frequency, real, imaginary, diffusion, temperature, notes }
}

/** A cell linearised about a state: −δV/δI times area [Ω·m²] as a function of the complex frequency s, and what was used. */
export type LinearisedCell = {
  readonly transfer: AreaImpedance
  readonly diffusion: Impedance['diffusion']
  readonly temperature: number
  readonly notes: readonly string[]
}

/** The transfer function behind `impedance`; `highest` is the largest |s| [1/s] its meshes are to resolve. */
export const linearisedCell = (
  cell: Cell,
  options: Omit<ImpedanceOptions, 'frequencies'> & { readonly highest: number },
): LinearisedCell => {
  const { fidelity = 'dfn', mesh = defaultMesh, diffusion = 'auto', grid = 'refined', highest } = options
  const notes: string[] = []
  const { doubleLayer = 0, metalDoubleLayer = doubleLayer } = options
  const layered = withMetalLayer(withDoubleLayer(cell, doubleLayer, notes), metalDoubleLayer, notes)
  const state = stateOf(layered, fidelity, mesh, options.state?.y, notes)
  const used: { anode?: DiffusionMethod; cathode: DiffusionMethod } = { cathode: 'exact' }
  const refined = grid === 'model' ? undefined : { shells: mesh.shells, highest }
  const admittanceOf = (electrode: Electrode, states: LocalStates): ParticleAdmittances => {
    const exact = diffusion === 'mesh' ? undefined : exactAdmittances(electrode, states, state.temperature)
    if (diffusion === 'exact' && !exact)
      refuse('diffusion', 'exact', `mesh or auto: the particles of the ${electrode.where} are not uniform and stable`)
    used[electrode.where] = exact ? 'exact' : 'mesh'
    return exact ?? shellAdmittances(electrode, states, state.temperature, refined)
  }
  const transfer = spectrumOf(state, mesh, grid, highest, admittanceOf)
  if (cell.thermal) notes.push(`temperature held at ${state.temperature} K: no thermal part in the impedance`)
  for (const where of ['anode', 'cathode'] as const)
    if (used[where] === 'mesh' && diffusion === 'auto')
      notes.push(`${where}: particles are not uniform, diffusion inside them on shells`)
  return { transfer, diffusion: used, temperature: state.temperature, notes }
}

const checkedFrequencies = (values: ArrayLike<number>): Float64Array => {
  const frequency = Float64Array.from(values)
  if (frequency.length === 0) refuse('frequencies', 'none', 'at least one frequency [Hz]')
  for (const value of frequency)
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) refuse('frequencies', value, '> 0 and finite [Hz]')
  return frequency
}

const withDoubleLayer = (cell: Cell, doubleLayer: number, notes: string[]): Cell => {
  if (!(doubleLayer >= 0 && doubleLayer < Number.POSITIVE_INFINITY))
    refuse('doubleLayer', doubleLayer, '≥ 0 and finite [F/m² of particle surface]')
  if (doubleLayer === 0) return cell
  const { anode, cathode } = cell
  const taken: string[] = []
  const layered = <E extends { readonly doubleLayer: number }>(electrode: E, where: string): E => {
    if (electrode.doubleLayer > 0) return electrode
    taken.push(where)
    return { ...electrode, doubleLayer }
  }
  const changed: Cell = {
    ...cell,
    anode: anode.kind === 'porous' ? layered(anode, 'anode') : anode,
    cathode: layered(cathode, 'cathode'),
  }
  if (taken.length > 0) notes.push(`double layer of ${doubleLayer} F/m² of particle surface taken: ${taken.join(', ')}`)
  return changed
}

const withMetalLayer = (cell: Cell, doubleLayer: number, notes: string[]): Cell => {
  const { anode } = cell
  if (!(doubleLayer >= 0 && doubleLayer < Number.POSITIVE_INFINITY))
    refuse('metalDoubleLayer', doubleLayer, '≥ 0 and finite [F/m² of metal face]')
  if (anode.kind !== 'metal' || anode.doubleLayer > 0 || doubleLayer === 0) return cell
  notes.push(`double layer of ${doubleLayer} F/m² of metal face taken: anode`)
  return { ...cell, anode: { ...anode, doubleLayer } }
}

/** The state asked for, as one of the porous cell. */
const stateOf = (
  cell: Cell,
  fidelity: Fidelity,
  mesh: Mesh,
  y: Float64Array | undefined,
  notes: string[],
): ImpedanceState => {
  if (fidelity === 'dfn') return { ...(y ? givenState(cell, mesh, y) : restingState(cell, notes)), fidelity }
  const reduced = reducedPartsOf(cell, mesh, fidelity)
  if (!y) {
    const rest = restingState(cell, notes)
    const { layout, points } = rest.parts
    const meanDelta = rest.parts.electrodes.map(
      ({ where }) => rest.y[layout.fields + points[where].first * layout.stride + layout.delta],
    )
    return { ...rest, fidelity, reduced, meanDelta }
  }
  return reducedState(cell, reduced, y)
}

/** A state of a single-particle model as one of the porous cell: φ_e and Δ̄ its own, everything else expanded. */
const reducedState = (cell: Cell, reduced: ReducedParts, y: Float64Array): ImpedanceState => {
  const { layout, full, points, fidelity } = reduced
  if (y.length !== layout.size)
    throw new RangeError(`impedance: state.y must hold the ${layout.size} unknowns of the model, got ${y.length}`)
  const temperature = layout.temperature < 0 ? cell.temperature : y[layout.temperature]
  reduced.flux.evaluate(y, temperature)
  const ohmic = meanOhmic(reduced)
  ohmic.evaluate(y, temperature)
  const expanded = new Float64Array(full.layout.size)
  expandState(reduced, ohmic, y, expanded)
  for (let p = 0; p < full.points.count; p++) {
    const from = layout.fields + (points.count === 1 ? 0 : p) * layout.stride
    expanded[full.layout.fields + p * full.layout.stride + full.layout.phiE] = y[from + layout.phiE]
  }
  return {
    parts: full,
    y: expanded,
    temperature,
    fidelity,
    reduced,
    meanDelta: reduced.electrodes.map(({ delta }) => y[delta]),
  }
}

/** Z·area as a function of frequency, extrapolated from two meshes in x unless the model's own is asked for. */
const spectrumOf = (
  state: ImpedanceState,
  mesh: Mesh,
  grid: 'refined' | 'model',
  highest: number,
  admittanceOf: (electrode: Electrode, states: LocalStates) => ParticleAdmittances,
): AreaImpedance => {
  if (grid === 'model' || state.fidelity === 'spm') return impedanceOn(state, ownPoints(state, mesh), admittanceOf)
  const [coarse, fine] = [1, 2].map(factor =>
    impedanceOn(state, refinedPoints(state, { ...mesh, points: factor * mesh.points }, highest), admittanceOf),
  )
  const other = new Float64Array(2)
  return (sRe, sIm, out) => {
    if (!coarse(sRe, sIm, other) || !fine(sRe, sIm, out)) return false
    // The scheme is of second order: Z = Z_2N + (Z_2N − Z_N)/3 leaves the fourth.
    out[0] += (out[0] - other[0]) / 3
    out[1] += (out[1] - other[1]) / 3
    return true
  }
}

/** Closed forms, particle by particle; undefined where one is not uniform, or its host not stable there. */
const exactAdmittances = (electrode: Electrode, states: LocalStates, T: number): ParticleAdmittances | undefined => {
  const { spec, n } = electrode
  if (electrode.particles.width !== n || !isUniform(states, n)) return undefined
  const each: Admittance[] = []
  for (let p = 0; p < states.count; p++) {
    const size = states.particles.length / states.count
    const one = exactAdmittance({
      host: spec.host,
      shape: spec.shape,
      radius: spec.particleRadius,
      content: states.particles.slice((p + 1) * size - n, (p + 1) * size),
      temperature: T,
    })
    if (!one) return undefined
    each.push(one)
  }
  return (p, sRe, sIm, re, im) => each[p](sRe, sIm, re, im)
}

const shellAdmittances = (
  electrode: Electrode,
  states: LocalStates,
  temperature: number,
  refined: { readonly shells: number; readonly highest: number } | undefined,
): ParticleAdmittances => {
  const { spec, radial } = electrode
  const { particles: content, count } = states
  // Unknowns beside the contents cannot be carried to another radial mesh: then the state's own.
  return refined && electrode.particles.width === electrode.n
    ? refinedAdmittances({ spec, radial, content, count, temperature, ...refined })
    : meshAdmittances(spec, radial, content, count, temperature)
}
