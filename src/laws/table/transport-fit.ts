import {
  type PenalisedFit,
  type PenalisedProblem,
  penalisedFit,
  type Row,
  type Smoothing,
} from '../../math/penalised-fit.ts'
import { type Stencil, stencilAt, type TensorSpline } from '../../math/tensor-spline.ts'
import { couplingOf, type Factorable, type Field, factorable, fieldsOf, fieldValue } from './factor.ts'
import { type Deviation, type FitReport, reportOf } from './report.ts'
import type { Room } from './room.ts'
import {
  axesOf,
  type MostCells,
  mostCommon,
  type Powers,
  powersOf,
  readTogether,
  roughness,
  rowOf,
  type SplineAxes,
  spaceFor,
} from './space.ts'
import type { HostTable } from './table.ts'

/** Cells along the axes at most, by number of carriers, before any are made finer: mobilities are smoother than energies. */
const mostCells: readonly MostCells[] = [
  [0, 0],
  [60, 0],
  [28, 10],
  [6, 3],
]
/**
 * What a field may be: a bent ruler (differences of order 2), or a stretched skin (order 1) on ever finer cells along the first axis,
 * which goes over a step without swinging on both its sides. The one is taken that foretells samples best which it was not shown.
 */
type Manner = { readonly order: 1 | 2; readonly fineness: number }
const manners: readonly Manner[] = [
  { order: 2, fineness: 1 },
  { order: 1, fineness: 1 },
  { order: 1, fineness: 2 },
  { order: 1, fineness: 4 },
]
const inverseTemperature = { of: (T: number) => 1 / T, slope: (T: number) => -1 / (T * T) }
/** Rounds in which the logarithms are taken about the fit instead of about the samples. */
const rounds = 4
/** A sample's logarithm is taken to lie within these of the fit: the tangent says nothing further away. */
const [lowest, highest] = [-1, 2]

/** ln d_i and β_ij as splines: coefficients by unknown and power of 1/T. */
export type FittedField = {
  readonly field: Field
  /** Mean, subtracted before the fit. */
  readonly base: number
  readonly fit: PenalisedFit
}
export type FittedTransport = {
  readonly space: TensorSpline
  readonly powers: Powers
  readonly fields: readonly FittedField[]
  readonly report: FitReport
  readonly notes: readonly string[]
}

/**
 * Fits the factor of `factor.ts` to samples of L, field by field: each sample gives d_0, then β_i0 with the fitted d_0,
 * then d_1 less what the pairs carry … ; every field is a penalised spline within its own errors. Logarithms of rates are fitted
 * about the fit itself (as in regression with a logarithmic link), so that noise neither biases them nor has to stay positive.
 */
export const fitTransport = (table: HostTable, room: Room): FittedTransport => {
  const { samples, notes } = factorable(table, room)
  const powers = powersOf(
    samples.map(s => s.T),
    inverseTemperature,
    1,
  )
  const axes = axesFor(room, samples)
  const { within, about } = mannerFor(room, axes, samples, powers)
  const { space, stencils } = within
  const fields: FittedField[] = []
  const n = room.n
  const d = samples.map(() => new Float64Array(n))
  const beta = samples.map(() => new Float64Array(n * n))
  for (const field of fieldsOf(room)) {
    const at = field.kind === 'rate' ? about.get(field.i) : undefined
    const fitted = fitField(room, field, samples, { within, d, beta, smoothing: at && { about: at } })
    fields.push({ field, ...fitted })
    for (const [s, { T }] of samples.entries()) {
      const value = fitted.base + valueAt(stencils[s], powers.at(T), fitted.fit)
      if (field.kind === 'rate') d[s][field.i] = Math.exp(value)
      else beta[s][field.i * n + field.j] = value
    }
  }
  const report = reportOf(
    deviationsOf(room, samples, d, beta),
    fields.reduce((sum, f) => sum + f.fit.effective(), 0),
    axes,
    space,
    fields.flatMap(f => f.fit.smoothing),
  )
  const [low, high] = powers.range
  const ofTemperature =
    powers.count === 1
      ? `Samples of transport at ${low} K only: RT L does not change with temperature.`
      : `Transport from ${low} to ${high} K, Arrhenius lines.`
  return {
    space,
    powers,
    fields,
    report,
    notes: [...notes, ofTemperature],
  }
}

const spaceOf = (
  room: Room,
  axes: SplineAxes,
  samples: readonly Factorable[],
  { fineness }: Manner = manners[0],
): TensorSpline => {
  const [first, other] = mostCells[room.n]
  return spaceFor(
    room,
    axes,
    samples.map(s => s.x),
    [fineness * first, other],
    fineness,
  )
}

/** What fields are fitted in: splines, where the samples stand on them, powers of 1/T, and what is kept small. */
type Within = {
  readonly space: TensorSpline
  readonly stencils: readonly Stencil[]
  readonly powers: Powers
  readonly penalties: PenalisedProblem['penalties']
  readonly together: readonly Int32Array[]
}

const withinOf = (space: TensorSpline, samples: readonly Factorable[], powers: Powers, { order }: Manner): Within => ({
  space,
  stencils: samples.map(s => stencilAt(space, s.x)),
  powers,
  penalties: roughness(space, powers.count, order),
  together: readTogether(space, powers.count),
})

/**
 * The manner in which samples that are left out, one at a time, are foretold best by the others: what the L_ii alone say; with the λ
 * that were coarsely found for each carrier's.
 */
const mannerFor = (
  room: Room,
  axes: SplineAxes,
  samples: readonly Factorable[],
  powers: Powers,
): { readonly within: Within; readonly about: ReadonlyMap<number, readonly number[]> } => {
  const all = fieldsOf(room).flatMap(field => {
    const points = field.kind === 'rate' ? firstPoints(room, field, samples) : []
    return points.length > 0 ? [{ i: field.i, points }] : []
  })
  const withinAs = (manner: Manner) => withinOf(spaceOf(room, axes, samples, manner), samples, powers, manner)
  if (room.n > mostStepped || all.length === 0) return { within: withinAs(manners[0]), about: new Map() }
  const tried = manners.map(manner => {
    const within = withinAs(manner)
    const about = new Map<number, readonly number[]>()
    let miss = 0
    for (const { i, points } of all) {
      const fitted = fitPoints(within, points, 'coarse')
      about.set(i, fitted.fit.smoothing)
      miss += leftOut(within, points, fitted)
    }
    return { within, about, miss }
  })
  const best = tried.reduce((a, b) => (b.miss < a.miss ? b : a))
  return best.miss < convincing * tried[0].miss ? best : tried[0]
}
/** Carriers at most whose steps are looked for. */
const mostStepped = 2
/** A skin that foretells only a little better is not taken: between samples that lie close a ruler is nearer to what is smooth. */
const convincing = 0.25

/** Mean square of ln d of each point less what the others make of it: the residual over what the point itself does not decide. */
const leftOut = (
  { stencils, powers }: Within,
  points: readonly Point[],
  { base, fit }: { readonly base: number; readonly fit: PenalisedFit },
): number =>
  points.reduce((sum, { sample, T, target, error }) => {
    const { unknowns, weights } = rowOf(stencils[sample], stencils[sample].value, powers.at(T), 0, 1)
    const own = (fit.standardErrorOf(unknowns, weights) / error) ** 2
    const missed = base + valueAt(stencils[sample], powers.at(T), fit) - target
    return sum + (missed / Math.max(1 - own, Number.EPSILON)) ** 2
  }, 0) / points.length

/** The axes along which what the L_ii alone say is smoothest, compared at the temperature with most samples. */
const axesFor = (room: Room, all: readonly Factorable[]): SplineAxes => {
  const temperatures = all.map(s => s.T)
  const busiest = mostCommon(temperatures)
  const samples = all.filter(s => s.T === busiest)
  const one = powersOf([busiest], inverseTemperature, 0)
  const choices = axesOf(room)
  if (choices.length === 1) return choices[0]
  const scores = choices.map(axes => {
    const within = withinOf(spaceOf(room, axes, samples), samples, one, manners[0])
    return fieldsOf(room)
      .filter(f => f.kind === 'rate')
      .reduce((sum, field) => {
        const points = firstPoints(room, field, samples)
        return sum + (points.length > 0 ? Math.log(fitPoints(within, points, 'coarse').fit.score()) : 0)
      }, 0)
  })
  return choices[scores.indexOf(Math.min(...scores))]
}

type Point = { readonly sample: number; readonly T: number; readonly target: number; readonly error: number }

const fitField = (
  room: Room,
  field: Field,
  samples: readonly Factorable[],
  {
    within,
    d,
    beta,
    smoothing,
  }: {
    readonly within: Within
    readonly d: readonly Float64Array[]
    readonly beta: readonly Float64Array[]
    readonly smoothing: Smoothing | undefined
  },
): { readonly base: number; readonly fit: PenalisedFit } => {
  const { stencils, powers } = within
  const said = samples.map((sample, s) => fieldValue(room, field, sample, d[s], beta[s]))
  const usable = said.flatMap(({ value, error }, s) => (Number.isFinite(value) && error > 0 ? [s] : []))
  if (field.kind === 'pair') {
    const points = usable.map(s => ({ sample: s, T: samples[s].T, target: said[s].value, error: said[s].error }))
    return fitPoints(within, points, undefined)
  }
  let fitted = fitPoints(
    within,
    usable.map(s => ({ sample: s, T: samples[s].T, ...logarithm(said[s]) })),
    smoothing,
  )
  for (let round = 0; round < rounds; round++) {
    const { base, fit } = fitted
    const points = usable.map(s => {
      const at = base + valueAt(stencils[s], powers.at(samples[s].T), fit)
      const rate = Math.exp(at)
      const step = Math.min(Math.max((said[s].value - rate) / rate, lowest), highest)
      return { sample: s, T: samples[s].T, target: at + step, error: said[s].error / rate }
    })
    const last = round === rounds - 1
    fitted = fitPoints(within, points, last ? { about: fit.smoothing } : { fixed: fit.smoothing })
  }
  return fitted
}

/** ln d of a sample and its error, where d may be below its error. */
const logarithm = ({
  value,
  error,
}: {
  readonly value: number
  readonly error: number
}): Omit<Point, 'sample' | 'T'> => {
  const least = Math.max(value, error)
  return { target: Math.log(least), error: error / least }
}

/** Points of a field before anything is known of the others: what L_ii alone says. */
const firstPoints = (room: Room, field: Field, samples: readonly Factorable[]): Point[] => {
  const none = new Float64Array(room.n ** 2)
  return samples.flatMap((sample, s) => {
    const said = fieldValue(room, field, sample, none, none)
    return Number.isFinite(said.value) && said.error > 0 ? [{ sample: s, T: sample.T, ...logarithm(said) }] : []
  })
}

const fitPoints = (
  { space, stencils, powers, penalties, together }: Within,
  points: readonly Point[],
  smoothing: Smoothing | undefined,
): { readonly base: number; readonly fit: PenalisedFit } => {
  let [sum, weight] = [0, 0]
  for (const { target, error } of points) {
    sum += target / (error * error)
    weight += 1 / (error * error)
  }
  const base = points.length > 0 ? sum / weight : 0
  // A pair that no sample holds has β = 0, as sure as if one had said so.
  const rows: Row[] =
    points.length > 0
      ? points.map(({ sample, T, target, error }) =>
          rowOf(stencils[sample], stencils[sample].value, powers.at(T), target - base, error),
        )
      : [rowOf(stencils[0], stencils[0].value, powers.at(powers.range[0]), 0, 1)]
  const fit = penalisedFit(
    {
      size: space.size * powers.count,
      rows,
      penalties,
      errorsKnown: true,
      together,
    },
    smoothing,
  )
  return { base, fit }
}

const valueAt = (stencil: Stencil, powers: readonly number[], fit: PenalisedFit): number => {
  const { unknowns, weights } = rowOf(stencil, stencil.value, powers, 0, 1)
  let sum = 0
  for (let k = 0; k < unknowns.length; k++) sum += weights[k] * fit.coefficients[unknowns[k]]
  return sum
}

/** The L of the fit against those of the samples, entry by entry. */
const deviationsOf = (
  room: Room,
  samples: readonly Factorable[],
  d: readonly Float64Array[],
  beta: readonly Float64Array[],
): Deviation[] => {
  const { n, carriers } = room
  const kappa = new Float64Array(n * n)
  return samples.flatMap(({ sample, x, scaled, errors }, s) => {
    couplingOf(room, x, d[s], beta[s], kappa)
    const found: Deviation[] = []
    for (let i = 0; i < n; i++)
      for (let j = i; j < n; j++) {
        if (!(x[i] > 0 && x[j] > 0 && errors[i * n + j] > 0)) continue
        const difference = x[i] * ((i === j ? d[s][i] : 0) + x[j] * kappa[i * n + j]) - scaled[i * n + j]
        const size = Math.sqrt(x[i] * d[s][i] * x[j] * d[s][j])
        found.push({
          sample,
          value: `L[${carriers[i]}, ${carriers[j]}]`,
          deviation: difference / errors[i * n + j],
          difference: difference / size,
        })
      }
    return found
  })
}
