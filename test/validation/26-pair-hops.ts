import { against, pairHopCases } from '../lattice/pair-hop-cases.ts'
import { tinyLattice } from '../lattice/tiny.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Pair hops against the exact master equation'
export const claim =
  'With hops of two ions at once, one behind the other or side by side, the Onsager matrix and the tracer diffusivities are those of the exact master equation of the same cluster.'
export const source =
  'derived: generator of the master equation, second-order perturbation, for every state of 3 × 4 sites'
export const equation = `
⟨R_i·R_j⟩/(2 d t) = (1/2d) Σ_s π_s Σ_s′ k_s→s′ (ΔR_i + Δχ_i)·(ΔR_j + Δχ_j),   Qχ_i = −v_i`
export const why =
  'Rows are kinetic Monte Carlo over the exact value, tolerances three standard errors, of 150 000 events each. A pair event that is listed twice with its reverse, that lacks its reverse, that needs the leader’s site empty, a ΔE that counts the pair’s own energy twice or a displacement of one ion only shows in L_AB first.'

export const run = (): readonly ValidationRow[] =>
  pairHopCases
    .filter(({ name }) =>
      /^(no pairs|follow 10|together 1, interacting, barriers by surroundings|together 10)$/.test(name),
    )
    .flatMap(({ name, options }, k) =>
      against({ name, lattice: tinyLattice(options), size: [3, 4, 1], numbers: [2, 2], events: 150_000, seed: 40 + k }),
    )
    .map(({ what, got, error, exact }) => ({
      quantity: what,
      theory: 1,
      dualion: got / exact,
      tolerance: Number(((3 * error) / exact).toPrecision(2)),
      absolute: true,
    }))
