import type { Cell, ParticleShape } from '../../src/cell/cell.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { F } from '../../src/units.ts'
import { cellOf, idealHost, ion, metalOf, oneIonCell, planar, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'
import { columnsAt } from './setup.ts'

export const title = 'Diffusion in a particle: an ideal lattice gas from empty to full'
export const claim =
  'An ideal lattice gas, L ∝ x x_v and Θ ∝ 1/x + 1/x_v, fills as Fick’s law says from 1e-6 to nearly full, in spheres, cylinders and plates: no numerical jam at the ends.'
export const source = 'derived: series of the diffusion equation at constant flux'
export const equation = `
x_s(t) = x₀ + (G R/D) [(g + 1) τ + b − 2 Σ e^{−λ²τ}/λ²],   τ = D t/R²,   G = V_m j/F
sphere b = 1/5, tan λ = λ;   cylinder b = 1/4, J₁(λ) = 0;   plate b = 1/3, λ = nπ`
export const why =
  'D̃ = LΘ is a constant though L and Θ both run over six decades; taken at the mean content of a face it stays constant. The mesh is exact for the parabola that comes last and second order before: under 2e-4 of the content with 80 shells. A harmonic mean of L, which vanishes at the ends, jams the first shells: tens of per cent. A wrong area or volume factor of a shape shows at every time.'

const D = 1e-14
const radius = 1e-6
const shapes: Record<ParticleShape, { g: number; b: number }> = {
  sphere: { g: 2, b: 1 / 5 },
  cylinder: { g: 1, b: 1 / 4 },
  plate: { g: 0, b: 1 / 3 },
}

/** J₁ by Bessel's integral, trapezoidal: exact to round-off for a periodic integrand. */
const besselJ1 = (x: number): number => {
  const n = 200
  let sum = 0
  for (let k = 0; k < n; k++) {
    const t = ((k + 0.5) * Math.PI) / n
    sum += Math.cos(t - x * Math.sin(t))
  }
  return sum / n
}
const bisect = (f: (x: number) => number, low: number, high: number): number => {
  const sign = Math.sign(f(low))
  for (let k = 0; k < 80; k++) {
    const middle = 0.5 * (low + high)
    if (Math.sign(f(middle)) === sign) low = middle
    else high = middle
  }
  return 0.5 * (low + high)
}
/** The n-th root λ of the shape. */
const root = (shape: ParticleShape, n: number): number => {
  if (shape === 'plate') return n * Math.PI
  if (shape === 'sphere') return bisect(l => Math.sin(l) - l * Math.cos(l), n * Math.PI, (n + 0.5) * Math.PI)
  return bisect(besselJ1, n * Math.PI, (n + 0.5) * Math.PI)
}

const surfaceContent = (shape: ParticleShape, x0: number, flux: number, t: number): number => {
  const { g, b } = shapes[shape]
  const tau = (D * t) / radius ** 2
  let sum = (g + 1) * tau + b
  for (let n = 1; n <= 40; n++) {
    const l2 = root(shape, n) ** 2
    sum -= (2 * Math.exp(-l2 * tau)) / l2
  }
  return x0 + ((flux * radius) / D) * sum
}

const cellOfShape = (shape: ParticleShape): Cell => {
  const host = idealHost({ carriers: [ion('A', 1)], potential: [3], diffusivity: [D] })
  const areaDensity = ((shapes[shape].g + 1) * 0.5) / radius
  return cellOf(
    planar([metalOf(ion('A', 1))], { A: 10 }),
    porous(host, { A: 1e-6 }, { shape, areaDensity }),
    oneIonCell().electrolyte,
  )
}

export const run = (): readonly ValidationRow[] =>
  (['sphere', 'cylinder', 'plate'] as const).flatMap(shape => {
    const cell = cellOfShape(shape)
    const { areaDensity, thickness, host } = cell.cathode
    const end = 0.98 - 1e-6
    const { g, b } = shapes[shape]
    // So that the surface is 98 % full after τ = 1/2.
    const flux = (end * D) / radius / ((g + 1) / 2 + b)
    const j = (flux * F) / host.molarVolume
    const I = j * areaDensity * thickness * cell.area
    const times = [0.02, 0.1, 0.5].map(tau => (tau * radius ** 2) / D)
    const model = modelOf(cell, { fidelity: 'spm', mesh: { points: 2, shells: 80 } })
    const solution = hold(cell, { control: at => at.current - I, times, rtol: 1e-7, model })
    return times.map((t, k) => ({
      quantity: `${shape}: surface content at τ = ${[0.02, 0.1, 0.5][k]}`,
      theory: surfaceContent(shape, 1e-6, flux, t),
      dualion: columnsAt(model, solution.samples[k])['surface[A]'],
      tolerance: 2e-4,
    }))
  })
