import { type VectorMemory, vectorMemory } from '../math/vector-loop.ts'
import type { HostMaterial } from '../scales.ts'
import { F } from '../units.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { expandAlike, reduceAlike } from './particle-sweeps.ts'
import { radialBalances, radialEntries } from './radial-loops.ts'

/** Step of the difference quotient for ∂D̃/∂x [per formula unit]: error 1e-7 of D̃'', round-off 1e-9. */
const difference = 1e-7

/**
 * Particles of one carrier: a tridiagonal (Thomas) sweep a particle. Same equations as `particle-coupled`, of which it
 * is the case n = 1; a test holds the two together. A measured D(x) may change tenfold between two shells, so the flux takes
 * Θ = ∫D dx over the contents between them, from the host's own integral or else by Simpson's rule, where the coupled kernels
 * take D at the mean content. On a compact mesh the flux has the terms of the curvature too (see `RadialMesh`).
 *
 * @param count   number of particles
 * @param memory  where the states of the solver lie; absent: anywhere
 */
export const singleParticles = (
  host: HostMaterial,
  mesh: RadialMesh,
  count: number,
  memory?: VectorMemory,
): Particles => {
  const { shells, volume, area, distance, surfaceVolume, massInside, massOutside, bend } = mesh
  const size = shells + 1
  const diffusivity = host.transport.diffusivity!
  const integral = host.transport.diffusivityIntegral
  const constant = host.transport.constant === true
  const whole = volume.reduce((a, b) => a + b, surfaceVolume)
  const conductance = area.map((A, k) => A / distance[k])
  let balances: ReturnType<typeof radialBalances> | undefined
  const x1 = new Float64Array(1)
  const D1 = new Float64Array(1)
  const diffusivityAt = (x: number, T: number): number => {
    x1[0] = x
    diffusivity(x1, T, D1)
    return D1[0]
  }
  const slopeAt = (x: number, T: number): number =>
    (diffusivityAt(x + difference, T) - diffusivityAt(x - difference, T)) / (2 * difference)
  /** The constant D that the slopes below hold for. */
  let known = Number.NaN
  // ∂(A G)/∂(inner content) and ∂(A G)/∂(outer content) of each face, at rest.
  const inner = new Float64Array(count * shells)
  const outer = new Float64Array(count * shells)
  // Factors of each shell, the same for all particles where D is constant: 1/pivot, (row below)/pivot, (column beyond)/pivot.
  const pivot = new Float64Array(constant ? shells : count * shells)
  const carry = new Float64Array(pivot.length)
  const back = new Float64Array(pivot.length)
  // D of one particle's stations.
  const D = new Float64Array(size)

  /** Θ of the stations of a particle from the host's integral, with what the spread of the content within a shell adds. */
  const loadIntegral = (y: Float64Array, start: number, T: number, theta: Float64Array, first: number): void => {
    for (let s = 0; s <= shells; s++) {
      const x = y[start + s]
      theta[first + s] = integral!.value(x, T)
      D[s] = integral!.derivative(x, T)
    }
    theta[first] += bend[0] * (D[1] - D[0]) * (y[start + 1] - y[start])
    for (let s = 1; s < shells; s++)
      theta[first + s] += bend[s] * (D[s + 1] - D[s - 1]) * (y[start + s + 1] - y[start + s - 1])
  }

  /** Θ of the stations of a particle from the core, by Simpson's rule from one to the next. */
  const loadSimpson = (y: Float64Array, start: number, T: number, theta: Float64Array, first: number): void => {
    let x = y[start]
    let here = diffusivityAt(x, T)
    theta[first] = 0
    for (let s = 0; s < shells; s++) {
      const next = y[start + s + 1]
      const nextD = diffusivityAt(next, T)
      theta[first + s + 1] =
        theta[first + s] + ((here + 4 * diffusivityAt(0.5 * (x + next), T) + nextD) / 6) * (next - x)
      here = nextD
      x = next
    }
  }

  /** Forward elimination of four particles, whose sweeps do not wait for each other. */
  const reduceFour = (rhs: Float64Array, a: number, f: number): void => {
    const b = a + size
    const c = b + size
    const d = c + size
    const g = f + shells
    const h = g + shells
    const l = h + shells
    let sumA = rhs[a]
    let sumB = rhs[b]
    let sumC = rhs[c]
    let sumD = rhs[d]
    for (let s = 0; s < shells; s++) {
      const k = s + 1
      rhs[a + k] = sumA = rhs[a + k] + carry[f + s] * sumA
      rhs[b + k] = sumB = rhs[b + k] + carry[g + s] * sumB
      rhs[c + k] = sumC = rhs[c + k] + carry[h + s] * sumC
      rhs[d + k] = sumD = rhs[d + k] + carry[l + s] * sumD
    }
  }

  /** Back substitution of four particles. */
  const expandFour = (rhs: Float64Array, a: number, f: number): void => {
    const b = a + size
    const c = b + size
    const d = c + size
    const g = f + shells
    const h = g + shells
    const l = h + shells
    let sumA = rhs[a + shells]
    let sumB = rhs[b + shells]
    let sumC = rhs[c + shells]
    let sumD = rhs[d + shells]
    for (let s = shells - 1; s >= 0; s--) {
      rhs[a + s] = sumA = pivot[f + s] * rhs[a + s] - back[f + s] * sumA
      rhs[b + s] = sumB = pivot[g + s] * rhs[b + s] - back[g + s] * sumB
      rhs[c + s] = sumC = pivot[h + s] * rhs[c + s] - back[h + s] * sumC
      rhs[d + s] = sumD = pivot[l + s] * rhs[d + s] - back[l + s] * sumD
    }
  }

  /** ∂(A G)/∂x of the faces, D at either side: exact for Θ of the host's integral but for the spread within a shell. */
  const slopesOfIntegral = (y: Float64Array, base: number, T: number): void => {
    for (let p = 0; p < count; p++) {
      const start = base + p * size
      let here = integral!.derivative(y[start], T)
      for (let s = 0, face = p * shells; s < shells; s++, face++) {
        inner[face] = conductance[s] * here
        here = integral!.derivative(y[start + s + 1], T)
        outer[face] = -conductance[s] * here
      }
    }
  }

  return {
    size,
    width: 1,
    reaction: Float64Array.of(host.molarVolume / (host.carriers[0].charge * F)),
    differential: new Uint8Array(size).fill(1, 0, surfaceVolume > 0 || massOutside[shells - 1] !== 0 ? size : shells),
    inner,
    outer,
    residual(y, yp, base, T, out) {
      balances ??= radialBalances(mesh, count, memory ?? vectorMemory(radialEntries(count * size)))
      if (constant) {
        balances.fill(y, yp, base, diffusivityAt(0.5, T), out)
        return true
      }
      const load = integral ? loadIntegral : loadSimpson
      for (let p = 0; p < count; p++) load(y, base + p * size, T, balances.theta, p * size)
      balances.fill(undefined, yp, base, 1, out)
      return true
    },
    jacobian(y, base, T) {
      if (constant) {
        const fixed = diffusivityAt(0.5, T)
        if (fixed === known) return true
        known = fixed
        for (let face = 0; face < count * shells; face++) {
          inner[face] = fixed * conductance[face % shells]
          outer[face] = -inner[face]
        }
        return true
      }
      if (integral) {
        slopesOfIntegral(y, base, T)
        return true
      }
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        let x = y[k]
        let here = diffusivityAt(x, T)
        let slope = slopeAt(x, T)
        for (let s = 0; s < shells; s++) {
          const next = y[++k]
          const face = p * shells + s
          const g = conductance[s]
          const middle = 0.5 * (x + next)
          const nextD = diffusivityAt(next, T)
          const nextSlope = slopeAt(next, T)
          const mean = (here + 4 * diffusivityAt(middle, T) + nextD) / 6
          const middleSlope = 2 * slopeAt(middle, T)
          inner[face] = g * (mean - ((next - x) * (slope + middleSlope)) / 6)
          outer[face] = -g * (mean + ((next - x) * (middleSlope + nextSlope)) / 6)
          x = next
          here = nextD
          slope = nextSlope
        }
      }
      return true
    },
    factor(alpha, schur) {
      const different = constant ? 1 : count
      for (let p = 0; p < different; p++) {
        const face = p * shells
        // Diagonal of shell k: α (v_k + p_k − q_{k−1}) + ∂(A G)_k/∂x_k − ∂(A G)_{k−1}/∂x_k; eliminated from the core outwards.
        let below = 0
        for (let s = 0; s < shells; s++) {
          const here = inner[face + s] + alpha * massInside[s]
          const beyond = outer[face + s] + alpha * massOutside[s]
          const inverse = 1 / (alpha * volume[s] + here - below)
          pivot[face + s] = inverse
          // Row k+1 holds −∂(A G)_k/∂x_k in a shell, +∂(A G)_k/∂x_k in the surface row.
          carry[face + s] = s === shells - 1 ? -here * inverse : here * inverse
          back[face + s] = beyond * inverse
          below = beyond - here * inverse * beyond
        }
        schur[p] = below - alpha * surfaceVolume
      }
      for (let p = different; p < count; p++) schur[p] = schur[0]
      return true
    },
    reduce(rhs, base) {
      if (constant) {
        reduceAlike(rhs, base, count, carry)
        return
      }
      let p = 0
      for (; p + 4 <= count; p += 4) reduceFour(rhs, base + p * size, p * shells)
      for (; p < count; p++) {
        const a = base + p * size
        const f = p * shells
        let sum = rhs[a]
        for (let s = 0; s < shells; s++) rhs[a + s + 1] = sum = rhs[a + s + 1] + carry[f + s] * sum
      }
    },
    expand(rhs, base) {
      if (constant) {
        expandAlike(rhs, base, count, pivot, back)
        return
      }
      let p = 0
      for (; p + 4 <= count; p += 4) expandFour(rhs, base + p * size, p * shells)
      for (; p < count; p++) {
        const a = base + p * size
        const f = p * shells
        let sum = rhs[a + shells]
        for (let s = shells - 1; s >= 0; s--) rhs[a + s] = sum = pivot[f + s] * rhs[a + s] - back[f + s] * sum
      }
    },
    fill(y, base, x) {
      y.fill(x[0], base, base + count * size)
    },
    mean(y, base, p, out) {
      const start = base + p * size
      let sum = surfaceVolume * y[start + shells]
      for (let s = 0; s < shells; s++) sum += volume[s] * y[start + s]
      out[0] = sum / whole
    },
  }
}
