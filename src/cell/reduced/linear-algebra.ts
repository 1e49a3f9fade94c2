import { blockTridiagonal } from '../../math/block-tridiagonal.ts'
import { factorDense, solveDense } from '../../math/dense-lu.ts'
import type { Dae } from '../../solve/dae.ts'
import { F } from '../../units.ts'
import { controlSlopes } from '../control.ts'
import { condensedMetal } from '../metal-condensed.ts'
import type { At, Control } from '../model.ts'
import { loadConcentrations } from '../parts.ts'
import type { PointFields } from '../surface-reactions.ts'
import type { ReducedParts } from './parts.ts'
import { reactionShare } from './reaction-share.ts'
import type { ReducedVoltage } from './voltage.ts'

/** Step for the derivative of the residual by temperature [K]. */
const temperatureStep = 1e-3

/**
 * Linear algebra of the reduced models: particles condense into their surface and electrode, a planar metal into the first
 * electrolyte cell; the electrolyte is block tridiagonal of width K; and a small dense border couples it to what belongs
 * to a whole electrode:
 *
 *   A u + Σ_q b_q β_q = r,      β = (even part of j_i of each electrode, Δ̄ of each electrode, c̄_i and p_i of its scarce ions, I)
 *
 * with u = A⁻¹r − Σ_q X_q β_q put into the border's own rows: dj_i = effective·(dc, dΔ̄) + drive, a ℓ Σ dj ∓ dI, control.
 * Here j_i = even_i·Σ_q w_q local_q(c), see reaction-share.ts.
 */
export const reducedLinearAlgebra = (
  parts: ReducedParts,
  voltage: ReducedVoltage,
  o: {
    residual: Dae['residual']
    temperatureOf(y: Float64Array): number
    views: readonly PointFields[]
    observe(t: number, y: Float64Array): At
    /** Makes the views look at y. */
    hold(y: Float64Array): void
    control: Control
  },
): Pick<Dae, 'jacobian' | 'factor' | 'solve'> => {
  const { full, layout, points, flux, electrodes } = parts
  const { cell, K, z, metal, metalLayer } = full
  const { fields: base, phiE, size } = layout
  const { count } = points
  const last = K - 1
  const b = K
  const bb = b * b
  const thermal = layout.temperature >= 0
  const matrix = blockTridiagonal(count, b)
  const fixedDiagonal = new Float64Array(count * bb)
  const condensed = metal ? condensedMetal(metal, K, z, full.metalSpecies) : undefined
  const metalState = new Float64Array(metal?.states ?? 0)
  const leftForMetal = new Float64Array(metal?.metals ?? 0)
  const c = new Float64Array(K)
  const byTemperature = new Float64Array(thermal ? size : 0)
  const shifted = new Float64Array(thermal ? size : 0)
  const slopes = { byVoltage: 0, byCurrent: 1 }
  let lastAlpha = 1

  // Border unknowns: the first j of each electrode, then every Δ̄, c̄ and p of each carrier, then I.
  const firstCurrent = electrodes.map((_, e) => electrodes.slice(0, e).reduce((sum, x) => sum + x.electrode.n, 0))
  const carriers = electrodes.reduce((sum, { electrode }) => sum + electrode.n, 0)
  const ofDelta = carriers
  const ofMean = carriers + electrodes.length
  const ofPresent = ofMean + (count > 1 ? carriers : 0)
  const ofCurrent = ofPresent + (count > 1 ? carriers : 0)
  const border = ofCurrent + 1
  const dense = new Float64Array(border * border)
  const pivot = new Int32Array(border)
  const beta = new Float64Array(border)
  const length = count * b
  /** X_q = A⁻¹ b_q of every border unknown that the electrolyte feels: all but I, [ofCurrent, length]. */
  const response = new Float64Array(ofCurrent * length)
  const felt = new Uint8Array(ofCurrent)
  /** b_q in the rows of the metals' ions at the metal, [ofCurrent, metals]. */
  const atMetal = new Float64Array(ofCurrent * leftForMetal.length)
  // Shares at the state of the Jacobian: those of the residual move on.
  const shares = electrodes.map(({ species, weight }) => reactionShare(cell.electrolyte, species, weight))
  // Increments as an electrode's expansion reads them: c of its cells, a gap, Δ̄.
  const increments = electrodes.map(({ count: cells }) => new Float64Array(cells * last + 2))

  const jacobian: Dae['jacobian'] = (t, y, yp) => {
    const T = o.temperatureOf(y)
    o.hold(y)
    if (!(T > 0) || !flux.linearise(y, T)) return false
    for (let e = 0; e < electrodes.length; e++) if (!electrodes[e].electrode.jacobian(y, T, o.views[e])) return false
    const { lower, upper } = matrix
    fixedDiagonal.fill(0)
    lower.fill(0)
    upper.fill(0)
    for (let f = 0; f < count - 1; f++)
      for (let im = 0; im < bb; im++) {
        const before = flux.before[f * bb + im]
        const after = flux.after[f * bb + im]
        fixedDiagonal[f * bb + im] += before
        upper[f * bb + im] += after
        lower[(f + 1) * bb + im] -= before
        fixedDiagonal[(f + 1) * bb + im] -= after
      }
    if (metal) {
      for (let l = 0; l < metalState.length; l++) metalState[l] = y[layout.metal + l]
      loadConcentrations(y, base, z, c)
      metal.linearise(metalState, c, y[base + phiE], T)
      condensed!.free(upper, 0, b)
    } else {
      for (let m = 0; m < b; m++) fixedDiagonal[phiE * b + m] = upper[phiE * b + m] = 0
      fixedDiagonal[phiE * b + phiE] = 1
    }
    // What shifts of a reaction from cell to cell do to the rows of that cell, at a fixed even part.
    for (let e = 0; e < electrodes.length; e++) {
      const { first, count: cells, weight, surface, species, electrode } = electrodes[e]
      const share = shares[e]
      if (!share.evaluate(y, base + first * b, b, electrode.reaction.j)) return false
      for (let i = 0; i < electrode.n; i++)
        for (let q = 0; q < cells; q++) {
          const k = species[i]
          const slope = surface * weight[q] * share.even[i] * share.slope[i * cells + q]
          if (slope === 0) continue
          const at = (first + q) * bb + k
          fixedDiagonal[at + k * b] -= slope / (z[k] * F)
          if (metal || first + q > 0) fixedDiagonal[at + phiE * b] -= slope
        }
    }
    controlSlopes(o.control, o.observe(t, y), cell.nominalCapacity, slopes)
    voltage.linearise(y, T)
    if (thermal) {
      o.residual(t, y, yp, byTemperature)
      y[layout.temperature] = T + temperatureStep
      o.residual(t, y, yp, shifted)
      y[layout.temperature] = T
      for (let i = 0; i < size; i++) byTemperature[i] = (shifted[i] - byTemperature[i]) / temperatureStep
    }
    return true
  }

  /** Column of a border unknown in the electrolyte's rows, solved: what one j_i, c̄_i, p_i (per·parts of each cell) or one Δ̄ does to all cells. */
  const respond = (q: number, e: number, i: number, parts: Float64Array, per: number, capacitance = 0): void => {
    const { first, count: cells, weight, surface, species } = electrodes[e]
    const start = q * length
    response.fill(0, start, start + length)
    for (let cell = 0; cell < cells; cell++) {
      const row = start + (first + cell) * b
      const area = surface * weight[cell]
      let sum = 0
      if (capacitance > 0)
        for (let k = 0; k < K; k++) {
          const part = area * capacitance * full.capacitiveShare[k]
          if (k < last) response[row + k] -= part / (z[k] * F)
          sum += part
        }
      else {
        sum = area * per * parts[i * cells + cell]
        if (species[i] < last) response[row + species[i]] -= sum / (z[species[i]] * F)
      }
      if (metal || first + cell > 0) response[row + phiE] -= sum
    }
    for (let m = 0; m < leftForMetal.length; m++)
      atMetal[q * leftForMetal.length + m] = response[start + full.metalSpecies[m]]
    condensed?.free(response, start, 1)
    matrix.solve(response, start)
    felt[q] = 1
  }

  const factor: Dae['factor'] = alpha => {
    lastAlpha = alpha
    const { diagonal } = matrix
    diagonal.set(fixedDiagonal)
    for (let p = 0; p < count; p++)
      for (let k = 0; k < last; k++) diagonal[p * bb + k * b + k] += alpha * points.volume[p]
    if (metalLayer) for (let f = 0; f < K; f++) diagonal[f * b + phiE] += alpha * metalLayer[f]
    condensed?.free(diagonal, 0, b)
    if (condensed && !condensed.factor(alpha, diagonal, b)) return false
    if (!matrix.factor()) return false
    felt.fill(0)
    for (let e = 0; e < electrodes.length; e++) {
      const { electrode } = electrodes[e]
      if (!electrode.factor(alpha)) return false
      const { local, even, byMean, byPresent, blurs } = shares[e]
      for (let i = 0; i < electrode.n; i++) {
        const q = firstCurrent[e] + i
        respond(q, e, i, local, 1)
        if (count === 1 || blurs[i] === 0) continue
        respond(ofMean + q, e, i, byMean, even[i])
        respond(ofPresent + q, e, i, byPresent, even[i])
      }
      const capacitance = alpha * electrode.spec.doubleLayer
      if (capacitance > 0) respond(ofDelta + e, e, 0, local, 0, capacitance)
    }
    return factorBorder(alpha)
  }

  /** effective·(c of the electrode's cells) of ion i, c the fields at r[start …]. */
  const ofConcentrations = (e: number, i: number, r: Float64Array, start: number): number => {
    const { electrode, first, count: cells } = electrodes[e]
    const { effective } = electrode
    let at = i * (cells * last + 1)
    let sum = 0
    for (let q = 0; q < cells; q++) {
      const row = start + (first + q) * b
      for (let m = 0; m < last; m++) sum += effective[at++] * r[row + m]
    }
    return sum
  }

  /** What the same does to j_i through the shares, at a fixed even part. */
  const ofShares = (e: number, i: number, r: Float64Array, start: number): number => {
    const { first, count: cells, weight, species } = electrodes[e]
    const share = shares[e]
    if (cells === 1) return 0
    let sum = 0
    for (let q = 0; q < cells; q++)
      sum += weight[q] * share.slope[i * cells + q] * r[start + (first + q) * b + species[i]]
    return share.even[i] * sum
  }

  /** Σ_q of weights [n, cells] or [cells] times c of ion i in the fields at r[start …]. */
  const ofIon = (e: number, i: number, weights: Float64Array, from: number, r: Float64Array, start: number): number => {
    const { first, count: cells, species } = electrodes[e]
    let sum = 0
    for (let q = 0; q < cells; q++) sum += weights[from + q] * r[start + (first + q) * b + species[i]]
    return sum
  }
  /** Σ_q w_q parts_q of ion i. */
  const wholeOf = (e: number, i: number, parts: Float64Array): number => {
    const { count: cells, weight } = electrodes[e]
    let sum = 0
    for (let q = 0; q < cells; q++) sum += weight[q] * parts[i * cells + q]
    return sum
  }

  /** Rows of c̄_i and p_i, and what they do to j_i. */
  const borderOfMeans = (e: number, i: number): void => {
    const { weight, count: cells, surface } = electrodes[e]
    const { byMean, byPresent, presence, even, blurs } = shares[e]
    const current = firstCurrent[e] + i
    const mean = ofMean + current
    const present = ofPresent + current
    dense[mean * border + mean] = 1
    dense[present * border + present] = 1
    if (blurs[i] === 0) return
    for (let q = 0; q < ofCurrent; q++)
      if (felt[q] === 1) {
        dense[mean * border + q] += ofIon(e, i, weight, 0, response, q * length)
        dense[present * border + q] += ofIon(e, i, presence, i * cells, response, q * length)
      }
    const moved = even[i] * wholeOf(e, i, byMean)
    const movedByPresent = even[i] * wholeOf(e, i, byPresent)
    dense[current * border + mean] += moved
    dense[current * border + present] += movedByPresent
    dense[(ofDelta + e) * border + mean] += surface * moved
    dense[(ofDelta + e) * border + present] += surface * movedByPresent
  }

  const factorBorder = (alpha: number): boolean => {
    dense.fill(0)
    for (let e = 0; e < electrodes.length; e++) {
      const { electrode, count: cells, surface, sign } = electrodes[e]
      const share = shares[e]
      const rowOfDelta = (ofDelta + e) * border
      for (let i = 0; i < electrode.n; i++) {
        const row = (firstCurrent[e] + i) * border
        dense[row + firstCurrent[e] + i] += share.whole[i]
        dense[row + ofDelta + e] -= electrode.effective[i * (cells * last + 1) + cells * last]
        for (let q = 0; q < ofCurrent; q++)
          if (felt[q] === 1) {
            const shifted = ofShares(e, i, response, q * length)
            dense[row + q] += ofConcentrations(e, i, response, q * length) - shifted
            dense[rowOfDelta + q] -= surface * shifted
          }
        dense[rowOfDelta + firstCurrent[e] + i] += surface * share.whole[i]
        if (count > 1) borderOfMeans(e, i)
      }
      dense[rowOfDelta + ofDelta + e] += surface * alpha * electrode.spec.doubleLayer
      dense[rowOfDelta + ofCurrent] = -sign
      dense[ofCurrent * border + ofDelta + e] = slopes.byVoltage * voltage.byDelta[e]
    }
    const row = ofCurrent * border
    for (let q = 0; q < ofCurrent; q++)
      if (felt[q] === 1) dense[row + q] -= slopes.byVoltage * voltage.ofFields(response, q * length)
    dense[row + ofCurrent] = slopes.byVoltage * voltage.slope() + slopes.byCurrent * cell.area
    return factorDense(dense, border, pivot)
  }

  /** Row of ion k of the first cell, but for metal and border, times the fields' increments at r[base …]. */
  const withoutMetal = (r: Float64Array, k: number): number => {
    let sum = lastAlpha * points.volume[0] * r[base + k]
    if (metalLayer) sum += lastAlpha * metalLayer[k] * r[base + phiE]
    for (let f = 0; f < b; f++) {
      sum += fixedDiagonal[k * b + f] * r[base + f]
      if (count > 1) sum += matrix.upper[k * b + f] * r[base + b + f]
    }
    return sum
  }

  const solve: Dae['solve'] = rhs => {
    if (thermal) {
      const { heatCapacity, coolingConductance } = cell.thermal!
      const dT = rhs[layout.temperature] / (lastAlpha * heatCapacity + coolingConductance)
      for (let i = 0; i < size; i++) rhs[i] -= byTemperature[i] * dT
      rhs[layout.temperature] = dT
    }
    for (const { electrode } of electrodes) electrode.reduce(rhs)
    for (let m = 0; m < leftForMetal.length; m++) leftForMetal[m] = rhs[base + full.metalSpecies[m]]
    condensed?.free(rhs, base, 1)
    condensed?.reduce(rhs, layout.metal, base)
    matrix.solve(rhs, base)
    for (let e = 0; e < electrodes.length; e++) {
      const { electrode, delta, surface, weight, count: cells } = electrodes[e]
      beta[ofDelta + e] = rhs[delta]
      for (let i = 0; i < electrode.n; i++) {
        const shifted = ofShares(e, i, rhs, base)
        beta[firstCurrent[e] + i] = electrode.drive[i] + ofConcentrations(e, i, rhs, base) - shifted
        beta[ofDelta + e] -= surface * shifted
        if (count === 1) continue
        const { presence, blurs } = shares[e]
        const blurred = blurs[i] === 1
        beta[ofMean + firstCurrent[e] + i] = blurred ? ofIon(e, i, weight, 0, rhs, base) : 0
        beta[ofPresent + firstCurrent[e] + i] = blurred ? ofIon(e, i, presence, i * cells, rhs, base) : 0
      }
    }
    beta[ofCurrent] = rhs[layout.current] - slopes.byVoltage * voltage.ofFields(rhs, base)
    solveDense(dense, border, pivot, beta)
    for (let q = 0; q < ofCurrent; q++) {
      if (felt[q] === 0) continue
      const value = beta[q]
      for (let i = 0, at = q * length; i < length; i++, at++) rhs[base + i] -= response[at] * value
      for (let m = 0; m < leftForMetal.length; m++) leftForMetal[m] -= atMetal[q * leftForMetal.length + m] * value
    }
    for (let m = 0; m < leftForMetal.length; m++) leftForMetal[m] -= withoutMetal(rhs, full.metalSpecies[m])
    condensed?.expand(rhs, layout.metal, base, leftForMetal)
    for (let e = 0; e < electrodes.length; e++) {
      const { electrode, first, count: cells, delta } = electrodes[e]
      const moved = increments[e]
      for (let q = 0; q < cells; q++)
        for (let m = 0; m < last; m++) moved[q * last + m] = rhs[base + (first + q) * b + m]
      moved[cells * last + 1] = rhs[delta] = beta[ofDelta + e]
      electrode.expand(rhs, cells * last + 1, 0, 0, moved)
    }
    rhs[layout.current] = beta[ofCurrent]
    rhs[layout.charge] = (rhs[layout.charge] + beta[ofCurrent]) / lastAlpha
  }

  return { jacobian, factor, solve }
}
