/** Exact thermodynamics of small supercells by going through every occupation. */
import type { Lattice } from '../../src/lattice/lattice.ts'
import { type LatticeSupercell, siteAt } from '../../src/lattice/supercell.ts'
import { erfc } from '../../src/math/erfc.ts'
import { kBeV } from '../../src/units.ts'

/** Sites and clusters of H as defined, word by word [eV]. */
export const energyNaive = (lattice: Lattice, run: LatticeSupercell, sigma: ArrayLike<number>): number => {
  const n = lattice.carriers.length
  let total = 0
  for (let cell = 0; cell < run.cells; cell++) {
    for (let u = 0; u < run.perCell; u++) {
      const a = sigma[cell * run.perCell + u]
      if (a > 0) total += lattice.siteEnergy[u * n + a - 1]
    }
    for (const { places, energy } of lattice.clusters) {
      const states = places.map(place => siteAt(run, cell, place)).map(s => (s < 0 ? 0 : sigma[s]))
      if (states.every(a => a > 0)) total += energy[states.reduce((index, a) => index * n + a - 1, 0)]
    }
  }
  return total
}

const meanFieldNaive = (lattice: Lattice, N: number, counts: ArrayLike<number>): number =>
  lattice.meanField.reduce((total, { weights, coefficients }) => {
    const content = weights.reduce((sum, w, i) => sum + (w * counts[i]) / N, 0)
    return total + N * coefficients.reduce((sum, c, p) => sum + c * content ** p, 0)
  }, 0)

/** Every allowed occupation: H [eV], counts, and filled sites by sublattice and carrier. */
export type Enumeration = {
  readonly lattice: Lattice
  readonly run: LatticeSupercell
  readonly energy: Float64Array
  readonly counts: readonly Int32Array[]
  readonly occupancy: readonly Int32Array[]
}

export const enumerate = (lattice: Lattice, run: LatticeSupercell): Enumeration => {
  const n = lattice.carriers.length
  const states = n + 1
  const energy: number[] = []
  const counts: Int32Array[] = []
  const occupancy: Int32Array[] = []
  const sigma = new Uint8Array(run.sites)
  for (let code = 0; code < states ** run.sites; code++) {
    const N = new Int32Array(n)
    const load = new Float64Array(lattice.limits.length * run.cells)
    const filled = new Int32Array(lattice.sublattices.length * n)
    for (let s = 0, rest = code; s < run.sites; s++, rest = Math.floor(rest / states)) {
      const a = rest % states
      sigma[s] = a
      if (a === 0) continue
      N[a - 1]++
      filled[lattice.sites[s % run.perCell].sublattice * n + a - 1]++
      for (const [l, { weights }] of lattice.limits.entries())
        load[l * run.cells + Math.floor(s / run.perCell)] += weights[a - 1]
    }
    const broken = lattice.limits.some(({ max, per }, l) => {
      const cells = load.subarray(l * run.cells, (l + 1) * run.cells)
      if (per === 'cell') return cells.some(sum => sum > max + 1e-9)
      return cells.reduce((a, b) => a + b, 0) > max * run.formulaUnits + 1e-9
    })
    if (broken) continue
    const E = energyNaive(lattice, run, sigma)
    if (E === Infinity) continue
    energy.push(E + meanFieldNaive(lattice, run.formulaUnits, N))
    counts.push(N)
    occupancy.push(filled)
  }
  return { lattice, run, energy: Float64Array.from(energy), counts, occupancy }
}

export type Exact = {
  readonly amount: number[]
  readonly energy: number
  readonly occupancy: number[]
  /** Of the open carriers, in their order. */
  readonly theta: number[][]
  readonly partialEntropy: number[]
  readonly lnZ: number
}

/** Averages over exp(−(H − Σ μ_i N_i)/k_BT) of the states that `allowed` lets in; the carriers `open` fluctuate. */
export const exactAverages = (
  all: Enumeration,
  o: {
    readonly temperature: number
    readonly mu: readonly number[]
    readonly open: readonly number[]
    readonly allowed?: (counts: Int32Array) => boolean
  },
): Exact => {
  const { run, lattice } = all
  const kT = kBeV * o.temperature
  const n = lattice.carriers.length
  const N = run.formulaUnits
  const chosen = Array.from(all.energy.keys()).filter(k => o.allowed?.(all.counts[k]) ?? true)
  const exponent = chosen.map(k => -(all.energy[k] - all.counts[k].reduce((sum, c, i) => sum + c * o.mu[i], 0)) / kT)
  const top = Math.max(...exponent)
  const weight = exponent.map(x => Math.exp(x - top))
  const Z = weight.reduce((a, b) => a + b, 0)
  const mean = (f: (k: number) => number) => chosen.reduce((sum, k, at) => sum + weight[at] * f(k), 0) / Z
  const counts = Array.from({ length: n }, (_, i) => mean(k => all.counts[k][i]))
  const H = mean(k => all.energy[k])
  const C = o.open.map(i => o.open.map(j => mean(k => (all.counts[k][i] - counts[i]) * (all.counts[k][j] - counts[j]))))
  const inverse = inverted(C)
  const E = o.open.map(i => mean(k => (all.energy[k] - H) * (all.counts[k][i] - counts[i])))
  const sublatticeSites = lattice.sublattices.map(
    (_, g) => run.cells * lattice.sites.filter(site => site.sublattice === g).length,
  )
  return {
    amount: counts.map(c => c / N),
    energy: H / N,
    occupancy: Array.from(
      { length: lattice.sublattices.length * n },
      (_, g) => mean(k => all.occupancy[k][g]) / sublatticeSites[Math.floor(g / n)],
    ),
    theta: inverse.map(row => row.map(c => N * kT * c)),
    partialEntropy: o.open.map(
      (i, p) => (E.reduce((sum, e, q) => sum + e * inverse[q][p], 0) - o.mu[i]) / o.temperature,
    ),
    lnZ: Math.log(Z) + top,
  }
}

const inverted = (C: number[][]): number[][] => {
  if (C.length === 0) return []
  if (C.length === 1) return [[1 / C[0][0]]]
  const [[a, b], [c, d]] = C
  const D = a * d - b * c
  return [
    [d / D, -b / D],
    [-c / D, a / D],
  ]
}

/** Two-sided p of a normal z. */
export const pOf = (z: number): number => erfc(Math.abs(z) / Math.SQRT2)

/** The p by Holm's rule of the worst of a family of z: what must not fall under the level of the whole family. */
export const holm = (z: readonly number[]): number => Math.min(1, z.length * Math.min(...z.map(pOf)))
