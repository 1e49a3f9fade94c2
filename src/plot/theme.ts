/**
 * One look for every figure: type, colours, line widths. Ions have fixed colours, told apart by all common forms of colour
 * vision (palette of Okabe and Ito, 2008), so that Li is the same blue and Mg the same vermilion in every picture.
 */

/** Sans-serif faces that are the same size everywhere; SVG embedded as an image can only use what the reader has. */
export const fontFamily = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

export const ink = { text: '#24292f', line: '#1b1f24', muted: '#6e7781', rule: '#d0d7de', paper: '#ffffff' } as const

/** Line widths [px]. */
export const stroke = { line: 1.75, thin: 1, rule: 0.75 } as const

/** Sizes of type [px]. */
export const type = { text: 12, title: 14 } as const

/** Colour of each ion that has a fixed one. */
const ofIon: Readonly<Record<string, string>> = {
  Li: '#0072b2',
  Mg: '#d55e00',
  Na: '#009e73',
  K: '#cc79a7',
  Zn: '#56b4e9',
  Al: '#e69f00',
  Ca: '#8c6d1f',
}

/** Colours of series that belong to no ion, in order. */
export const seriesColours = ['#1b1f24', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'] as const

/** Colour of an ion: its own, or one of the rest of the palette by its place among `ions`. */
export const ionColour = (ion: string, ions: readonly string[] = []): string => {
  if (Object.hasOwn(ofIon, ion)) return ofIon[ion]
  const taken = new Set(ions.map(other => ofIon[other]))
  const free = Object.values(ofIon).filter(colour => !taken.has(colour))
  const place = ions.filter(other => !Object.hasOwn(ofIon, other)).indexOf(ion)
  return free[Math.max(0, place) % free.length]
}

/** Colours from light to dark within one hue, for times or cycles; a line is seen on white from 0.42 on, a word is read from 0.7. */
export const shades = (colour: string, count: number, lightest = 0.42): readonly string[] =>
  Array.from({ length: count }, (_, k) =>
    mix('#ffffff', colour, count === 1 ? 1 : lightest + ((1 - lightest) * k) / (count - 1)),
  )

/** `share` of `b` in `a`, in sRGB. */
const mix = (a: string, b: string, share: number): string => {
  let out = '#'
  for (let k = 1; k < 7; k += 2) {
    const from = Number.parseInt(a.slice(k, k + 2), 16)
    const to = Number.parseInt(b.slice(k, k + 2), 16)
    out += Math.round(from + share * (to - from))
      .toString(16)
      .padStart(2, '0')
  }
  return out
}
