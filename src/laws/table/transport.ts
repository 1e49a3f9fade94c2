import { spreadOut, stencilAt } from '../../math/tensor-spline.ts'
import { splineValues } from '../../math/tensor-spline-value.ts'
import type { Transport } from '../../scales.ts'
import { R } from '../../units.ts'
import { couplingOf } from './factor.ts'
import type { FitReport } from './report.ts'
import { freeShare, type Room, roomOf, vacancyOf, withinReach } from './room.ts'
import { rowOf } from './space.ts'
import { checkTable, type HostTable } from './table.ts'
import type { TableThermodynamics } from './thermodynamics.ts'
import { type FittedTransport, fitTransport } from './transport-fit.ts'

export type TableTransport = Transport & {
  readonly report: FitReport
  /** Standard errors of L(x, T) [mol²/(J·m·s)], [n, n], from those of the samples. */
  standardError(x: ArrayLike<number>, T: number): Float64Array
  readonly notes: readonly string[]
}

/**
 * Transport of a host from kinetic Monte Carlo samples: L = (v/RT) B diag(x_i d_i) Bᵀ (`factor.ts`), ln d_i and β_ij
 * splines in the contents and straight lines in 1/T. Symmetric and positive semidefinite everywhere. With the free energy of
 * the same host D̃ = L Θ V_m comes in closed form, the 1/x_i and 1/v of Θ cancelled by hand,
 *
 *   D̃_ik = V_m { v (δ_ik d_i + x_i κ_ik) + (x_i/RT) [d_i Q_ik + Σ_j x_j κ_ij Q_jk] }
 *   Q = v (Θ − RT diag(1/x)) = RT Σ_k m_k ωωᵀ v/(max² v_k) + v ∂²(g − g_ideal)/∂x²,   RT L_ij = v x_i (δ_ij d_i + x_j κ_ij)
 *
 * @param thermodynamics of the same table; without it the record has no `diffusivity`
 * @returns the record; no allocation when `out` is given
 * @throws SimulationError (`input`) as `checkTable`
 */
export const transportFromTable = (table: HostTable, thermodynamics?: TableThermodynamics): TableTransport => {
  checkTable(table)
  const room = roomOf(table)
  const fitted = fitTransport(table, room)
  const { n } = room
  const fill = factorAt(room, fitted)
  const d = new Float64Array(n)
  const beta = new Float64Array(n * n)
  const kappa = new Float64Array(n * n)
  const place = new Float64Array(n)
  return {
    carriers: room.carriers,
    sources: table.sources,
    report: fitted.report,
    notes: fitted.notes,
    standardError: errorsOf(room, fitted),
    ...(thermodynamics ? { diffusivity: diffusivityFrom(room, fill, thermodynamics, table.molarVolume) } : {}),
    onsager(x, T, out = new Float64Array(n * n)) {
      for (let i = 0; i < n; i++) place[i] = x[i] > 0 ? x[i] : 0
      fill(place, T, d, beta)
      couplingOf(room, place, d, beta, kappa)
      const scale = vacancyOf(room, x) / (R * T)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) out[i * n + j] = scale * (place[i] * place[j]) * kappa[i * n + j]
        out[i * n + i] += scale * place[i] * d[i]
      }
      return out
    },
  }
}

/** Fills d [n] and β [n, n] at a content and temperature. */
type Factor = (x: ArrayLike<number>, T: number, d: Float64Array, beta: Float64Array) => void

const factorAt = (room: Room, { space, powers, fields }: FittedTransport): Factor => {
  const { n } = room
  const count = fields.length
  const spline = splineValues(space)
  // All fields side by side, by power of 1/T and at the last temperature seen.
  const stored = Array.from({ length: powers.count }, (_, t) =>
    spline.stored(fields.map(({ fit }) => spreadOut(space, u => fit.coefficients[u * powers.count + t]))),
  )
  const now = new Float64Array(stored[0].length)
  const rank = Int32Array.from(fields, ({ field }) => (field.kind === 'rate' ? field.i : field.i * n + field.j))
  const isRate = Uint8Array.from(fields, ({ field }) => (field.kind === 'rate' ? 1 : 0))
  const bases = Float64Array.from(fields, f => f.base)
  const out = new Float64Array(count)
  const scratch = new Float64Array(n)
  let known = Number.NaN
  const setTemperature = (T: number): void => {
    const weights = powers.at(T)
    now.fill(0)
    for (let t = 0; t < stored.length; t++) for (let k = 0; k < now.length; k++) now[k] += weights[t] * stored[t][k]
    known = T
  }
  return (x, T, d, beta) => {
    if (T !== known) setTemperature(T)
    spline.values(now, count, withinReach(room, x, scratch), out)
    for (let f = 0; f < count; f++) {
      const value = bases[f] + out[f]
      if (isRate[f] === 1) d[rank[f]] = Math.exp(value)
      else beta[rank[f]] = value
    }
  }
}

const diffusivityFrom = (
  room: Room,
  fill: Factor,
  { excess }: TableThermodynamics,
  molarVolume: number,
): NonNullable<Transport['diffusivity']> => {
  const { n, share, vacancySites } = room
  if (n === 2 && vacancySites.length === 1) return pairDiffusivity(room, fill, excess, molarVolume)
  const d = new Float64Array(n)
  const beta = new Float64Array(n * n)
  const kappa = new Float64Array(n * n)
  const Q = new Float64Array(n * n)
  const place = new Float64Array(n)
  return (x, T, out = new Float64Array(n * n)) => {
    for (let i = 0; i < n; i++) place[i] = x[i] > 0 ? x[i] : 0
    fill(place, T, d, beta)
    couplingOf(room, place, d, beta, kappa)
    excess(x, T, Q)
    const v = vacancyOf(room, x)
    const RT = R * T
    for (let ik = 0; ik < n * n; ik++) Q[ik] *= v
    for (let k = 0; k < vacancySites.length; k++) {
      if (vacancySites[k] === 0) continue
      let others = RT * vacancySites[k]
      for (let l = 0; l < vacancySites.length; l++)
        if (l !== k && vacancySites[l] > 0) others *= Math.max(freeShare(room, l, x), 0)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) Q[i * n + j] += others * (share[k * n + i] * share[k * n + j])
    }
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        let pull = d[i] * Q[i * n + k]
        for (let j = 0; j < n; j++) pull += place[j] * kappa[i * n + j] * Q[j * n + k]
        const ideal = (i === k ? d[i] : 0) + place[i] * kappa[i * n + k]
        out[i * n + k] = molarVolume * (v * ideal + (place[i] / RT) * pull)
      }
    }
    return out
  }
}

/** The same for two carriers in one room, written out in locals: the inner loop of every Li–Mg cell. */
const pairDiffusivity = (
  { share, vacancySites, order }: Room,
  fill: Factor,
  excess: TableThermodynamics['excess'],
  molarVolume: number,
): NonNullable<Transport['diffusivity']> => {
  const [a, b] = share
  const sites = vacancySites[0]
  const limited = sites > 0 ? 1 : 0
  const first = order[0]
  const below = order[1] * 2 + first
  const d = new Float64Array(2)
  const beta = new Float64Array(4)
  const bend = new Float64Array(4)
  const place = new Float64Array(2)
  return (x, T, out = new Float64Array(4)) => {
    const x0 = x[0] > 0 ? x[0] : 0
    const x1 = x[1] > 0 ? x[1] : 0
    place[0] = x0
    place[1] = x1
    fill(place, T, d, beta)
    excess(x, T, bend)
    const free = limited === 1 ? 1 - a * x[0] - b * x[1] : 1
    const v = free > 0 ? free : 0
    const RT = R * T
    const room = RT * sites
    const Q00 = room * a * a + v * bend[0]
    const Q01 = room * a * b + v * bend[1]
    const Q11 = room * b * b + v * bend[3]
    const d0 = d[0]
    const d1 = d[1]
    // κ of the pair, and of the second carrier with itself through the first.
    const lead = first === 0 ? d0 : d1
    const slope = beta[below]
    const k01 = slope * lead
    const own = slope * k01 * (first === 0 ? x0 : x1)
    const k00 = first === 0 ? 0 : own
    const k11 = first === 0 ? own : 0
    const s0 = (molarVolume * x0) / RT
    const s1 = (molarVolume * x1) / RT
    const w = molarVolume * v
    const m0 = d0 + x0 * k00
    const m1 = d1 + x1 * k11
    out[0] = w * m0 + s0 * (m0 * Q00 + x1 * k01 * Q01)
    out[1] = w * x0 * k01 + s0 * (m0 * Q01 + x1 * k01 * Q11)
    out[2] = w * x1 * k01 + s1 * (m1 * Q01 + x0 * k01 * Q00)
    out[3] = w * m1 + s1 * (m1 * Q11 + x0 * k01 * Q01)
    return out
  }
}

/** Standard errors of L by its derivatives with respect to each field, the fields taken as independent. */
const errorsOf = (room: Room, fitted: FittedTransport): TableTransport['standardError'] => {
  const { n } = room
  const { space, powers, fields, report } = fitted
  const scatter = Math.sqrt(Math.max(1, report.reducedChiSquare))
  const fill = factorAt(room, fitted)
  const d = new Float64Array(n)
  const beta = new Float64Array(n * n)
  const kappa = new Float64Array(n * n)
  const step = 1e-4
  return (x, T) => {
    const place = Float64Array.from({ length: n }, (_, i) => Math.max(x[i], 0))
    const stencil = stencilAt(space, withinReach(room, place, new Float64Array(n)))
    const scale = vacancyOf(room, x) / (R * T)
    const onsager = (changed: number, by: number): Float64Array => {
      fill(place, T, d, beta)
      const field = fields[changed].field
      if (field.kind === 'rate') d[field.i] *= Math.exp(by)
      else beta[field.i * n + field.j] += by
      couplingOf(room, place, d, beta, kappa)
      return Float64Array.from({ length: n * n }, (_, k) => {
        const [i, j] = [Math.floor(k / n), k % n]
        return scale * place[i] * ((i === j ? d[i] : 0) + place[j] * kappa[k])
      })
    }
    const variance = new Float64Array(n * n)
    for (const [f, { fit }] of fields.entries()) {
      const row = rowOf(stencil, stencil.value, powers.at(T), 0, 1)
      const error = scatter * fit.standardError(row.unknowns, row.weights)
      const [up, down] = [onsager(f, step), onsager(f, -step)]
      for (let k = 0; k < n * n; k++) variance[k] += (((up[k] - down[k]) / (2 * step)) * error) ** 2
    }
    return variance.map(Math.sqrt)
  }
}
