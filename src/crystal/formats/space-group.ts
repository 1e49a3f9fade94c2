import { hall_symbol_entry, type MoyoHallSymbolEntry, operations_from_number } from '@spglib/moyo-wasm'
import type { CellParameters } from '../lattice.ts'
import type { Operation } from '../symmetry.ts'
import { type Place, rejectFile, rejectValue } from './text.ts'

/** What a file says of its space group where it lists no operations. */
export type GroupNames = {
  /** Symbol of Hall, which says origin and axes too. */
  readonly hall?: string
  /** Symbol of Hermann and Mauguin, perhaps with :1, :2, :H, :R, S or Z for its setting. */
  readonly hermannMauguin?: string
  /** Number in the International Tables, 1–230. */
  readonly number?: number
}

/** Settings of groups, as the symmetry library numbers them. */
const hallNumbers = 530

let table: readonly MoyoHallSymbolEntry[] | undefined

const settings = (place: Place): readonly MoyoHallSymbolEntry[] => {
  try {
    table ??= Array.from({ length: hallNumbers }, (_, k) => hall_symbol_entry(k + 1))
    return table
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    return rejectFile(
      place,
      'the file names a space group and lists no operations; call loadSymmetry() or initSymmetry(…) first',
    )
  }
}

/** Blanks part the axes (P 3 2 is not P 32); the axis a + b is written ", = or =" by one table or another. */
const plainHall = (symbol: string): string =>
  symbol
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .replace(/="?/g, '"')

/** Ways to write a symbol, the most telling first: in full, without the idle axes of monoclinic groups, short, as in old tables. */
const spellings: readonly ((entry: MoyoHallSymbolEntry) => string)[] = [
  entry => entry.hm_full,
  entry => (entry.number >= 3 && entry.number <= 15 ? entry.hm_full.replaceAll(' 1', '') : ''),
  entry => entry.hm_short,
  entry => (entry.number >= 200 ? entry.hm_short.replace('-3', '3') : ''),
]

/** `P 1 2_1/c 1`, `P121/c1` and `P 1 21/C 1` are one name. */
const plain = (symbol: string): string => symbol.toLowerCase().replace(/[\s_()'"]/g, '')

/**
 * Operations of a named space group in the setting that the names (or, of R groups, the cell) say. Names that fit several
 * settings are refused: a crystal in the wrong origin has the wrong atoms.
 */
export const operationsOfGroup = (names: GroupNames, cell: CellParameters, place: Place): Operation[] => {
  const entry = settingOf(names, cell, place)
  return operations_from_number(entry.number, { type: 'HallNumber', value: entry.hall_number }, false).map(
    ({ rotation, translation }) => ({ rotation: [...rotation], translation: [...translation] }),
  )
}

const settingOf = (names: GroupNames, cell: CellParameters, place: Place): MoyoHallSymbolEntry => {
  const all = settings(place)
  const { hall, hermannMauguin, number } = names
  if (hall !== undefined) {
    const found = all.find(entry => plainHall(entry.hall_symbol) === plainHall(hall))
    if (found) return found
    if (hermannMauguin === undefined && number === undefined)
      return rejectValue(place, 'space group (Hall)', hall, 'the symbol of one of the 530 tabled settings')
  }
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 230))
    return rejectValue(place, 'space-group number', String(number), 'a whole number from 1 to 230')
  const [symbol, setting] = parted(hermannMauguin)
  const shown = [hermannMauguin, number === undefined ? undefined : `number ${number}`].filter(Boolean).join(', ')
  let fitting = number === undefined ? all : all.filter(entry => entry.number === number)
  if (symbol !== undefined) {
    const named = spellings
      .map(of => fitting.filter(entry => plain(of(entry)) === symbol))
      .find(list => list.length > 0)
    if (!named)
      return rejectValue(place, 'space group', shown, 'a symbol of Hermann and Mauguin as in the International Tables')
    fitting = named
  }
  if (setting !== undefined) fitting = fitting.filter(entry => entry.setting.toLowerCase() === setting)
  const hexagonal = Math.abs(cell.angles[2] - 120) < 1 && Math.abs(cell.angles[0] - 90) < 1
  if (fitting.some(entry => entry.setting === 'H' || entry.setting === 'R') && setting === undefined)
    fitting = fitting.filter(entry => entry.setting === (hexagonal ? 'H' : 'R'))
  if (fitting.length > 1) fitting = fitsCell(fitting, cell)
  if (fitting.length !== 1)
    return rejectFile(
      place,
      `space group ${shown} without operations fits ${fitting.length === 0 ? 'no' : fitting.length} settings${fitting.length > 1 ? ` (${fitting.slice(0, 4).map(entry => `Hall ${entry.hall_symbol}`)})` : ''}; name one by _space_group_name_Hall, or list the operations`,
    )
  return fitting[0]
}

/** `F d -3 m :2` → the symbol and its setting. S and Z at the end are origins 1 and 2, H and R axes. */
const parted = (symbol: string | undefined): readonly [string | undefined, string | undefined] => {
  if (symbol === undefined) return [undefined, undefined]
  const match = /^(.*?)(?:\s*:\s*(\S+)|\s+([SZHR]))?$/.exec(symbol.trim())
  const letter = match?.[2] ?? match?.[3]
  const setting = letter === 'S' ? '1' : letter === 'Z' ? '2' : letter?.toLowerCase()
  return [plain(match?.[1] ?? symbol), setting]
}

/**
 * Of several settings the standard one. Monoclinic: the axis with the angle of the cell is unique, b where all are right.
 * Where the choice is between two origins there is no standard that all programs follow.
 */
const fitsCell = (entries: readonly MoyoHallSymbolEntry[], cell: CellParameters): readonly MoyoHallSymbolEntry[] => {
  const standard = entries.filter(({ setting }) => setting === '')
  if (standard.length === 1) return standard
  if (!entries.every(({ number }) => number >= 3 && number <= 15)) return entries
  const skew = cell.angles.findIndex(angle => Math.abs(angle - 90) > 1e-3)
  const axis = 'abc'[skew < 0 ? 1 : skew]
  const fitting = entries.filter(({ setting }) => setting.replace('-', '').startsWith(axis))
  const first = fitting.filter(({ setting }) => setting === axis || setting === `${axis}1`)
  return first.length > 0 ? first : fitting
}
