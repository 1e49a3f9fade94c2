import { elementOf, elementSuggestion } from '../elements.ts'
import { type Place, rejectValue } from './text.ts'

export type Species = {
  readonly symbol: string
  /** Oxidation number [e], where the word says one. */
  readonly oxidation?: number
}

const proper = (letters: string): string => letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase()

/** Isotopes of hydrogen that have letters of their own. */
const hydrogen = new Set(['D', 'T'])

/** The element of a run of letters in any case, or undefined. Deuterium and tritium are hydrogen. */
export const elementOfLetters = (letters: string): string | undefined => {
  const symbol = proper(letters)
  return hydrogen.has(symbol) ? 'H' : elementOf(symbol)?.symbol
}

/** No species needs more letters; what is longer is not looked at letter by letter. */
const longestWord = 40

/** `Li`, `LI`, `Li1+`, `O2-`, `Fe+3`, `Mn2.5+`, `Cl-`: element and oxidation number, or undefined. */
export const speciesOf = (word: string): Species | undefined => {
  if (word.length > longestWord) return undefined
  const match = /^([A-Za-z]{1,2})(?:\(?(?:(\d*\.?\d*)([+-])|([+-])(\d+\.?\d*|\.\d+))\)?)?$/.exec(word.trim())
  const symbol = match ? elementOfLetters(match[1]) : undefined
  if (!match || symbol === undefined) return undefined
  const [sign, size] = match[3] ? [match[3], match[2] || '1'] : [match[4], match[5]]
  if (!sign) return { symbol }
  const oxidation = Number(size) * (sign === '-' ? -1 : 1)
  return Number.isFinite(oxidation) ? { symbol, oxidation: oxidation === 0 ? 0 : oxidation } : undefined
}

/** The same, refused where the word names no element. */
export const speciesAt = (word: string, place: Place, what: string): Species =>
  speciesOf(word) ?? rejectValue(place, what, word, `the symbol of an element${elementSuggestion(word)}`)

/**
 * Element of a site's label: `Mo1`, `O1W`, `Li(2)`, `FE1A`. Capitals that may be one element of two letters or another of
 * one (CO, NA) are settled by the elements that the file is known to hold, else the label says too little; so is Ow, an O of
 * water or a slip of the pen.
 *
 * @param known  elements from the formula of the file; may be empty
 */
export const speciesOfLabel = (label: string, known: ReadonlySet<string>): Species | 'ambiguous' | undefined => {
  const letters = /^[A-Za-z]+/.exec(label)?.[0] ?? ''
  const charge = /^[A-Za-z]{1,2}\d*[+-]$/.test(label) ? speciesOf(label) : undefined
  if (charge) return charge
  const two = letters.length > 1 ? elementOfLetters(letters.slice(0, 2)) : undefined
  const one = letters.length > 0 ? elementOfLetters(letters[0]) : undefined
  const small = /^[A-Za-z][a-z]/.test(letters)
  if (small && two === undefined) return one !== undefined && known.has(one) ? { symbol: one } : undefined
  if (two === undefined || one === undefined || small) {
    const symbol = two ?? one
    return symbol === undefined ? undefined : { symbol }
  }
  if (known.has(two) !== known.has(one)) return { symbol: known.has(two) ? two : one }
  return 'ambiguous'
}

/** Species as the formats write it: `Mg2+`, `O2-`, `Cu0+`, `Mn2.5+`. */
export const speciesWord = (symbol: string, oxidation: number | undefined): string =>
  oxidation === undefined ? symbol : `${symbol}${Math.abs(oxidation)}${oxidation < 0 ? '-' : '+'}`
