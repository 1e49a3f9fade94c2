import type { HostMaterial } from '../scales.ts'
import { F } from '../units.ts'
import type { RadialMesh } from './mesh.ts'
import { diffusivitiesOf, diffusivitySlopesOf } from './pair-diffusivity.ts'
import type { Particles } from './particle.ts'

/**
 * Particles of two carriers: `particle-coupled` with its 2×2 blocks written out in locals, several times faster; the
 * inner loop of every dual-ion cell. A test holds the two together.
 *
 * @param count  number of particles
 */
export const pairParticles = (host: HostMaterial, mesh: RadialMesh, count: number): Particles => {
  const { shells, volume, area, distance, surfaceVolume } = mesh
  const size = 2 * (shells + 1)
  const whole = volume.reduce((a, b) => a + b, surfaceVolume)
  const conductance = area.map((A, k) => A / distance[k])
  const faces = count * shells
  // Of every face: the mean content, D̃ there, and for the Jacobian half the flow of contents and the slopes of D̃ along it.
  const middle = new Float64Array(faces * 2)
  const D = new Float64Array(faces * 4)
  const apart = new Float64Array(faces * 2)
  const slopes = new Float64Array(faces * 4)
  const diffusivities = diffusivitiesOf(host)
  const slopesOf = diffusivitySlopesOf(host, diffusivities)
  // ∂(A G)/∂(inner content) and ∂(A G)/∂(outer content) of each face, [face, 2, 2]; the inverted pivots; inner·pivot⁻¹.
  const inner = new Float64Array(faces * 4)
  const outer = new Float64Array(faces * 4)
  const pivot = new Float64Array(faces * 4)
  const carry = new Float64Array(faces * 4)

  /** Mean contents of all faces. */
  const centre = (y: Float64Array, base: number): void => {
    for (let p = 0, f = 0; p < count; p++) {
      let k = base + p * size
      for (let s = 0; s < shells; s++, k += 2, f += 2) {
        middle[f] = 0.5 * (y[k] + y[k + 2])
        middle[f + 1] = 0.5 * (y[k + 1] + y[k + 3])
      }
    }
  }

  return {
    size,
    width: 2,
    reaction: Float64Array.from(host.carriers, ({ charge }) => host.molarVolume / (charge * F)),
    differential: new Uint8Array(size).fill(1, 0, surfaceVolume > 0 ? size : 2 * shells),
    inner,
    outer,
    fill(y, base, x) {
      for (let k = 0; k < count * size; k++) y[base + k] = x[k % 2]
    },
    mean(y, base, p, out) {
      let k = base + p * size
      let a = surfaceVolume * y[k + 2 * shells]
      let b = surfaceVolume * y[k + 2 * shells + 1]
      for (let s = 0; s < shells; s++, k += 2) {
        a += volume[s] * y[k]
        b += volume[s] * y[k + 1]
      }
      out[0] = a / whole
      out[1] = b / whole
    },
    residual(y, yp, base, T, out) {
      centre(y, base)
      diffusivities(middle, faces, T, D)
      let f = 0
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        let a = y[k]
        let b = y[k + 1]
        let fluxA = 0
        let fluxB = 0
        for (let s = 0; s < shells; s++, k += 2, f += 4) {
          const nextA = y[k + 2]
          const nextB = y[k + 3]
          const dA = conductance[s] * (nextA - a)
          const dB = conductance[s] * (nextB - b)
          const GA = -D[f] * dA - D[f + 1] * dB
          const GB = -D[f + 2] * dA - D[f + 3] * dB
          const v = volume[s]
          out[k] = v * yp[k] + GA - fluxA
          out[k + 1] = v * yp[k + 1] + GB - fluxB
          fluxA = GA
          fluxB = GB
          a = nextA
          b = nextB
        }
        out[k] = fluxA - surfaceVolume * yp[k]
        out[k + 1] = fluxB - surfaceVolume * yp[k + 1]
      }
      return true
    },
    jacobian(y, base, T) {
      centre(y, base)
      for (let p = 0, f = 0; p < count; p++) {
        let k = base + p * size
        for (let s = 0; s < shells; s++, k += 2, f += 2) {
          const half = 0.5 * conductance[s]
          apart[f] = half * (y[k + 2] - y[k])
          apart[f + 1] = half * (y[k + 3] - y[k + 1])
        }
      }
      slopesOf(middle, apart, faces, T, D, slopes)
      for (let p = 0, f = 0; p < count; p++)
        for (let s = 0; s < shells; s++) {
          const g = conductance[s]
          for (const end = f + 4; f < end; f++) {
            const flow = g * D[f]
            inner[f] = flow - slopes[f]
            outer[f] = -flow - slopes[f]
          }
        }
      return true
    },
    factor(alpha, schur) {
      let f = 0
      for (let p = 0; p < count; p++) {
        // What the shells further in leave on the diagonal.
        let b0 = 0
        let b1 = 0
        let b2 = 0
        let b3 = 0
        for (let s = 0; s < shells; s++, f += 4) {
          const mass = alpha * volume[s]
          const i0 = inner[f]
          const i1 = inner[f + 1]
          const i2 = inner[f + 2]
          const i3 = inner[f + 3]
          const m0 = mass + i0 - b0
          const m1 = i1 - b1
          const m2 = i2 - b2
          const m3 = mass + i3 - b3
          const inverse = 1 / (m0 * m3 - m1 * m2)
          const p0 = m3 * inverse
          const p1 = -m1 * inverse
          const p2 = -m2 * inverse
          const p3 = m0 * inverse
          const c0 = i0 * p0 + i1 * p2
          const c1 = i0 * p1 + i1 * p3
          const c2 = i2 * p0 + i3 * p2
          const c3 = i2 * p1 + i3 * p3
          pivot[f] = p0
          pivot[f + 1] = p1
          pivot[f + 2] = p2
          pivot[f + 3] = p3
          carry[f] = c0
          carry[f + 1] = c1
          carry[f + 2] = c2
          carry[f + 3] = c3
          const o0 = outer[f]
          const o1 = outer[f + 1]
          const o2 = outer[f + 2]
          const o3 = outer[f + 3]
          b0 = o0 - c0 * o0 - c1 * o2
          b1 = o1 - c0 * o1 - c1 * o3
          b2 = o2 - c2 * o0 - c3 * o2
          b3 = o3 - c2 * o1 - c3 * o3
        }
        if (!Number.isFinite(b0 + b1 + b2 + b3)) return false
        schur[4 * p] = b0 - alpha * surfaceVolume
        schur[4 * p + 1] = b1
        schur[4 * p + 2] = b2
        schur[4 * p + 3] = b3 - alpha * surfaceVolume
      }
      return true
    },
    reduce(rhs, base) {
      let f = 0
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        let a = rhs[k]
        let b = rhs[k + 1]
        for (let s = 0; s < shells; s++, k += 2, f += 4) {
          const sign = s === shells - 1 ? -1 : 1
          const nextA = rhs[k + 2] + sign * (carry[f] * a + carry[f + 1] * b)
          const nextB = rhs[k + 3] + sign * (carry[f + 2] * a + carry[f + 3] * b)
          rhs[k + 2] = a = nextA
          rhs[k + 3] = b = nextB
        }
      }
    },
    expand(rhs, base) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size + 2 * shells
        let f = 4 * (p * shells + shells - 1)
        let a = rhs[k]
        let b = rhs[k + 1]
        for (let s = shells - 1; s >= 0; s--, f -= 4) {
          k -= 2
          const rA = rhs[k] - outer[f] * a - outer[f + 1] * b
          const rB = rhs[k + 1] - outer[f + 2] * a - outer[f + 3] * b
          a = pivot[f] * rA + pivot[f + 1] * rB
          b = pivot[f + 2] * rA + pivot[f + 3] * rB
          rhs[k] = a
          rhs[k + 1] = b
        }
      }
    },
  }
}
