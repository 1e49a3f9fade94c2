import { determinant, rowsTimes } from '../../math/mat3.ts'
import type { Structure } from '../structure.ts'
import { checkCell } from './expand.ts'
import { checkOverlap } from './overlap.ts'
import { elementOfLetters, speciesAt } from './species.ts'
import { mostAtoms, numberFrom, rejectFile, rejectValue, shortened } from './text.ts'

export type PoscarOptions = {
  /** Elements of a file of VASP 4, which names none, in its order; without them the comment line must name them. */
  readonly elements?: readonly string[]
  /** Told what was assumed or left out. */
  readonly note?: (text: string) => void
}

/**
 * A crystal from a POSCAR or CONTCAR of VASP 4 (no line of elements) or 5: one scale of all lengths, a negative one that is
 * the volume [Å³], or three for x, y and z; selective dynamics (F for a coordinate that stays); direct or Cartesian coordinates,
 * which the scale multiplies too. Velocities and what else follows are left out.
 *
 * @param text  the file
 * @param file  name, for messages
 * @throws SimulationError (`input`) with file, line and reason
 */
export const readPoscar = (text: string, file: string, options: PoscarOptions = {}): Structure => {
  const note = options.note ?? (() => {})
  const lines = text.split('\n')
  const at = (k: number) => ({ file, line: k + 1 })
  const words = (k: number, what: string): readonly string[] => {
    if (k >= lines.length || (lines[k].trim() === '' && k > 0))
      return rejectFile(at(Math.min(k, lines.length - 1)), `${what} should stand here: the file is cut off`)
    return lines[k].trim().split(/\s+/)
  }
  const numbers = (k: number, count: number, what: string): number[] => {
    const found = words(k, what)
    const values = found.slice(0, count).map(numberFrom)
    if (values.length < count) rejectValue(at(k), what, lines[k], `${count} numbers`)
    const bad = values.findIndex(value => !Number.isFinite(value))
    if (bad >= 0) rejectValue(at(k), what, found[bad], 'a number')
    return values
  }

  const scaleWords = words(1, 'the scale').map(numberFrom)
  const three = scaleWords.length >= 3 && scaleWords.slice(0, 3).every(value => value > 0)
  const single = scaleWords[0]
  if (!three && !(Number.isFinite(single) && single !== 0))
    rejectValue(at(1), 'the scale', lines[1], 'a number > 0, a volume as a number < 0, or three numbers > 0')
  const raw = Float64Array.from([2, 3, 4].flatMap(k => numbers(k, 3, `cell vector ${k - 1}`)))
  checkCell(raw, at(2))
  const scale = three
    ? scaleWords.slice(0, 3)
    : new Array<number>(3).fill(single > 0 ? single : Math.cbrt(-single / Math.abs(determinant(raw))))
  const stretch = Float64Array.of(scale[0], 0, 0, 0, scale[1], 0, 0, 0, scale[2])
  const lattice = rowsTimes(raw, stretch)
  checkCell(lattice, at(1))

  const named = !words(5, 'elements or numbers of atoms').every(word => /^\d+$/.test(word))
  const countLine = named ? 6 : 5
  const counts = countsOf(words(countLine, 'numbers of atoms'), at(countLine))
  const symbols = named
    ? words(5, 'elements').map(word => speciesAt(word.replace(/[_/].*$/, ''), at(5), 'element').symbol)
    : symbolsOfOldFile(lines[0], counts.length, { file, note, ...options })
  if (symbols.length !== counts.length)
    rejectFile(at(countLine), `${symbols.length} elements and ${counts.length} numbers of atoms, allowed: one for each`)
  const total = counts.reduce((a, b) => a + b, 0)
  if (!(total > 0 && total <= mostAtoms))
    rejectValue(at(countLine), 'number of atoms', String(total), `1 to ${mostAtoms}`)

  let k = countLine + 1
  const selective = /^\s*s/i.test(lines[k] ?? '')
  if (selective) k++
  const mode = /^\s*([cdk])/i.exec(lines[k] ?? '')?.[1].toLowerCase()
  if (mode === undefined)
    rejectValue(at(Math.min(k, lines.length - 1)), 'kind of coordinates', lines[k] ?? '', 'Direct or Cartesian')
  k++
  const coordinates = new Float64Array(3 * total)
  const fixed = new Uint8Array(3 * total)
  const species: string[] = []
  counts.forEach((count, group) => {
    for (let n = 0; n < count; n++, k++) {
      const what = `atom ${species.length + 1} of ${total}`
      const f = numbers(k, 3, `coordinates of ${what}`)
      coordinates.set(f, 3 * species.length)
      if (selective) fixed.set(flagsOf(words(k, what).slice(3, 6), at(k)), 3 * species.length)
      species.push(symbols[group])
    }
  })
  const structure: Structure = {
    species,
    lattice,
    positions: rowsTimes(coordinates, mode === 'd' ? lattice : stretch),
    ...(fixed.includes(1) ? { fixed } : {}),
    ...(lines[0].trim() === '' ? {} : { name: lines[0].trim().slice(0, 200) }),
  }
  const start = k - total
  checkOverlap(structure, { file }, i => `${species[i]} (line ${start + i + 1})`)
  return structure
}

/** Fortran's truth values, T where a coordinate may move; 1 for one that stays. */
const flagsOf = (found: readonly string[], place: { file: string; line: number }): number[] =>
  [0, 1, 2].map(d => {
    const letter = /^\.?([tf])/i.exec(found[d] ?? '')?.[1].toLowerCase()
    if (letter === undefined)
      rejectValue(place, 'selective dynamics', found.join(' '), 'T or F for each of the three coordinates')
    return letter === 'f' ? 1 : 0
  })

const countsOf = (words: readonly string[], place: { file: string; line: number }): number[] => {
  const end = words.findIndex(word => /^[!#]/.test(word))
  return (end < 0 ? words : words.slice(0, end)).map(word =>
    /^\d{1,9}$/.test(word)
      ? Number(word)
      : rejectValue(place, 'number of atoms', word, `a whole number from 0 to ${mostAtoms}`),
  )
}

/** VASP 4 keeps the elements in another file; by custom the comment line names them. */
const symbolsOfOldFile = (
  comment: string,
  count: number,
  o: PoscarOptions & { readonly file: string; readonly note: (text: string) => void },
): readonly string[] => {
  if (o.elements) return o.elements.map(word => speciesAt(word, { file: o.file }, 'element').symbol)
  const found = comment
    .trim()
    .split(/\s+/)
    .map(word => (/^[A-Z][a-z]?$/.test(word) ? elementOfLetters(word) : undefined))
  const symbols = found.slice(0, count)
  if (symbols.length === count && symbols.every(symbol => symbol !== undefined)) {
    o.note(`no line of elements (VASP 4): taken from the comment, ${symbols.join(' ')}`)
    return symbols as string[]
  }
  return rejectFile(
    { file: o.file, line: 6 },
    `this file of VASP 4 names no elements, and its comment ${shortened(comment)} does not begin with ${count} of them; add a line of elements above the numbers of atoms`,
  )
}
