import { rich, slabAgainst } from '../lattice/slab-cases.ts'
import type { ValidationRow } from './case.ts'

export const title = 'A slab with a reservoir: kinetic is equilibrium, and every rate is its own'
export const claim =
  'Two interacting ions, pair hops, strain by depth and barriers that see what is near: a slab held at a potential fills its layers as Boltzmann says, and ions pass its face and hop as often as the exact master equation says.'
export const source = 'derived: all states of 2 × 3 sites, the first layer open to a reservoir'
export const equation = `
k_ins = k⁰ exp(−(ΔE − μ)/2kT),   k_rem = k⁰ exp(+(ΔE − μ)/2kT),   μ_i = μ_i° − z_i φ + kT ln a_i
H_mf = U Σ_l h(n̄_l),   π_s ∝ exp(−(H − Σ μ_i N_i)/kT)`
export const why =
  'Rows are the run over the exact value, 20 blocks of 150 s, tolerances three standard errors. A rate without its reverse, a mean-field energy that a hop between layers forgets, a bound on a rate that is passed unseen, a face that counts a site twice or μ with the wrong charge number moves contents or rates by tens of per cent.'

export const run = (): readonly ValidationRow[] =>
  slabAgainst({ lattice: rich(), potential: -0.02, blocks: 20, time: 150 }).map(({ what, got, error, exact }) => ({
    quantity: what,
    theory: 1,
    dualion: got / exact,
    tolerance: Number(((3 * error) / exact).toPrecision(2)),
    absolute: true,
  }))
