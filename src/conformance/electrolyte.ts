import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { netCharge } from '../electrolyte/electrolyte.ts'
import { isSourced } from '../references.ts'
import { F, R, roomTemperature } from '../units.ts'
import { type Check, spread, within } from './check.ts'

/** Compositions tried, each cation between 5 % and 150 % of the fresh bath. */
const samples = 30

/**
 * The laws every electrolyte must obey: electroneutral when fresh, cations before anions, 𝓛 symmetric and positive
 * semidefinite, D = RT 𝓛 ∂ln a/∂c, s = F 𝓛 z, κ > 0, ∂ln a/∂c the derivative of ln a along electroneutral changes,
 * finite coefficients in a depleted solution, a standard potential for no one but its cations, every number sourced.
 */
export const checkElectrolyte = (e: Electrolyte): readonly Check[] => {
  const K = e.species.length
  const T = roomTemperature
  const z = e.species.map(s => s.charge)
  const total = e.concentration.reduce((sum, c, k) => sum + Math.abs(z[k]) * c, 0)
  const order = e.species.filter((s, k) => k > 0 && s.charge > 0 && z[k - 1] < 0).length
  const strangers = Object.keys(e.standardPotential).filter(m => !e.species.some(s => s.name === m && s.charge > 0))
  const unsourced = Object.values(e.sources).filter(text => !isSourced(text))
  const worst = { symmetry: 0, definite: 0, D: 0, s: 0, kappa: 0, activity: 0, plain: 0, alone: 0 }
  for (const point of spread(K - 1, samples)) {
    // Scale all but the last species, which closes the charge; skip the few that would need it negative.
    const c = Float64Array.from(e.concentration, (v, k) => (k < K - 1 ? v * (0.05 + 1.45 * point[k]) : 0))
    c[K - 1] = -netCharge(e.species.slice(0, -1), c) / z[K - 1]
    if (c[K - 1] > 0) inspect(e, c, T, worst)
  }
  const depleted = { D: new Float64Array(K * K), s: new Float64Array(K) }
  e.flux(new Float64Array(K), T, depleted.D, depleted.s)
  return [
    within('electroneutral when fresh', netCharge(e.species, e.concentration) / total, 1e-12),
    within('cations before anions', order, 0),
    within('standard potentials name cations of the bath', strangers.length, 0, strangers[0]),
    within('𝓛 symmetric', worst.symmetry, 1e-12),
    within('𝓛 positive semidefinite', worst.definite, 1e-12),
    within('D = RT 𝓛 ∂ln a/∂c', worst.D, 1e-10),
    within('s = F 𝓛 z', worst.s, 1e-10),
    within('κ > 0', worst.kappa, 0),
    // Central difference of relative step 1e-5.
    within('∂ln a/∂c is the derivative of ln a', worst.activity, 1e-8),
    within('a is exp ln a', worst.plain, 1e-13),
    within('ions that drift alone have D diagonal, and s of it', worst.alone, 1e-13),
    within('finite when depleted', [...depleted.D, ...depleted.s].filter(v => !Number.isFinite(v)).length, 0),
    within('every number has a source', unsourced.length, 0, unsourced[0]),
  ]
}

const inspect = (
  e: Electrolyte,
  c: Float64Array,
  T: number,
  worst: Record<'symmetry' | 'definite' | 'D' | 's' | 'kappa' | 'activity' | 'plain' | 'alone', number>,
): void => {
  const K = e.species.length
  const z = e.species.map(s => s.charge)
  const [D, s] = [new Float64Array(K * K), new Float64Array(K)]
  e.flux(c, T, D, s)
  const L = e.onsager(c, T, new Float64Array(K * K))
  const G = e.lnActivityJacobian(c, T, new Float64Array(K * K))
  const size = Math.max(...D.map(Math.abs))
  let kappa = 0
  for (let k = 0; k < K; k++) {
    let migration = 0
    for (let l = 0; l < K; l++) {
      const scale = Math.sqrt(L[k * K + k] * L[l * K + l])
      worst.symmetry = Math.max(worst.symmetry, Math.abs(L[k * K + l] - L[l * K + k]) / scale)
      // Every 2 × 2 minor of a positive semidefinite matrix: |𝓛_kl| ≤ √(𝓛_kk 𝓛_ll).
      worst.definite = Math.max(worst.definite, Math.abs(L[k * K + l]) / scale - 1, L[k * K + k] >= 0 ? 0 : 1)
      migration += F * L[k * K + l] * z[l]
      let sum = 0
      for (let m = 0; m < K; m++) sum += R * T * L[k * K + m] * G[m * K + l]
      worst.D = Math.max(worst.D, Math.abs(sum - D[k * K + l]) / size)
    }
    worst.s = Math.max(worst.s, Math.abs(migration - s[k]) / Math.abs(s[k]))
    kappa += F * z[k] * s[k]
  }
  if (!(kappa > 0)) worst.kappa++
  if (e.activity) {
    const [a, ln] = [new Float64Array(K), e.lnActivity(c, T, new Float64Array(K))]
    e.activity(c, T, a)
    for (let k = 0; k < K; k++) worst.plain = Math.max(worst.plain, Math.abs(a[k] / Math.exp(ln[k]) - 1))
  }
  for (let k = 0; e.constantDiffusivity && k < K; k++) {
    const drift = (z[k] * F * D[k * K + k] * c[k]) / (R * T)
    worst.alone = Math.max(worst.alone, Math.abs(drift / s[k] - 1))
    for (let m = 0; m < K; m++) if (m !== k) worst.alone = Math.max(worst.alone, Math.abs(D[k * K + m]) / size)
  }
  for (let m = 0; m < K - 1; m++) {
    // Move species m and let the last one keep the charge.
    const h = 1e-5 * c[m]
    const shifted = (sign: number) => {
      const moved = Float64Array.from(c)
      moved[m] += sign * h
      moved[K - 1] -= (sign * h * z[m]) / z[K - 1]
      return e.lnActivity(moved, T, new Float64Array(K))
    }
    const [up, down] = [shifted(1), shifted(-1)]
    for (let k = 0; k < K; k++) {
      const along = G[k * K + m] - (G[k * K + K - 1] * z[m]) / z[K - 1]
      worst.activity = Math.max(worst.activity, Math.abs((up[k] - down[k]) / (2 * h) - along) * c[m])
    }
  }
}
