import { elementOf, elementSuggestion } from '../src/crystal/elements.ts'
import { refuse } from '../src/error.ts'

/** `Li,Mg` → the element symbols of the carriers. */
export const readCarriers = (text: string): readonly string[] => {
  const words = text.split(',').map(word => word.trim())
  for (const word of words)
    if (elementOf(word) === undefined)
      refuse('--carriers', word, `element symbols parted by commas, as in Li,Mg${elementSuggestion(word)}`)
  return [...new Set(words)]
}

/** `3.5:4.5` → least and most distance of two ions [Å]. */
export const readSeparation = (text: string): readonly [number, number] => {
  const parts = text.split(':').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  const [least, most] = parts
  if (parts.length !== 2 || !(least > 0 && most >= least && most <= 30))
    refuse('--separation', text, 'least:most in Å with 0 < least ≤ most ≤ 30, as in 3.5:4.5')
  return [least, most]
}

/** `A,B` → labels of sublattices. */
export const readLabels = (text: string): readonly string[] => text.split(',').map(word => word.trim())
