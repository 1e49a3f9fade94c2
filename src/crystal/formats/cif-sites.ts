import { inverse, rowsTimes } from '../../math/mat3.ts'
import { elementSuggestion } from '../elements.ts'
import { type CellParameters, latticeOf } from '../lattice.ts'
import type { Block, Column } from './cif-blocks.ts'
import { longestVector, type Site } from './expand.ts'
import { elementOfLetters, type Species, speciesOf, speciesOfLabel } from './species.ts'
import { longestNumber, rejectFile, rejectValue, shortened } from './text.ts'

/** An atom site of a CIF; `row` is its row of the loop. */
export type CifSite = Site & Species & { readonly label: string; readonly occupancy: number; readonly row: number }

const numeral = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?)(?:\(\d+\))?$/

/** A number of a CIF without the uncertainty of its last digits, 1.234(5); NaN where it is none. */
export const cifNumber = (word: string): number => {
  const match = word.length > longestNumber ? undefined : numeral.exec(word)
  return match ? Number(match[1].replace(/[dD]/, 'e')) : Number.NaN
}

const angleNames = ['alpha', 'beta', 'gamma'] as const

/** Lengths and angles of the cell; absent angles are 90°, as the dictionary has it. */
export const cifCell = (block: Block, file: string, note: (text: string) => void): CellParameters => {
  const place = { file, line: block.line }
  const number = (name: string, usual?: number): number => {
    const column = block.column(name)
    const word = column && column.rows > 0 ? column.at(0) : undefined
    if (column === undefined || word === undefined) {
      if (usual !== undefined) return usual
      return rejectFile(place, `data block ${JSON.stringify(block.name)} has no ${name}: the cell is missing`)
    }
    const value = cifNumber(word)
    if (!(value > 0)) rejectValue({ file, line: column.line(0) }, name, word, 'a number > 0')
    if (!name.includes('angle') && !(value <= longestVector))
      rejectValue({ file, line: column.line(0) }, name, word, `a number > 0 and ≤ ${longestVector} [Å]`)
    if (name.includes('angle') && !(value < 180))
      rejectValue({ file, line: column.line(0) }, name, word, 'less than 180 degrees')
    return value
  }
  const [a, b, c] = ['a', 'b', 'c'].map(axis => number(`_cell_length_${axis}`))
  const absent = angleNames.filter(name => block.column(`_cell_angle_${name}`)?.at(0) === undefined)
  if (absent.length > 0) note(`no cell angle ${absent.join(', ')}: 90 degrees, as the CIF dictionary has it`)
  const [alpha, beta, gamma] = angleNames.map(name => number(`_cell_angle_${name}`, 90))
  return { lengths: [a, b, c], angles: [alpha, beta, gamma] }
}

/** Elements that the formula or the list of atom types of the block names. */
const elementsNamed = (block: Block): ReadonlySet<string> => {
  const found = new Set<string>()
  const types = block.column('_atom_type_symbol')
  for (let k = 0; k < (types?.rows ?? 0); k++) {
    const symbol = speciesOf(types!.at(k) ?? '')?.symbol
    if (symbol) found.add(symbol)
  }
  for (const name of ['_chemical_formula_sum', '_chemical_formula_structural']) {
    for (const [letters] of (block.column(name)?.at(0) ?? '').matchAll(/[A-Z][a-z]?/g)) {
      const symbol = elementOfLetters(letters)
      if (symbol) found.add(symbol)
    }
  }
  return found
}

/** Oxidation numbers by the symbol of the atom type. */
const oxidationByType = (block: Block, file: string): ReadonlyMap<string, number> => {
  const types = block.column('_atom_type_symbol')
  const numbers = block.column('_atom_type_oxidation_number')
  const found = new Map<string, number>()
  for (let k = 0; types && numbers && k < Math.min(types.rows, numbers.rows); k++) {
    const word = numbers.at(k)
    const type = types.at(k)
    if (word === undefined || type === undefined) continue
    const value = cifNumber(word)
    if (!Number.isFinite(value))
      rejectValue({ file, line: numbers.line(k) }, '_atom_type_oxidation_number', word, 'a number')
    found.set(type, value)
  }
  return found
}

const coordinateNames = ['x', 'y', 'z'] as const

/**
 * Rows of the atom-site loop with an element and a place. Rows without coordinates (? or .), dummies and rows that are filled
 * to 0 are left out and said.
 */
export const cifSites = (
  block: Block,
  cell: CellParameters,
  file: string,
  note: (text: string) => void,
): { readonly sites: readonly CifSite[]; line(row: number): number } => {
  const place = { file, line: block.line }
  const types = block.column('_atom_site_type_symbol')
  const labels = block.column('_atom_site_label', '_atom_site_label_atom_id')
  const fractions = coordinateNames.map(axis => block.column(`_atom_site_fract_${axis}`))
  const cartesian = coordinateNames.map(axis => block.column(`_atom_site_cartn_${axis}`))
  const inFractions = fractions.every(column => column !== undefined)
  if (!inFractions && !cartesian.every(column => column !== undefined))
    return rejectFile(
      place,
      `data block ${JSON.stringify(block.name)} has no atoms: a loop with _atom_site_fract_x, _y and _z (or _atom_site_Cartn_x …) is missing`,
    )
  if (!types && !labels)
    return rejectFile(
      place,
      'the atom sites have neither _atom_site_type_symbol nor _atom_site_label: their elements are missing',
    )
  const columns = (inFractions ? fractions : cartesian) as readonly Column[]
  const toFractional = inFractions ? undefined : cartesianFrame(block, cell, note)
  const known = elementsNamed(block)
  const oxidation = oxidationByType(block, file)
  const shares = block.column('_atom_site_occupancy')
  const roles = block.column('_atom_site_calc_flag')
  const sites: CifSite[] = []
  const left: string[] = []
  for (let row = 0; row < columns[0].rows; row++) {
    const type = types?.at(row)
    const label = labels?.at(row) ?? type ?? ''
    const words = columns.map(column => column.at(row))
    const share = shareOf(shares, row, file)
    if (words.some(word => word === undefined) || roles?.at(row) === 'dum' || share === 0) {
      left.push(label || `row ${row + 1}`)
      continue
    }
    const numbers = words.map((word, d) => {
      const value = cifNumber(word!)
      if (!(Math.abs(value) < 1e4))
        rejectValue(
          { file, line: columns[d].line(row) },
          `${label}: _atom_site_${inFractions ? 'fract' : 'Cartn'}_${coordinateNames[d]}`,
          word!,
          'a number, ? or .',
        )
      return value
    })
    const species = speciesOfRow(type, label, known)
    if (typeof species === 'string') return rejectFile({ file, line: (types ?? labels)!.line(row) }, species)
    const fractional = toFractional ? toFractional(numbers) : numbers
    const number = species.oxidation ?? oxidation.get(type ?? '') ?? oxidation.get(species.symbol)
    sites.push({
      symbol: species.symbol,
      ...(number === undefined ? {} : { oxidation: number }),
      label: label || `${species.symbol}${row + 1}`,
      fractional: [fractional[0], fractional[1], fractional[2]],
      occupancy: share,
      row,
    })
  }
  if (left.length > 0)
    note(
      `${left.length} of ${columns[0].rows} sites have no coordinates, are dummies or are filled to 0: left out (${left.slice(0, 5).join(', ')}${left.length > 5 ? ' …' : ''})`,
    )
  if (sites.length === 0) rejectFile(place, 'the loop of atom sites holds no atom')
  return { sites, line: row => columns[0].line(row) }
}

/** Element of a row from its type symbol, else from its label, or what is wrong with it. */
const speciesOfRow = (type: string | undefined, label: string, known: ReadonlySet<string>): Species | string => {
  if (type !== undefined) {
    const species = speciesOf(type) ?? speciesOfLabel(type, known)
    if (typeof species === 'object') return species
    return `_atom_site_type_symbol of ${label}: got ${shortened(type)}, allowed: the symbol of an element${elementSuggestion(type)}`
  }
  const species = speciesOfLabel(label, known)
  if (species === 'ambiguous')
    return `_atom_site_label: ${shortened(label)} may be one element or another, allowed: labels that begin with one symbol (Co1 or C1), or a column _atom_site_type_symbol`
  if (species !== undefined) return species
  return `_atom_site_label: got ${shortened(label)}, allowed: a label that begins with the symbol of an element${elementSuggestion(label)}`
}

/** Share of a site that is filled; 1 where the file does not say. */
const shareOf = (shares: Column | undefined, row: number, file: string): number => {
  const word = shares?.at(row)
  if (word === undefined) return 1
  const share = cifNumber(word)
  if (!(share >= 0 && share <= 1 + roundedShare))
    rejectValue({ file, line: shares!.line(row) }, '_atom_site_occupancy', word, 'a number from 0 to 1')
  return Math.min(1, share)
}

/** How far an occupancy of a refinement may lie above 1: 1.002(5). */
const roundedShare = 0.02

/**
 * Cartesian coordinates of a CIF to fractional ones: by the matrix of the file, r = M f + v, else in the usual frame, a along
 * x and b in the plane of x and y.
 */
const cartesianFrame = (
  block: Block,
  cell: CellParameters,
  note: (text: string) => void,
): ((r: readonly number[]) => ArrayLike<number>) => {
  const number = (name: string): number => cifNumber(block.column(name)?.at(0) ?? '')
  const from = (prefix: string) =>
    [1, 2, 3].flatMap(i => [1, 2, 3].map(j => number(`_atom_sites_${prefix}_tran_matrix_${i}${j}`)))
  const shift = (prefix: string) => [1, 2, 3].map(i => number(`_atom_sites_${prefix}_tran_vector_${i}`) || 0)
  const columnsOf = (M: readonly number[]) => [0, 1, 2].flatMap(j => [M[j], M[3 + j], M[6 + j]])
  const toFract = from('fract')
  if (toFract.every(Number.isFinite)) {
    const vector = shift('fract')
    return r => rowsTimes(r, columnsOf(toFract)).map((value, d) => value + vector[d])
  }
  const toCartn = from('cartn')
  const given = toCartn.every(Number.isFinite)
  if (!given) note('Cartesian coordinates without their axes: a along x, b in the plane of x and y')
  const vector = given ? shift('cartn') : [0, 0, 0]
  const back = inverse(given ? columnsOf(toCartn) : latticeOf(cell))
  return r =>
    rowsTimes(
      r.map((value, d) => value - vector[d]),
      back,
    )
}
