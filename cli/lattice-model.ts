import { refuse } from '../src/error.ts'
import { type LatticeFile, largestLattice, readLatticeText } from '../src/file/lattice/read.ts'
import { suggestion } from '../src/file/nearest.ts'
import { sha256 as hash } from '../src/ladder/canonical.ts'
import { besideModel } from '../src/ladder/lattice-file.ts'
import { recordsBeside } from '../src/ladder/lattice-records.ts'
import type { Lattice } from '../src/lattice/lattice.ts'
import { basisWords } from '../src/lattice/model/provenance.ts'
import { readInput } from '../src/study/read-input.ts'

export type OpenLattice = LatticeFile & {
  /** SHA-256 of the file. */
  readonly sha256: string
}

/** The lattice of a model file. */
export const latticeOf = async (file: string): Promise<OpenLattice> => {
  const bytes = await readInput(file, largestLattice)
  const read = await readLatticeText(bytes, file, name => besideModel(file, name), recordsBeside(file))
  return { ...read, sha256: hash(bytes) }
}

/** What every output says of the model. */
export const modelHead = ({ lattice, provenance, notes, sha256 }: OpenLattice) => ({
  model: { name: lattice.name, sha256, provenance },
  carriers: lattice.carriers,
  formulaUnits: lattice.formulaUnits,
  notes,
})

/** `screening: Mg exit; assumed: Li ring`. */
export const modelWords = ({ lattice, provenance, sha256 }: OpenLattice): string =>
  `${lattice.name} (${sha256.slice(0, 12)}): ${lattice.sites.length} sites a cell, ${lattice.carriers.map(c => c.symbol).join(', ')}; ${basisWords(provenance) || 'no numbers'}\n`

/** Indices of the carriers that are named, all where none are. */
export const carriersOf = (lattice: Lattice, names: readonly string[] | undefined): number[] => {
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  return (
    names?.map(name => {
      const at = symbols.indexOf(name)
      return at >= 0
        ? at
        : refuse('--carriers', name, `carriers of the model: ${symbols.join(', ')}${suggestion(name, symbols)}`)
    }) ?? symbols.map((_, i) => i)
  )
}

/** `Li=1,Mg=0.5` as amounts by carrier of the lattice [per formula unit], [n]; undefined for those not named. */
export const amountsOf = (option: string, text: string | undefined, lattice: Lattice): (number | undefined)[] => {
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  const out = new Array<number | undefined>(symbols.length).fill(undefined)
  if (text === undefined) return out
  for (const part of text.split(',')) {
    const match = /^\s*([^\s=]+)\s*=\s*(\S+)\s*$/.exec(part)
    if (!match) return refuse(option, part, 'carrier=number, as in Li=1,Mg=0.5')
    const [, name, number] = match
    const i = symbols.indexOf(name)
    if (i < 0) refuse(option, name, `carriers of the model: ${symbols.join(', ')}${suggestion(name, symbols)}`)
    if (out[i] !== undefined) refuse(`${option} ${name}`, 'two values', 'each carrier once')
    const value = Number(number)
    if (!(Number.isFinite(value) && value >= 0)) refuse(`${option} ${name}`, number, 'a finite number ≥ 0')
    out[i] = value
  }
  return out
}

/** Most ions of one carrier per formula unit beside given amounts of the others: sites, and the limits. */
export const mostAmount = (lattice: Lattice, carrier: number, others: readonly number[]): number => {
  const n = lattice.carriers.length
  const sites = lattice.sites.filter((_, s) => lattice.siteEnergy[s * n + carrier] < Infinity).length
  let most = sites / lattice.formulaUnits
  for (const { weights, max, per } of lattice.limits) {
    if (weights[carrier] === 0) continue
    const room = per === 'cell' ? max / lattice.formulaUnits : max
    const taken = others.reduce((sum, x, i) => (i === carrier ? sum : sum + weights[i] * x), 0)
    most = Math.min(most, (room - taken) / weights[carrier])
  }
  // sites that others sit on
  const all = lattice.sites.length / lattice.formulaUnits
  const held = others.reduce((sum, x, i) => (i === carrier ? sum : sum + x), 0)
  return Math.max(0, Math.min(most, all - held))
}

/**
 * Refuse amounts that a lattice cannot hold: the ion that is too many by itself, else all of them, as each may be the one at fault.
 *
 * @param amounts [per formula unit], [n]
 */
export const checkAmounts = (option: string, lattice: Lattice, amounts: readonly number[]): void => {
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  const shown = (most: number) => `at most ${Number(most.toPrecision(6))}`
  const none = amounts.map(() => 0)
  for (const [i, x] of amounts.entries()) {
    const most = mostAmount(lattice, i, none)
    if (x > most + roundOff) refuse(`${option} ${symbols[i]}`, x, `${shown(most)} per formula unit`)
  }
  const there = amounts.flatMap((x, i) => (x > 0 ? [i] : []))
  const rooms = there.map(i => mostAmount(lattice, i, amounts))
  if (there.every((i, k) => amounts[i] <= rooms[k] + roundOff)) return
  const words = (of: readonly number[]) => of.map(i => `${symbols[i]}=${amounts[i]}`).join(',')
  refuse(
    option,
    words(there),
    `what fits together per formula unit: ${there
      .map((i, k) => `${symbols[i]} ${shown(rooms[k])} beside ${words(there.filter(j => j !== i))}`)
      .join(', or ')}`,
  )
}
/** [per formula unit] */
const roundOff = 1e-9

/** Reader of `8x8x8`. */
export const readSize = (text: string): readonly number[] => {
  const size = text.split(/[x×]/i).map(part => (/^\d{1,4}$/.test(part.trim()) ? Number(part) : Number.NaN))
  if (size.length < 1 || size.length > 3 || !size.every(n => n >= 1))
    refuse('--size', text, 'whole numbers of cells along the vectors, as in 8x8x8')
  return size
}

/** Cells along the vectors: as asked, else about as long as wide with at least so many sites. */
export const sizeOf = (
  { cell: A, dimension, sites }: Lattice,
  asked: readonly number[] | undefined,
  least: number,
): readonly [number, number, number] => {
  if (asked !== undefined) {
    if (asked.length !== dimension && asked.length !== 3)
      refuse('--size', asked.join('x'), `${dimension} whole numbers`)
    return [asked[0], asked[1] ?? 1, asked[2] ?? 1]
  }
  const lengths = [0, 1, 2].map(d => Math.hypot(A[3 * d], A[3 * d + 1], A[3 * d + 2]))
  for (let edge = Math.min(...lengths.slice(0, dimension)); ; edge *= 1.05) {
    const n = (d: number) => (d < dimension ? Math.max(3, Math.round(edge / lengths[d])) : 1)
    if (n(0) * n(1) * n(2) * sites.length >= least) return [n(0), n(1), n(2)]
  }
}

/** `300,330` → temperatures [K]. */
export const readTemperatures = (text: string): readonly number[] =>
  text.split(',').map(part => {
    const value = part.trim() === '' ? Number.NaN : Number(part)
    if (!(value > 0 && value <= 10_000))
      refuse('--temperature', part, 'temperatures > 0 and ≤ 10000 [K], as in 300,330')
    return value
  })

/** `Li,Mg` → names of carriers, each once. */
export const readNames = (text: string): readonly string[] => {
  const names = text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
  if (names.length === 0) refuse('--carriers', text, 'names of carriers, as in Li,Mg')
  return [...new Set(names)]
}

/** Rows as CSV, the head from the keys of the first row; a number that is none stays empty. */
export const csvText = (rows: readonly Readonly<Record<string, number | string>>[]): string => {
  const keys = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const cell = (value: number | string | undefined) => {
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return ''
    return /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)
  }
  return `${[keys.map(cell).join(','), ...rows.map(row => keys.map(key => cell(row[key])).join(','))].join('\n')}\n`
}

/** JSON of a result; numbers that JSON has not are words. */
export const resultJson = (result: unknown): string =>
  `${JSON.stringify(
    result,
    (_, value) => {
      if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
      return ArrayBuffer.isView(value)
        ? Array.from(value as Float64Array, one => (Number.isFinite(one) ? one : String(one)))
        : value
    },
    1,
  )}\n`

/** `1.234 ± 0.005`, digits as the error tells. */
export const withError = (value: number, error: number): string => {
  if (!Number.isFinite(value)) return '–'
  if (!(error > 0 && Number.isFinite(error))) return String(Number(value.toPrecision(5)))
  const size = Math.max(Math.abs(value), error)
  if (size < 1e-3 || size >= 1e5) {
    const power = Math.floor(Math.log10(size))
    return `(${withError(value / 10 ** power, error / 10 ** power)})e${power}`
  }
  const digits = Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(error))))
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`
}
