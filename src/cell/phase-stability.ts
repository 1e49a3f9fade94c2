/**
 * Whether a host's contents part into phases, and whether a mesh can hold the interface between them.
 *
 * A uniform content x is stable against a wave of wavenumber q where Θ(x) + q² K is positive definite. q_c is the least q
 * that stabilises every content; 0 for a convex free energy. The interface, of tangent width Δx/max|∂x/∂r|, is
 * λ = 2√2/q_c near a critical point (where the free energy is a quartic in x) and λ → 2/q_c far from it (a regular solution
 * with an interaction ≫ RT); the smaller one is taken: λ = 2/q_c = 2√(K/|Θ|) at the spinodal's steepest content.
 */
import { refuse, SimulationError } from '../error.ts'
import type { HostMaterial } from '../scales.ts'
import type { Cell, Mesh, PorousElectrode } from './cell.ts'
import { isPositiveDefinite } from './particle-instability.ts'

/** Contents looked at; a spinodal narrower than 1/256 of the room of one ion may slip through. */
const samples = 256
/** Shells across an interface: fewer pin the front to the mesh. */
const shellsAcross = 5
/** A wavenumber above this [1/m] is shorter than atoms: K does not stabilise the host. */
const largestWavenumber = 1e11
const bisections = 50
/** Largest difference between D̃ and V_m L Θ, relative, at which the one is a closed form of the other. */
const sameLaw = 1e-3

/** Contents spread evenly over the room: the additive recurrence of the generalised golden ratio, cut into shares. */
const contentsOf = (host: HostMaterial): readonly Float64Array[] => {
  const n = host.carriers.length
  const room = host.carriers.map(({ symbol }) => Math.min(...host.limits.map(l => l.max / (l.weights[symbol] ?? 0))))
  if (spread?.room.every((max, i) => max === room[i]) && spread.room.length === n) return spread.contents
  let ratio = 1.5
  for (let i = 0; i < 40; i++) ratio = (1 + ratio) ** (1 / (n + 1))
  const contents = Array.from({ length: samples }, (_, k) => {
    const cuts = Float64Array.from({ length: n }, (_, i) => (0.5 + (k + 1) * ratio ** -(i + 1)) % 1).sort()
    return cuts.map((cut, i) => (cut - (i > 0 ? cuts[i - 1] : 0)) * room[i])
  })
  spread = { room, contents }
  return contents
}
/** Those of the last room asked for: most hosts have the same. */
let spread: { readonly room: readonly number[]; readonly contents: readonly Float64Array[] } | undefined

/** Fick's law is what was measured: a diffusivity of its own, not L Θ V_m. */
const isFickian = (host: HostMaterial, x: Float64Array, T: number): boolean => {
  const D = host.transport.diffusivity?.(x, T)
  if (!D) return false
  const n = x.length
  const L = host.transport.onsager(x, T)
  const theta = host.thermodynamics.potentialJacobian(x, T)
  let largest = 0
  for (const d of D) largest = Math.max(largest, Math.abs(d))
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < n; l++) sum += L[i * n + l] * theta[l * n + j]
      if (Math.abs(host.molarVolume * sum - D[i * n + j]) > sameLaw * largest) return true
    }
  return false
}

/** Where contents are unstable, and the least wavenumber q_c [1/m] stable at every content, Infinity without or beyond K. */
export type Spinodal = { readonly content: Float64Array; readonly wavenumber: number }

/** @returns undefined where the host does not part into phases: a convex free energy, or Fick's law as measured */
export const spinodalOf = (host: HostMaterial, T: number): Spinodal | undefined => {
  const n = host.carriers.length
  const K = host.gradient
  const shifted = new Float64Array(n * n)
  let found: Spinodal | undefined
  for (const x of contentsOf(host)) {
    const theta = host.thermodynamics.potentialJacobian(x, T)
    const stable = (q: number): boolean => {
      for (let ij = 0; ij < n * n; ij++) shifted[ij] = theta[ij] + (K ? q * q * K[ij] : 0)
      return isPositiveDefinite(shifted, n)
    }
    if (stable(found?.wavenumber ?? 0)) continue
    if (!K && isFickian(host, x, T)) continue
    if (!K || !stable(largestWavenumber)) return { content: x, wavenumber: Number.POSITIVE_INFINITY }
    let low = Math.log(found?.wavenumber ?? 1)
    let high = Math.log(largestWavenumber)
    for (let k = 0; k < bisections; k++) {
      const middle = 0.5 * (low + high)
      if (stable(Math.exp(middle))) high = middle
      else low = middle
    }
    found = { content: x, wavenumber: Math.exp(high) }
  }
  return found
}

const placeOf = (host: HostMaterial, x: Float64Array, T: number): string =>
  `${host.carriers.map(({ symbol }, i) => `${symbol} ${Number(x[i].toPrecision(4))}`).join(', ')}, ${T} K`

/**
 * Refuses a host whose free energy is not convex and that has no gradient coefficients to part by, or some that cannot.
 *
 * @param field  the electrode in messages
 * @throws SimulationError 'input' with the content and temperature
 */
export const refuseUnstable = (host: HostMaterial, field: string, T: number): Spinodal | undefined => {
  checkGradient(host, field, T)
  const spinodal = spinodalOf(host, T)
  if (!spinodal || spinodal.wavenumber < Number.POSITIVE_INFINITY) return spinodal
  const at = `${field}.host (${host.name})`
  throw new SimulationError(
    `${at}: the free energy is not convex at ${placeOf(host, spinodal.content, T)}, and ${host.gradient ? 'the gradient coefficients K do not stabilise it at any wavelength' : 'there are no gradient coefficients'}; allowed: a convex host, or one with \`gradient\` K > 0 [J·m²/mol] in the unstable direction`,
    { code: 'input', at },
  )
}

/** K must be a symmetric matrix, and Fick's law as measured has no place beside it. */
const checkGradient = (host: HostMaterial, field: string, T: number): void => {
  const K = host.gradient
  if (!K) return
  const n = host.carriers.length
  const at = `${field}.host (${host.name}).gradient`
  if (K.length !== n * n) refuse(at, `${K.length} numbers`, `${n * n}, K_ij by carrier`)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = K[i * n + j]
      if (!Number.isFinite(value) || (i === j && value < 0)) refuse(at, value, 'finite, ≥ 0 on the diagonal [J·m²/mol]')
      if (Math.abs(value - K[j * n + i]) > 1e-9 * Math.abs(value)) refuse(at, value, `symmetric: ${K[j * n + i]}`)
    }
  if (contentsOf(host).some(x => isFickian(host, x, T)))
    refuse(at, 'K', 'none: the host has a diffusivity of its own, not L Θ V_m, which has no gradient term')
}

/** Width of the interface between the phases of a host [m], the smaller estimate (see above). */
export const interfaceWidth = ({ wavenumber }: Spinodal): number => 2 / wavenumber

/**
 * Refuses what a cell's particles cannot be computed with: an unstable host without K, a mesh too coarse for its interface.
 *
 * @throws SimulationError 'input' with the mesh needed
 */
export const checkPhases = (cell: Cell, mesh: Mesh): void => {
  if (cell.anode.kind === 'porous') checkElectrode(cell.anode, 'anode', cell.temperature, mesh)
  checkElectrode(cell.cathode, 'cathode', cell.temperature, mesh)
}

/** Shells for particles of a host whose phases part, undefined for a convex one. Throws as `refuseUnstable` does. */
export const shellsNeeded = (spec: PorousElectrode, where: string, T: number): number | undefined => {
  const spinodal = refuseUnstable(spec.host, where, T)
  return spinodal && shellsOf(spec, spinodal)
}

const shellsOf = (spec: PorousElectrode, spinodal: Spinodal): number =>
  Math.ceil((shellsAcross * spec.particleRadius) / interfaceWidth(spinodal))

const checkElectrode = (spec: PorousElectrode, where: string, T: number, mesh: Mesh): void => {
  const spinodal = refuseUnstable(spec.host, where, T)
  if (!spinodal) return
  const width = interfaceWidth(spinodal)
  const needed = shellsOf(spec, spinodal)
  if (mesh.shells >= needed) return
  const nanometres = (metres: number): string => `${Number((1e9 * metres).toPrecision(3))} nm`
  refuse(
    `mesh.shells in the ${where}`,
    mesh.shells,
    `at least ${needed}, as in --mesh ${mesh.points}x${needed}: phases of ${spec.host.name} meet over ${nanometres(width)} in a particle of ${nanometres(spec.particleRadius)} (${placeOf(spec.host, spinodal.content, T)}), and an interface needs ${shellsAcross} shells`,
  )
}
