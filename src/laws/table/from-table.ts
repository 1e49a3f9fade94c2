/**
 * The last step from atoms to the cell: samples of lattice runs (`table.ts`) → the record that a cell takes. The free energy is
 * fitted in `thermodynamics.ts`, transport in `transport.ts`; what is left is the interface and the notes.
 */

import { refuse } from '../../error.ts'
import type { Carrier, HostMaterial } from '../../scales.ts'
import { F, roomTemperature } from '../../units.ts'
import { insertionKinetics } from '../insertion-kinetics.ts'
import { floorContent } from '../site-free-energy.ts'
import { missNote } from './report.ts'
import { contentsIn, freeShare, type Room, roomOf } from './room.ts'
import { type Stability, stabilityNote, stabilityOf } from './stability.ts'
import { checkTable, type HostTable } from './table.ts'
import { type TableThermodynamics, thermodynamicsFromTable } from './thermodynamics.ts'
import { type TableTransport, transportFromTable } from './transport.ts'

/** A host made of a table: the record, with how well it meets its samples. */
export type TableHost = HostMaterial & {
  readonly thermodynamics: TableThermodynamics
  readonly transport: TableTransport
  /** At each temperature of the samples. */
  readonly stability: readonly Stability[]
  /** How sure the host is, in sentences: its standard errors, samples that it misses, phases that part. */
  readonly certainty: readonly string[]
}

/**
 * A host from tables of μ and L.
 *
 * @param table    samples with their standard errors, see `table.ts`
 * @param carriers the ions of `table.carriers`, in that order
 * @param known    a free energy that stands for that of the samples: of the same ones, drawn anew or changed
 * @returns a host that a cell takes as any other; its notes say how well the samples are met, and where phases part
 * @throws SimulationError (`input`) as `checkTable`, or where the carriers are not those of the table
 */
export const hostFromTable = (
  table: HostTable,
  carriers: readonly Carrier[],
  known?: TableThermodynamics,
): TableHost => {
  checkTable(table)
  if (carriers.map(c => c.symbol).join() !== table.carriers.join()) {
    refuse(`${table.name}: carriers`, carriers.map(c => c.symbol).join(', '), table.carriers.join(', '))
  }
  const thermodynamics = known ?? thermodynamicsFromTable(table)
  const transport = transportFromTable(table, thermodynamics)
  const stability = [...new Set(table.thermodynamics.map(s => s.T))]
    .sort((a, b) => a - b)
    .map(T => stabilityOf(table, thermodynamics, T))
  const certainty = [
    certaintyNote(table, thermodynamics, transport),
    ...missNote('The free energy', thermodynamics.report, leastMisfit, 'J/mol of μ'),
    ...missNote('L', transport.report, leastTransportMisfit, 'of √(L_ii L_jj)'),
    ...stability.map(s => stabilityNote(s, table.carriers)).filter(note => note !== ''),
  ]
  return {
    name: table.name,
    formula: table.formula,
    carriers,
    molarMass: table.molarMass,
    molarVolume: table.molarVolume,
    limits: table.limits,
    thermodynamics,
    transport,
    kinetics: kineticsOf(table, carriers, thermodynamics),
    ...(table.gradient ? { gradient: Float64Array.from(table.gradient) } : {}),
    stability,
    certainty,
    notes: [...(table.notes ?? []), ...thermodynamics.notes, ...transport.notes, ...certainty],
    sources: table.sources,
  }
}

/** Misfits below these are not worth a word: of μ [J/mol], 0.2 mV of one charge, and of L in parts of √(L_ii L_jj). */
const leastMisfit = 20
const leastTransportMisfit = 0.02
/** Contents at which errors are looked at for the note. */
const certaintyPoints = 150
/** How near to the ends [parts of the room]. */
const certaintyMargin = 0.02

/** How well the samples determine the host over its whole room: where nothing was sampled the errors say so. */
const certaintyNote = (table: HostTable, thermodynamics: TableThermodynamics, transport: TableTransport): string => {
  const room = roomOf(table)
  const { n, carriers } = room
  const T = table.thermodynamics[0].T
  let [mean, meanL, count] = [0, 0, 0]
  let [worst, worstL] = [
    { error: -1, x: Array.from({ length: n }, () => 0) },
    { error: -1, x: Array.from({ length: n }, () => 0) },
  ]
  for (const x of contentsIn(room, certaintyPoints, certaintyMargin)) {
    const mu = thermodynamics.standardError(x, T)
    const L = transport.onsager(x, T)
    const error = transport.standardError(x, T)
    for (let i = 0; i < n; i++) {
      const part = error[i * n + i] / L[i * n + i]
      mean += mu[i] * mu[i]
      meanL += part * part
      count++
      if (mu[i] > worst.error) worst = { error: mu[i], x: [...x] }
      if (part > worstL.error) worstL = { error: part, x: [...x] }
    }
  }
  const two = (value: number): string => String(Number(value.toPrecision(2)))
  const place = (x: readonly number[]): string => carriers.map((c, i) => `${c} ${two(x[i])}`).join(', ')
  return `Standard errors over the room: μ ${two(Math.sqrt(mean / count))} J/mol, at most ${two(worst.error)} at ${place(worst.x)}; L_ii ${two(100 * Math.sqrt(meanL / count))} %, at most ${two(100 * worstL.error)} % at ${place(worstL.x)}.`
}

/** The insertion reaction on the vacancies of all limits, Π_k v_k, μ° those of the empty host where none are given. */
const kineticsOf = (
  table: HostTable,
  carriers: readonly Carrier[],
  { standard }: TableThermodynamics,
): HostMaterial['kinetics'] => {
  const { kinetics, limits } = table
  const { sites } = roomOf(table)
  const T = kinetics.referenceTemperature ?? roomTemperature
  const n = carriers.length
  const first = insertionKinetics({
    law: {
      carriers: table.carriers,
      standard: [...(kinetics.reference ?? standard(T))],
      weights: table.carriers.map(c => limits[0].weights[c] ?? 0),
      max: limits[0].max,
      sites,
      steps: [],
      interaction: Array.from({ length: n * n }, () => 0),
    },
    carriers,
    rateConstants: kinetics.exchangeCurrent.map((j, i) => j / (carriers[i].charge * F)),
    alphaAnodic: kinetics.alpha,
    alphaCathodic: kinetics.alpha.map(a => 1 - a),
    activationEnergies: kinetics.activationEnergy,
    referenceTemperature: T,
    sources: table.sources,
  })
  return limits.length > 1 ? besideOtherLimits(first, roomOf(table)) : first
}

/** j0 times Π_{k>0} v_k, α_a + α_c being 1 here: an ion that has no room by any limit is not inserted. */
const besideOtherLimits = (first: HostMaterial['kinetics'], room: Room): HostMaterial['kinetics'] => {
  const { n, share } = room
  const limits = room.vacancySites.length
  const free = (k: number, x: ArrayLike<number>): number => Math.max(freeShare(room, k, x), floorContent)
  const freeOfAll = (x: ArrayLike<number>): number => {
    let v = 1
    for (let k = 1; k < limits; k++) v *= free(k, x)
    return v
  }
  const one = new Float64Array(n)
  return {
    ...first,
    exchangeCurrent(x, mu, T, out = new Float64Array(n)) {
      first.exchangeCurrent(x, mu, T, out)
      const v = freeOfAll(x)
      for (let i = 0; i < n; i++) out[i] *= v
      return out
    },
    exchangeCurrents(x, mu, count, T, out) {
      first.exchangeCurrents!(x, mu, count, T, out)
      for (let p = 0; p < count; p++) {
        for (let i = 0; i < n; i++) one[i] = x[p * n + i]
        const v = freeOfAll(one)
        for (let i = 0; i < n; i++) out[p * n + i] *= v
      }
    },
    slopes(x, mu, T, byX, byMu) {
      first.slopes!(x, mu, T, byX, byMu)
      for (let k = 1; k < limits; k++) {
        const v = free(k, x)
        if (v <= floorContent) continue
        for (let i = 0; i < n; i++) for (let l = 0; l < n; l++) byX[i * n + l] -= share[k * n + l] / v
      }
    },
  }
}
