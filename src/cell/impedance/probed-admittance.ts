import { solveComplex } from '../../math/complex-block-tridiagonal.ts'
import type { Particles } from '../particle.ts'
import type { ParticleAdmittances } from './mesh-admittance.ts'

/** Step of the central differences, relative to an unknown and at least `smallest` of its own unit. */
const difference = 1e-6
const smallest = 1e-6

/**
 * Admittance of particles whose kernel has more unknowns a shell than contents (a gradient term), from its residual alone:
 * neighbouring stations couple, so three colours of central differences give the block tridiagonal matrix, its mass by
 * ẏ likewise; condensed into the surface block from the core outwards. S [width, width].
 *
 * @param y  unknowns of `count` particles, [count, size]
 */
export const probedAdmittances = (
  particles: Particles,
  y: Float64Array,
  count: number,
  temperature: number,
): ParticleAdmittances => {
  const { size, width } = particles
  const stations = size / width
  const bb = width * width
  // Blocks [count, stations, width, width] by the station before, itself and the one after, and the mass of itself.
  const [lower, diagonal, upper, mass] = [0, 1, 2, 3].map(() => new Float64Array(count * stations * bb))
  const state = y.slice(0, count * size)
  const rate = new Float64Array(state.length)
  const up = new Float64Array(state.length)
  const down = new Float64Array(state.length)
  const step = new Float64Array(count * stations)

  const probe = (
    colour: number,
    l: number,
    target: Float64Array,
    put: (k: number, i: number, slope: number, from: number) => void,
  ) => {
    const shift = (sign: number): void => {
      for (let k = 0; k < count * stations; k++)
        if ((k % stations) % 3 === colour) target[k * width + l] += sign * step[k]
    }
    for (let k = 0; k < count * stations; k++)
      step[k] = target === rate ? 1 : difference * Math.max(Math.abs(state[k * width + l]), smallest)
    shift(1)
    particles.residual(state, rate, 0, temperature, up)
    shift(-2)
    particles.residual(state, rate, 0, temperature, down)
    shift(1)
    for (let k = 0; k < count * stations; k++) {
      // The one station of this colour among k − 1, k, k + 1 of the same particle.
      const s = k % stations
      for (let d = -1; d <= 1; d++) {
        if (s + d < 0 || s + d >= stations || (s + d) % 3 !== colour) continue
        for (let i = 0; i < width; i++) put(k, i, (up[k * width + i] - down[k * width + i]) / (2 * step[k + d]), d)
      }
    }
  }
  for (let colour = 0; colour < 3; colour++)
    for (let l = 0; l < width; l++) {
      probe(colour, l, state, (k, i, slope, d) => {
        const block = d < 0 ? lower : d > 0 ? upper : diagonal
        block[k * bb + i * width + l] = slope
      })
      probe(colour, l, rate, (k, i, slope, d) => {
        if (d === 0) mass[k * bb + i * width + l] = slope
      })
    }

  const pivotRe = new Float64Array(bb)
  const pivotIm = new Float64Array(bb)
  const xRe = new Float64Array(bb)
  const xIm = new Float64Array(bb)
  return (p, sRe, sIm, re, im) => {
    for (let k = 0; k < stations; k++) {
      const at = (p * stations + k) * bb
      // Diagonal less lower · (pivot⁻¹ upper) of the station before.
      for (let i = 0; i < width; i++)
        for (let j = 0; j < width; j++) {
          const ij = at + i * width + j
          let sumRe = diagonal[ij] + sRe * mass[ij]
          let sumIm = sIm * mass[ij]
          if (k > 0)
            for (let l = 0; l < width; l++) {
              sumRe -= lower[at + i * width + l] * xRe[l * width + j]
              sumIm -= lower[at + i * width + l] * xIm[l * width + j]
            }
          pivotRe[i * width + j] = sumRe
          pivotIm[i * width + j] = sumIm
        }
      if (k === stations - 1) break
      for (let ij = 0; ij < bb; ij++) {
        xRe[ij] = upper[at + ij]
        xIm[ij] = 0
      }
      solveComplex(pivotRe, pivotIm, 0, width, xRe, xIm, 0, width)
    }
    re.set(pivotRe)
    im.set(pivotIm)
  }
}
