import { solveComplex } from '../../math/complex-block-tridiagonal.ts'
import { pchipTable } from '../../math/spline.ts'
import type { PorousElectrode } from '../cell.ts'
import { type RadialMesh, radialMesh } from '../mesh.ts'
import type { Particles } from '../particle.ts'
import { particlesOf } from '../particles-of.ts'
import { diffusionModes } from './admittance.ts'
import { probedAdmittances } from './probed-admittance.ts'

/** Shells of the finer of the two meshes, as a multiple of those asked for; the coarser has half as many. */
const shellFactor = 6
/** Innermost over outermost width of a shell is e^grading: bounds, and the outermost width in diffusion lengths √(D/ω). */
const grading = { least: 4, most: 16, surfaceWidth: 0.1 }

/** Admittance S(s) of particle p as in `Admittance`. */
export type ParticleAdmittances = (p: number, sRe: number, sIm: number, re: Float64Array, im: Float64Array) => void

/**
 * Admittance of particles about any content profile, on a radial mesh of their own.
 *
 * The profile is carried over by monotone cubics in r². The outermost shells are thinner than the diffusion length of the
 * highest frequency, and S is extrapolated from two meshes, S = S_M + (S_M − S_{M/2})/3: the scheme's error is of second
 * order on smoothly graded meshes, so what is left is of fourth order (1e-5 of S over eight decades of frequency).
 * Cost per particle and frequency O(shells·n³).
 *
 * @param o.content  [particles, stations, n] at the radii of `o.radial` and the surface, per formula unit
 * @param o.shells   shells asked for; M = 6 of them for one
 * @param o.highest  highest angular frequency asked for [rad/s]
 */
export const refinedAdmittances = (o: {
  readonly spec: PorousElectrode
  readonly radial: RadialMesh
  readonly content: Float64Array
  readonly count: number
  readonly temperature: number
  readonly shells: number
  readonly highest: number
}): ParticleAdmittances => {
  const { spec, content, count, temperature } = o
  const n = spec.host.carriers.length
  const slowest = slowestDiffusion(spec, content, temperature)
  const length = slowest > 0 ? Math.sqrt(slowest / o.highest) : 0
  const fine = shellFactor * o.shells
  // Outermost width of the exponential grading ≈ R_p g e^{−g}/M.
  let g = grading.least
  while (g < grading.most && (spec.particleRadius * g * Math.exp(-g)) / fine > grading.surfaceWidth * length) g += 0.25
  const [a, b] = [fine, fine / 2].map(shells => {
    const mesh = radialMesh(spec.particleRadius, shells, spec.shape, g)
    return meshAdmittances(
      spec,
      mesh,
      carried(o.radial, mesh, content, count, n, spec.particleRadius),
      count,
      temperature,
    )
  })
  const re2 = new Float64Array(n * n)
  const im2 = new Float64Array(n * n)
  return (p, sRe, sIm, re, im) => {
    a(p, sRe, sIm, re, im)
    b(p, sRe, sIm, re2, im2)
    for (let k = 0; k < n * n; k++) {
      re[k] += (re[k] - re2[k]) / 3
      im[k] += (im[k] - im2[k]) / 3
    }
  }
}

/** Smallest eigenvalue of D̃ that is not zero over all stations [m²/s]. */
const slowestDiffusion = ({ host }: PorousElectrode, content: Float64Array, T: number): number => {
  const n = host.carriers.length
  let slowest = Number.POSITIVE_INFINITY
  for (let k = 0; k < content.length; k += n) {
    const modes = diffusionModes(host, content.subarray(k, k + n), T)
    modes?.values.forEach(D => {
      if (D > 0) slowest = Math.min(slowest, D)
    })
  }
  return slowest === Number.POSITIVE_INFINITY ? 0 : slowest
}

/** Contents carried from one radial mesh to another. */
const carried = (
  from: RadialMesh,
  to: RadialMesh,
  content: Float64Array,
  count: number,
  n: number,
  radius: number,
): Float64Array => {
  const squares = [...from.radius, radius].map(r => r * r)
  const stations = squares.length
  const out = new Float64Array(count * (to.shells + 1) * n)
  const values = new Float64Array(stations)
  for (let p = 0; p < count; p++)
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < stations; k++) values[k] = content[(p * stations + k) * n + i]
      const curve = pchipTable(squares, values)
      const start = p * (to.shells + 1)
      for (let k = 0; k < to.shells; k++)
        out[(start + k) * n + i] = curve.value(Math.max(squares[0], to.radius[k] * to.radius[k]))
      out[(start + to.shells) * n + i] = values[stations - 1]
    }
  return out
}

/**
 * Admittance of particles on a given radial mesh: the model's own linearised shells, condensed from the core outwards in
 * complex numbers, below_k = outer_k − inner_k (a_k + inner_k)⁻¹ outer_k with a_k = s v_k − below_{k−1}, S = below_M. Taken as
 * below_k = a_k (a_k + inner_k)⁻¹ outer_k: the difference loses s v, which is 1e-16 of D/Δr where diffusion is fast.
 */
export const meshAdmittances = (
  spec: PorousElectrode,
  mesh: RadialMesh,
  content: Float64Array,
  count: number,
  temperature: number,
): ParticleAdmittances => {
  const particles: Particles = particlesOf(spec.host, mesh, count)
  particles.jacobian(content, 0, temperature)
  const { inner, outer } = particles
  if (!inner || !outer) return probedAdmittances(particles, content, count, temperature)
  const n = spec.host.carriers.length
  const nn = n * n
  const { shells, volume, surfaceVolume } = mesh
  const pivotRe = new Float64Array(nn)
  const pivotIm = new Float64Array(nn)
  const aRe = new Float64Array(nn)
  const aIm = new Float64Array(nn)
  const xRe = new Float64Array(nn)
  const xIm = new Float64Array(nn)
  if (n === 1)
    return (p, sRe, sIm, re, im) => {
      let belowRe = 0
      let belowIm = 0
      for (let k = 0, f = p * shells; k < shells; k++, f++) {
        const aRe = sRe * volume[k] - belowRe
        const aIm = sIm * volume[k] - belowIm
        const dRe = aRe + inner[f]
        const g = outer[f] / (dRe * dRe + aIm * aIm)
        belowRe = g * (aRe * dRe + aIm * aIm)
        belowIm = g * aIm * inner[f]
      }
      re[0] = belowRe - sRe * surfaceVolume
      im[0] = belowIm - sIm * surfaceVolume
    }
  return (p, sRe, sIm, re, im) => {
    re.fill(0)
    im.fill(0)
    for (let k = 0; k < shells; k++) {
      const f = (p * shells + k) * nn
      for (let ij = 0; ij < nn; ij++) {
        const own = ij % (n + 1) === 0 ? volume[k] : 0
        aRe[ij] = sRe * own - re[ij]
        aIm[ij] = sIm * own - im[ij]
        pivotRe[ij] = aRe[ij] + inner[f + ij]
        pivotIm[ij] = aIm[ij]
        xRe[ij] = outer[f + ij]
        xIm[ij] = 0
      }
      solveComplex(pivotRe, pivotIm, 0, n, xRe, xIm, 0, n)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let sumRe = 0
          let sumIm = 0
          for (let l = 0; l < n; l++) {
            const [a, b] = [i * n + l, l * n + j]
            sumRe += aRe[a] * xRe[b] - aIm[a] * xIm[b]
            sumIm += aRe[a] * xIm[b] + aIm[a] * xRe[b]
          }
          re[i * n + j] = sumRe
          im[i * n + j] = sumIm
        }
    }
    for (let i = 0; i < n; i++) {
      re[i * n + i] -= sRe * surfaceVolume
      im[i * n + i] -= sIm * surfaceVolume
    }
  }
}
