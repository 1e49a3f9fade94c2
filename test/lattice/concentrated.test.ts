/** The concentrated lattice gas, one ion and two, against an independent program of random sequential updates. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Transport, transport } from '../../src/lattice/kinetics/diffusion.ts'
import { walkOf } from '../../src/lattice/kinetics/kinetic-monte-carlo.ts'
import type { Walk } from '../../src/lattice/kinetics/walk.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { kB, NA } from '../../src/units.ts'
import { meanOf } from './statistics.ts'
import { tinyLattice } from './tiny.ts'
import { holm, type Score, score } from './z-scores.ts'

const temperature = 300
const slow = process.env.DUALION_SLOW === '1'
const events = slow ? 2_000_000 : 250_000

type Size = readonly [number, number, number]
const cubic = (edge: number): Size => [edge, edge, edge]

/** L in Å²/s by site, ⟨R_i·R_j⟩/(2 d t N). */
const bySite = (t: Transport, { volume }: Lattice, k: number) => {
  const unit = (volume * 1e-30 * kB * t.temperature * NA ** 2) / 1e-20
  return { value: t.L[k].value * unit, error: t.L[k].error * unit }
}
const inAngstrom = ({ value, error }: { value: number; error: number }) => ({
  value: value * 1e20,
  error: error * 1e20,
})
const over = ({ value, error }: { value: number; error: number }, by: number) => ({
  value: value / by,
  error: error / by,
})
/** Against a number with an error of its own. */
const beside = (name: string, got: { value: number; error: number }, truth: number, own: number): Score =>
  score(name, { value: got.value, error: Math.hypot(got.error, own) }, truth)

test('correlation factors at six contents, within three standard errors of both', t => {
  // Source: computed: 24 runs of an independent C program on 30³ sites
  const told = [
    [0.1, 0.9666, 0.0035],
    [0.3, 0.9132, 0.0015],
    [0.5, 0.8457, 0.0009],
    [0.7, 0.7736, 0.0009],
    [0.9, 0.6935, 0.0008],
    [0.98, 0.6622, 0.0005],
  ]
  const lattice = tinyLattice({ shape: 'cubic', rates: [1] })
  const size = cubic(slow ? 20 : 12)
  const scores = told.flatMap(([c, f, own], k) => {
    const { f: got, Dj } = transport({
      ...{ lattice, size, temperature, events },
      ...{ amounts: [c], seed: 300 + k, sweeps: 5, window: 20 },
    })
    const sites = size[0] ** 3
    const ions = Math.round(c * sites)
    // exact: an ion has (N − n)/(N − 1) empty neighbours on the mean, and D_J no memory
    const vacancies = (sites - ions) / (sites - 1)
    return [beside(`f(${c})`, got[0], f, own), score(`D_J(${c})`, inAngstrom(Dj[0]), vacancies)]
  })
  t.diagnostic(scores.map(({ name, z }) => `${name} ${z.toFixed(2)}`).join(', '))
  holm(scores)
})

/** ⟨Δr²⟩/(6t) of each carrier over windows of t, one after the other [Å²/s]. */
const overWindows = (walk: Walk, t: number, windows: number) => {
  const found: number[][] = [[], []]
  for (let w = 0; w < windows; w++) {
    const from = walk.displacement.slice()
    walk.advance(Infinity, walk.time() + t)
    const sums = [0, 0]
    const counts = [0, 0]
    for (let i = 0; i < walk.ions; i++) {
      const a = walk.carrier[i]
      counts[a]++
      for (let d = 0; d < 3; d++) sums[a] += (walk.displacement[3 * i + d] - from[3 * i + d]) ** 2
    }
    for (const a of [0, 1]) found[a].push(sums[a] / counts[a] / 6 / t)
  }
  return found.map(meanOf)
}

test('two carriers: every L_ij and D*, within three standard errors of both', t => {
  // c_A, c_B, w_B/w_A; L_AA/c_A c_v, L_AB/c_v √(c_A c_B), L_BB/c_B c_v w; D*_A/c_v, D*_B/c_v w
  // Source: computed: four runs of an independent C program on 10³ sites; L ± 4 %, D* ± 0.3 %, over windows of 200 sweeps: an ion
  // tries one of six neighbours in a sixth of a second. D* still falls beyond (0.45, 0.45: 0.463 to 0.437), so it is taken likewise.
  const told = [
    [0.3, 0.3, 1, 0.915, 0.097, 0.902, 0.814, 0.81],
    [0.3, 0.3, 0.1, 0.814, 0.018, 0.973, 0.684, 0.904],
    [0.45, 0.45, 0.1, 0.667, 0.03, 0.951, 0.463, 0.861],
  ]
  const size = cubic(10)
  const scores = told.flatMap(([cA, cB, w, AA, AB, BB, dA, dB], k) => {
    const lattice = tinyLattice({ shape: 'cubic', rates: [1, w] })
    const found = transport({
      ...{ lattice, size, temperature, events: 2 * events },
      ...{ amounts: [cA, cB], seed: 310 + k, sweeps: 5, window: 10 },
    })
    const free = 1 - cA - cB
    const name = `${cA}, ${cB}, ${w}`
    const walk = walkOf({ lattice, size, temperature, amounts: [cA, cB], seed: 320 + k, sweeps: 5 })
    walk.advance(100_000)
    const [dTracerA, dTracerB] = overWindows(walk, 200 / 6, slow ? 800 : 200)
    // as long as the run measures, D* is lower
    for (const [a, of] of [dTracerA, dTracerB].entries()) {
      const [value, error] = [found.Dtr[a].value * 1e20, found.Dtr[a].error * 1e20]
      assert.ok(value < of.value + 3 * Math.hypot(error, of.error), `D* of ${a}, ${name}`)
    }
    return [
      beside(`L_AA ${name}`, over(bySite(found, lattice, 0), cA * free), AA, 0.04 * AA),
      beside(`L_AB ${name}`, over(bySite(found, lattice, 1), free * Math.sqrt(cA * cB)), AB, 0.04 * Math.sqrt(AA * BB)),
      beside(`L_BB ${name}`, over(bySite(found, lattice, 3), cB * free * w), BB, 0.04 * BB),
      beside(`D*_A ${name}`, over(dTracerA, free), dA, 0.003 * dA),
      beside(`D*_B ${name}`, over(dTracerB, free * w), dB, 0.003 * dB),
    ]
  })
  t.diagnostic(scores.map(({ name, z }) => `${name} ${z.toFixed(2)}`).join(', '))
  holm(scores)
  assert.ok(scores.length === 15)
})
