/**
 * The cell's equations a second time, as plainly as they can be written, for a dense solver: metal | separator | porous
 * electrode, any number of ions. Of `src/cell` only the geometry of the meshes is used. Written differently on purpose: the
 * Onsager form N = −g Σ 𝓛 (RT ∂ln a/∂c Δc + zFΔφ) instead of D and s, the *first* anion eliminated instead of the last
 * species, every j_i an unknown of its own, overpotentials with U_i instead of the branches, numerical derivatives throughout.
 */
import type { Cell, Mesh } from '../../src/cell/cell.ts'
import { radialMeshOf } from '../../src/cell/particles-of.ts'
import { pointsOf } from '../../src/cell/points.ts'
import type { Dae } from '../../src/solve/dae.ts'
import { denseDae } from '../../src/solve/dense-dae.ts'
import { F, R } from '../../src/units.ts'

/** The plain system and what to read from its state. */
export type PlainCell = {
  readonly dae: Dae
  /** Unknowns from the resting state: uniform, at the given potentials. */
  start(phiE: number, delta: number): Float64Array
  voltage(y: Float64Array): number
  /** Concentrations [K] of point p (0 the metal's face). */
  concentration(y: Float64Array, p: number): number[]
  /** Content of shell s (the last is the surface) of particle q. */
  content(y: Float64Array, q: number, s: number): number[]
  /** Metal [mol/m²]. */
  metal(y: Float64Array): number[]
}

export const plainCell = (cell: Cell, mesh: Mesh, current: number): PlainCell => {
  const { cathode, electrolyte, anode } = cell
  if (anode.kind !== 'metal') throw new RangeError('plainCell: made for a metal anode')
  const T = cell.temperature
  const { host } = cathode
  const n = host.carriers.length
  const { species } = electrolyte
  const K = species.length
  const z = species.map(s => s.charge)
  const metals = anode.metals
  const at = (symbol: string): number => species.findIndex(s => s.name === symbol)
  const carrier = host.carriers.map(c => at(c.symbol))
  const metalAt = metals.map(m => at(m.carrier.symbol))
  const eliminated = z.findIndex(charge => charge < 0)
  const kept = z.map((_, k) => k).filter(k => k !== eliminated)
  const { points: P, shells: S } = mesh
  const M = 1 + 2 * P // points in x, the metal's face first

  // Geometry only: widths, volumes, and the distances over which differences are taken.
  const geometry = pointsOf(cell, mesh)
  const { volume, resistanceBefore: before, resistanceAfter: after } = geometry
  const width = geometry.width
  const solidDistance = geometry.solidDistance.slice(1 + P)
  const terminal = geometry.collectorDistance[1] / cathode.conductivity + cell.contactResistance * cell.area
  const shell = radialMeshOf(cathode, S)
  const surfaceVolume = shell.surfaceVolume

  // Unknowns: contents [P][S + 1][n], j [P][n], concentrations kept [M][K − 1], φ_e [M], Δ = φ_s − φ_e [P], metals.
  const atJ = P * (S + 1) * n
  const atC = atJ + P * n
  const atPhiE = atC + M * (K - 1)
  const atDelta = atPhiE + M
  const atMetal = atDelta + P
  const size = atMetal + metals.length
  const c0 = electrolyte.concentration
  const anionCharge = z.reduce((sum, charge, k) => sum + (charge < 0 ? -charge * c0[k] : 0), 0)
  const share = z.map((charge, k) => (charge < 0 ? (-charge * c0[k]) / anionCharge : 0))

  const concentration = (y: Float64Array, p: number): number[] => {
    const c = Array(K).fill(0) as number[]
    let charge = 0
    kept.forEach((k, i) => {
      c[k] = y[atC + p * (K - 1) + i]
      charge += z[k] * c[k]
    })
    c[eliminated] = -charge / z[eliminated]
    return c
  }
  const content = (y: Float64Array, q: number, s: number): number[] =>
    Array.from({ length: n }, (_, i) => y[(q * (S + 1) + s) * n + i])
  const lnActivity = (c: number[]): Float64Array => electrolyte.lnActivity(Float64Array.from(c), T, new Float64Array(K))

  const phiS = (y: Float64Array, q: number): number => y[atDelta + q] + y[atPhiE + 1 + P + q]
  const fluxes = (y: Float64Array, f: number): number[] => {
    const [cl, cr] = [concentration(y, f), concentration(y, f + 1)]
    const w = after[f] / (after[f] + before[f + 1])
    const c = Float64Array.from(cl, (v, k) => v + w * (cr[k] - v))
    const dc = cr.map((v, k) => v - cl[k])
    const dphi = y[atPhiE + f + 1] - y[atPhiE + f]
    const N = Array(K).fill(0) as number[]
    const force = (
      where: ArrayLike<number>,
      weight: number,
      ofDiffusion: (l: number) => number,
      dphi: number,
    ): void => {
      const here = Float64Array.from(where)
      const L = electrolyte.onsager(here, T, new Float64Array(K * K))
      const byC = electrolyte.lnActivityJacobian(here, T, new Float64Array(K * K))
      for (let k = 0; k < K; k++)
        for (let l = 0; l < K; l++) {
          let gradient = z[l] * F * dphi
          for (let m = 0; m < K; m++) gradient += R * T * byC[l * K + m] * ofDiffusion(m)
          N[k] -= (weight * L[k * K + l] * gradient) / (after[f] + before[f + 1])
        }
    }
    // Diffusion with Simpson's mean of the coefficients between the points, migration with those at the face.
    force(cl, 1 / 6, m => dc[m], 0)
    force(c, 4 / 6, m => dc[m], 0)
    force(cr, 1 / 6, m => dc[m], 0)
    force(c, 1, () => 0, dphi)
    return N
  }

  const residual = (_t: number, y: Float64Array, yp: Float64Array, out: Float64Array): boolean => {
    const N = Array.from({ length: M - 1 }, (_, f) => fluxes(y, f))
    const iS = Array.from({ length: P + 1 }, (_, q) =>
      q === 0 ? 0 : q === P ? current : (-cathode.conductivity * (phiS(y, q) - phiS(y, q - 1))) / solidDistance[q],
    )
    // Particles and reactions.
    for (let q = 0; q < P; q++) {
      const p = 1 + P + q
      const c = concentration(y, p)
      const lnA = lnActivity(c)
      let inner = Array(n).fill(0) as number[]
      for (let s = 0; s < S; s++) {
        const [a, b] = [content(y, q, s), content(y, q, s + 1)]
        const middle = a.map((v, i) => 0.5 * (v + b[i]))
        const L = host.transport.onsager(middle, T)
        const theta = host.thermodynamics.potentialJacobian(middle, T)
        const outer = a.map((_, i) => {
          let J = 0
          for (let l = 0; l < n; l++)
            for (let m = 0; m < n; m++) J -= (L[i * n + l] * theta[l * n + m] * (b[m] - a[m])) / shell.distance[s]
          return J * host.molarVolume * shell.area[s]
        })
        for (let i = 0; i < n; i++) {
          const row = (q * (S + 1) + s) * n + i
          out[row] = shell.volume[s] * yp[row] + outer[i] - inner[i]
        }
        inner = outer
      }
      const surface = content(y, q, S)
      const mu = host.thermodynamics.potential(surface, T)
      const exchange = host.kinetics.exchangeCurrent(surface, mu, T)
      let total = 0
      for (let i = 0; i < n; i++) total += y[atJ + q * n + i]
      const drop = y[atDelta + q]
      for (let i = 0; i < n; i++) {
        const zF = z[carrier[i]] * F
        const U = electrolyte.standardPotential[host.carriers[i].symbol] - mu[i] / zF + ((R * T) / zF) * lnA[carrier[i]]
        const eta = drop - U - cathode.filmResistance * total
        const j0 = exchange[i] * Math.exp(host.kinetics.electrolyteOrder[i] * lnA[carrier[i]])
        const j = y[atJ + q * n + i]
        const h = (zF * eta) / (R * T)
        out[atJ + q * n + i] =
          j - j0 * (Math.exp(host.kinetics.alphaAnodic[i] * h) - Math.exp(-host.kinetics.alphaCathodic[i] * h))
        const row = (q * (S + 1) + S) * n + i
        out[row] = surfaceVolume * yp[row] - inner[i] + (host.molarVolume * j) / zF
      }
      const capacitive = cathode.doubleLayer * yp[atDelta + q]
      out[atDelta + q] = iS[q + 1] - iS[q] + cathode.areaDensity * width[p] * (total + capacitive)
    }
    // Metals.
    const lnFace = lnActivity(concentration(y, 0))
    const jMetal = metals.map((m, i) => {
      const left = y[atMetal + i] / (y[atMetal + i] + m.monolayer)
      const h = (m.carrier.charge * F * (-y[atPhiE] - electrolyte.standardPotential[m.carrier.symbol])) / (R * T)
      const plated = Math.exp(-m.alphaCathodic * h + lnFace[metalAt[i]])
      const j = m.exchangeCurrent * (left * Math.exp(m.alphaAnodic * h) - plated)
      out[atMetal + i] = yp[atMetal + i] + j / (m.carrier.charge * F)
      return j
    })
    // Species and charge of every point.
    for (let p = 0; p < M; p++) {
      const source = Array(K).fill(0) as number[]
      if (p === 0) for (let i = 0; i < metals.length; i++) source[metalAt[i]] += jMetal[i] / (z[metalAt[i]] * F)
      if (p > P) {
        const q = p - P - 1
        const area = cathode.areaDensity * width[p]
        for (let i = 0; i < n; i++) source[carrier[i]] += (area * y[atJ + q * n + i]) / (z[carrier[i]] * F)
        const capacitive = cathode.doubleLayer * yp[atDelta + q]
        for (let k = 0; k < K; k++) source[k] += (area * share[k] * capacitive) / (z[k] * F)
      }
      let charge = 0
      for (let k = 0; k < K; k++) {
        const net = (p < M - 1 ? N[p][k] : 0) - (p > 0 ? N[p - 1][k] : 0) - source[k]
        charge += z[k] * net
        const i = kept.indexOf(k)
        if (i >= 0) out[atC + p * (K - 1) + i] = volume[p] * yp[atC + p * (K - 1) + i] + net
      }
      out[atPhiE + p] = F * charge
    }
    return out.every(Number.isFinite)
  }

  const differential = new Uint8Array(size)
  const scale = new Float64Array(size).fill(1)
  for (let q = 0; q < P; q++)
    for (let k = 0; k < (surfaceVolume > 0 ? S + 1 : S) * n; k++) differential[q * (S + 1) * n + k] = 1
  for (let p = 0; p < M; p++) if (volume[p] > 0) differential.fill(1, atC + p * (K - 1), atC + (p + 1) * (K - 1))
  scale.fill(0.01 * Math.max(...c0), atC, atPhiE)
  if (cathode.doubleLayer > 0) differential.fill(1, atDelta, atMetal)
  differential.fill(1, atMetal)
  return {
    dae: denseDae({ size, differential, scale, residual }),
    start(phiE, delta) {
      const y = new Float64Array(size)
      for (let q = 0; q < P; q++)
        for (let s = 0; s <= S; s++)
          host.carriers.forEach((one, i) => {
            y[(q * (S + 1) + s) * n + i] = cathode.amount[one.symbol] ?? 0
          })
      for (let p = 0; p < M; p++) {
        kept.forEach((k, i) => {
          y[atC + p * (K - 1) + i] = c0[k]
        })
        y[atPhiE + p] = phiE
      }
      y.fill(delta, atDelta, atMetal)
      metals.forEach((m, i) => {
        y[atMetal + i] = anode.amount[m.carrier.symbol] ?? 0
      })
      return y
    },
    voltage: y => phiS(y, P - 1) - current * terminal,
    concentration,
    content,
    metal: y => [...y.slice(atMetal)],
  }
}
