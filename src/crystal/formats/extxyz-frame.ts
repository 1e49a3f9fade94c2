import { elementOfNumber } from '../elements.ts'
import type { Structure } from '../structure.ts'
import { cellAround } from '../vacuum.ts'
import { checkCell } from './expand.ts'
import { commentPairs, type InfoValue, infoValue, numbersOf, truthsOf } from './extxyz-comment.ts'
import { type Species, speciesAt, speciesOf } from './species.ts'
import { numberFrom, type Place, rejectFile, rejectValue } from './text.ts'

/** A column per atom that has no other home: `width` numbers, words or truths for each of n atoms. */
export type AtomColumn = {
  readonly width: number
  readonly values: Float64Array | readonly string[] | readonly boolean[]
  /** Whether the numbers are whole by the file's word (I, not R). */
  readonly whole?: boolean
}

/** One configuration of an extended XYZ file. */
export type Frame = {
  readonly structure: Structure
  /** U [eV]. */
  readonly energy?: number
  /** F [eV/Å], [n, 3]. */
  readonly forces?: Float64Array
  /** σ = (1/V) ∂U/∂ε [eV/Å³], [9], symmetric; tension positive. */
  readonly stress?: Float64Array
  /** What else the comment line says. */
  readonly info: Readonly<Record<string, InfoValue>>
  /** What else the atoms carry. */
  readonly columns: Readonly<Record<string, AtomColumn>>
}

type Field = { readonly name: string; readonly kind: string; readonly width: number }

const usual: readonly Field[] = [
  { name: 'species', kind: 'S', width: 1 },
  { name: 'pos', kind: 'R', width: 3 },
]

/** `species:S:1:pos:R:3` */
const fieldsOf = (text: string, place: Place): readonly Field[] => {
  const parts = text.split(':')
  const fields: Field[] = []
  for (let k = 0; k + 2 < parts.length; k += 3)
    fields.push({ name: parts[k], kind: parts[k + 1].toUpperCase(), width: Number(parts[k + 2]) })
  const good =
    parts.length % 3 === 0 &&
    fields.every(
      ({ name, kind, width }) =>
        name !== '' && /^[SRIL]$/.test(kind) && Number.isInteger(width) && width > 0 && width < 1000,
    )
  if (!good) rejectValue(place, 'Properties', text, 'name:S|R|I|L:count for each, as species:S:1:pos:R:3')
  if (new Set(fields.map(({ name }) => name)).size < fields.length)
    rejectValue(place, 'Properties', text, 'every name once')
  return fields
}

/**
 * One configuration.
 *
 * @param place  of the comment line
 */
export const frameOf = (comment: string, rows: readonly string[], place: { file: string; line: number }): Frame => {
  const extended = /(^|\s)"?(Properties|Lattice)"?\s*=/i.test(comment)
  const pairs = new Map(extended ? commentPairs(comment) : [])
  if (extended && pairs.size === 0) rejectFile(place, 'the comment line has a quote or bracket that is not closed')
  const take = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = pairs.get(name)
      if (value === undefined) continue
      pairs.delete(name)
      return value
    }
    return undefined
  }
  const properties = take('Properties', 'properties')
  const fields = properties === undefined ? usual : fieldsOf(properties, place)
  const columns = columnsOf(fields, rows, place, properties === undefined)
  const position = columns.get('pos') ?? columns.get('positions') ?? rejectFile(place, 'Properties names no pos:R:3')
  if (position.width !== 3 || !(position.values instanceof Float64Array))
    rejectValue(place, 'Properties', properties ?? '', 'pos:R:3')
  const positions = position.values as Float64Array
  for (const name of ['pos', 'positions']) columns.delete(name)
  const nowhere = positions.findIndex(value => !Number.isFinite(value)) // NaN is a word for labels that are missing
  if (nowhere >= 0) {
    const atom = Math.floor(nowhere / 3)
    rejectValue(
      { file: place.file, line: place.line + 1 + atom },
      `position of atom ${atom + 1}`,
      'NaN',
      'a number [Å]',
    )
  }

  const latticeText = take('Lattice', 'lattice', 'cell')
  const pbcText = take('pbc')
  const periodic = pbcText === undefined ? new Array<boolean>(3).fill(latticeText !== undefined) : truthsOf(pbcText)
  if (periodic?.length !== 3) rejectValue(place, 'pbc', pbcText ?? '', 'three of T and F')
  if (latticeText === undefined && periodic!.some(Boolean))
    rejectFile(place, 'the comment line says pbc and has no Lattice')
  const lattice =
    latticeText === undefined ? cellAround(positions) : latticeFrom(latticeText, positions, periodic!, place)
  checkCell(lattice, place)

  const atoms = speciesFrom(columns, rows.length, place)
  const number = (name: string): number | undefined => {
    const text = pairs.get(name)
    if (text === undefined) return undefined
    pairs.delete(name)
    const value = numberFrom(text.trim())
    return Number.isFinite(value) ? value : rejectValue(place, name, text, 'a number [eV]')
  }
  const energy = number('energy')
  const forces = vectors(columns, ['forces', 'force'])
  const stress = stressFrom(take('stress'), place)
  const labels = words(columns, 'labels')
  const occupancy = shares(columns, place)
  const oxidation = atoms.oxidation ?? numbersIn(columns, 'oxidation')
  const name = take('name')
  const structure: Structure = {
    species: atoms.species,
    lattice,
    positions,
    ...(periodic!.every(Boolean) ? {} : { periodic: [periodic![0], periodic![1], periodic![2]] as const }),
    ...(labels ? { labels } : {}),
    ...(occupancy ? { occupancy } : {}),
    ...(oxidation ? { oxidation } : {}),
    ...(name === undefined || name === '' ? {} : { name }),
  }
  const info: Record<string, InfoValue> = {}
  if (!extended && comment.trim() !== '') info.comment = comment.trim()
  for (const [key, value] of pairs) info[key] = infoValue(value)
  return {
    structure,
    ...(energy === undefined ? {} : { energy }),
    ...(forces === undefined ? {} : { forces }),
    ...(stress === undefined ? {} : { stress }),
    info,
    columns: Object.fromEntries(columns),
  }
}

type Columns = Map<string, AtomColumn>

/** The table of the atoms by columns. */
const columnsOf = (
  fields: readonly Field[],
  rows: readonly string[],
  place: Place & { line: number },
  plain: boolean,
): Columns => {
  const total = fields.reduce((sum, { width }) => sum + width, 0)
  const stores = fields.map(({ kind, width }) =>
    kind === 'R' || kind === 'I'
      ? new Float64Array(rows.length * width)
      : new Array<string | boolean>(rows.length * width),
  )
  rows.forEach((row, i) => {
    const here = { file: place.file, line: place.line + 1 + i }
    const cells = row.trim().split(/\s+/)
    if (cells.length < total || (cells.length > total && !plain))
      rejectFile(
        here,
        `atom ${i + 1} has ${row.trim() === '' ? 0 : cells.length} columns, allowed: ${total} (${fields.map(f => `${f.name}:${f.kind}:${f.width}`).join(':')})`,
      )
    let at = 0
    fields.forEach(({ name, kind, width }, k) => {
      const store = stores[k]
      for (let c = 0; c < width; c++, at++) {
        const cell = cells[at]
        if (store instanceof Float64Array) {
          const value = numberFrom(cell)
          if (!Number.isFinite(value) && !/^nan$/i.test(cell))
            rejectValue(here, `${name} of atom ${i + 1}`, cell, 'a number')
          store[i * width + c] = value
        } else if (kind === 'L') {
          const truth = truthsOf(cell)
          if (truth?.length !== 1) rejectValue(here, `${name} of atom ${i + 1}`, cell, 'T or F')
          store[i * width + c] = truth![0]
        } else store[i * width + c] = cell
      }
    })
  })
  return new Map(
    fields.map(({ name, kind, width }, k) => [
      name,
      { width, values: stores[k] as AtomColumn['values'], ...(kind === 'I' ? { whole: true } : {}) },
    ]),
  )
}

/** Elements, from words or from atomic numbers, and oxidation numbers where every word has one. */
const speciesFrom = (columns: Columns, n: number, place: Place & { line: number }) => {
  const column = columns.get('species') ?? columns.get('symbols') ?? columns.get('element')
  const numbers = columns.get('Z') ?? columns.get('numbers')
  const at = (i: number) => ({ file: place.file, line: place.line + 1 + i })
  if (column && !(column.values instanceof Float64Array)) {
    for (const name of ['species', 'symbols', 'element']) columns.delete(name)
    const known = new Map<string, ReturnType<typeof speciesOf>>()
    const found = Array.from({ length: n }, (_, i) => {
      const word = String(column.values[i * column.width])
      const species = known.get(word) ?? (/^\d+$/.test(word) ? ofNumber(Number(word)) : speciesOf(word))
      known.set(word, species)
      return species ?? speciesAt(word, at(i), `element of atom ${i + 1}`)
    })
    const charged = found.every(({ oxidation }) => oxidation !== undefined)
    return {
      species: found.map(({ symbol }) => symbol),
      ...(charged ? { oxidation: Float64Array.from(found, ({ oxidation }) => oxidation!) } : {}),
    }
  }
  if (!(numbers?.values instanceof Float64Array))
    return rejectFile(place, 'Properties names neither species:S:1 nor Z:I:1')
  for (const name of ['Z', 'numbers']) columns.delete(name)
  const { values } = numbers
  return {
    species: Array.from(
      values,
      (Z, i) => ofNumber(Z)?.symbol ?? rejectValue(at(i), `atomic number of atom ${i + 1}`, String(Z), '1 to 118'),
    ),
  }
}

const ofNumber = (Z: number): Species | undefined => {
  const element = elementOfNumber(Z)
  return element && { symbol: element.symbol }
}

/** Nine numbers, the cell vectors one after the other; vectors of zeros are allowed where the cell does not repeat. */
const latticeFrom = (
  text: string,
  positions: Float64Array,
  periodic: readonly boolean[],
  place: Place,
): Float64Array => {
  const numbers = numbersOf(text)
  if (numbers.length !== 9 || !numbers.every(Number.isFinite))
    rejectValue(place, 'Lattice', text, 'nine numbers, the cell vectors one after the other [Å]')
  const given = [0, 1, 2].map(k => numbers.slice(3 * k, 3 * k + 3))
  const empty = given.map((vector, k) => !periodic[k] && vector.every(value => value === 0))
  return cellAround(
    positions,
    given.map((vector, k) => (empty[k] ? undefined : vector)),
  )
}

const vectors = (columns: Columns, names: readonly string[]): Float64Array | undefined => {
  for (const name of names) {
    const column = columns.get(name)
    if (column?.width !== 3 || !(column.values instanceof Float64Array)) continue
    columns.delete(name)
    return column.values
  }
  return undefined
}

const numbersIn = (columns: Columns, name: string): Float64Array | undefined => {
  const column = columns.get(name)
  if (column?.width !== 1 || !(column.values instanceof Float64Array)) return undefined
  columns.delete(name)
  return column.values
}

const shares = (columns: Columns, place: Place): Float64Array | undefined => {
  const found = numbersIn(columns, 'occupancy')
  const bad = found?.findIndex(value => !(value > 0 && value <= 1)) ?? -1
  if (bad >= 0) rejectValue(place, `occupancy of atom ${bad + 1}`, String(found![bad]), 'a number > 0 and ≤ 1')
  return found
}

const words = (columns: Columns, name: string): readonly string[] | undefined => {
  const column = columns.get(name)
  if (column?.width !== 1 || column.values instanceof Float64Array || typeof column.values[0] !== 'string')
    return undefined
  columns.delete(name)
  return column.values as readonly string[]
}

/** Nine numbers, or six in Voigt's order xx, yy, zz, yz, xz, xy. */
const stressFrom = (text: string | undefined, place: Place): Float64Array | undefined => {
  if (text === undefined) return undefined
  const s = numbersOf(text)
  if (!(s.length === 9 || s.length === 6) || !s.every(Number.isFinite))
    return rejectValue(place, 'stress', text, 'nine numbers, or six (xx, yy, zz, yz, xz, xy) [eV/Å³]')
  return s.length === 9 ? Float64Array.from(s) : Float64Array.of(s[0], s[5], s[4], s[5], s[1], s[3], s[4], s[3], s[2])
}
