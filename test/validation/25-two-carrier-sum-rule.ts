import { transport } from '../../src/lattice/kinetics/diffusion.ts'
import { kB, NA } from '../../src/units.ts'
import { temperature } from '../lattice/pair-hop-cases.ts'
import { tinyLattice } from '../lattice/tiny.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Two carriers that only block each other: the sum rule'
export const claim =
  'Without interactions the Onsager coefficients of two carriers on a simple cubic lattice obey an exact sum rule at every concentration and ratio of rates; here at ratios down to 0.1.'
export const source =
  'derived: Σ_i R_i/w_i has an instantaneous current; at fixed numbers of ions N_j N_v/(N (N − 1)) stands for c_j (1 − c)'
export const equation = `
Σ_i L_ij/w_i = (a²/kT) c_j (1 − c)`
export const why =
  'Rows are columns j of L over their exact values, tolerances three standard errors. The rule is exact for a finite lattice. Column A divides L_AB by w, hence its wide errors where B is slow; column B does not. The rule breaks with pair hops, with blocking counted twice or not at all, with windows too short for the slow ion and with amounts counted per ion.'

const compositions = [
  [0.3, 0.3, 1],
  [0.3, 0.3, 0.2],
  [0.3, 0.3, 0.1],
  [0.45, 0.45, 0.1],
] as const

export const run = (): readonly ValidationRow[] =>
  compositions.flatMap(([a, b, w], k) => {
    const lattice = tinyLattice({ shape: 'cubic', rates: [1, w], Ekra: 0.3 })
    const size = [4, 4, 4] as const
    const N = 64
    const numbers = [Math.round(a * N), Math.round(b * N)]
    const vacant = N - numbers[0] - numbers[1]
    const { L } = transport({
      lattice,
      size,
      temperature,
      amounts: numbers.map(count => count / N),
      events: 1_000_000,
      window: 4,
      seed: 20 + k,
    })
    const scale = 1e-20 / (1e-30 * kB * temperature * NA ** 2)
    return [0, 1].map(j => {
      const exact = ((numbers[j] * vacant) / (N * (N - 1))) * scale
      const sum = L[j].value + L[2 + j].value / w
      // errors of the two terms, as if they went together: at most this
      const error = L[j].error + L[2 + j].error / w
      return {
        quantity: `c_A ${numbers[0]}/64, c_B ${numbers[1]}/64, w_B/w_A ${w}: column ${'AB'[j]} over c_j (1 − c)`,
        theory: 1,
        dualion: sum / exact,
        tolerance: Number(((3 * error) / exact).toPrecision(2)),
        absolute: true,
      }
    })
  })
