import { nearest } from '../file/nearest.ts'

/** A chemical element as it stands in the periodic table. */
export type Element = {
  readonly symbol: string
  /** Atomic number Z. */
  readonly number: number
  /** Abridged standard atomic weight [u]; the mass number of a long-lived isotope where no standard weight exists. */
  readonly mass: number
  /** Covalent radius [Å]; absent beyond curium. */
  readonly covalentRadius?: number
}

/**
 * Symbol, standard atomic weight [u], covalent radius [Å], in the order of Z; a weight in brackets is a mass number, where
 * the element has no standard weight.
 *
 * Source: IUPAC2021 (weights, as tabled in the package periodictable 2.1); Cordero2008 (radii, as tabled in ASE 3.29: carbon sp3, Mn, Fe, Co low spin); AseData (mass numbers)
 */
const table = `
H 1.008 0.31, He 4.002602 0.28, Li 6.94 1.28, Be 9.0121831 0.96, B 10.81 0.84, C 12.011 0.76, N 14.007 0.71,
O 15.999 0.66, F 18.998403162 0.57, Ne 20.1797 0.58, Na 22.98976928 1.66, Mg 24.305 1.41, Al 26.9815384 1.21,
Si 28.085 1.11, P 30.973761998 1.07, S 32.06 1.05, Cl 35.45 1.02, Ar 39.95 1.06, K 39.0983 2.03, Ca 40.078 1.76,
Sc 44.955907 1.7, Ti 47.867 1.6, V 50.9415 1.53, Cr 51.9961 1.39, Mn 54.938043 1.39, Fe 55.845 1.32,
Co 58.933194 1.26, Ni 58.6934 1.24, Cu 63.546 1.32, Zn 65.38 1.22, Ga 69.723 1.22, Ge 72.63 1.2,
As 74.921595 1.19, Se 78.971 1.2, Br 79.904 1.2, Kr 83.798 1.16, Rb 85.4678 2.2, Sr 87.62 1.95, Y 88.905838 1.9,
Zr 91.224 1.75, Nb 92.90637 1.64, Mo 95.95 1.54, Tc (98) 1.47, Ru 101.07 1.46, Rh 102.90549 1.42, Pd 106.42 1.39,
Ag 107.8682 1.45, Cd 112.414 1.44, In 114.818 1.42, Sn 118.71 1.39, Sb 121.76 1.39, Te 127.6 1.38,
I 126.90447 1.39, Xe 131.293 1.4, Cs 132.90545196 2.44, Ba 137.327 2.15, La 138.90547 2.07, Ce 140.116 2.04,
Pr 140.90766 2.03, Nd 144.242 2.01, Pm (145) 1.99, Sm 150.36 1.98, Eu 151.964 1.98, Gd 157.25 1.96,
Tb 158.925354 1.94, Dy 162.5 1.92, Ho 164.930329 1.92, Er 167.259 1.89, Tm 168.934219 1.9, Yb 173.045 1.87,
Lu 174.9668 1.87, Hf 178.486 1.75, Ta 180.94788 1.7, W 183.84 1.62, Re 186.207 1.51, Os 190.23 1.44,
Ir 192.217 1.41, Pt 195.084 1.36, Au 196.96657 1.36, Hg 200.592 1.32, Tl 204.38 1.45, Pb 207.2 1.46,
Bi 208.9804 1.48, Po (209) 1.4, At (210) 1.5, Rn (222) 1.5, Fr (223) 2.6, Ra (226) 2.21, Ac (227) 2.15,
Th 232.0377 2.06, Pa 231.03588 2, U 238.02891 1.96, Np (237) 1.9, Pu (244) 1.87, Am (243) 1.8, Cm (247) 1.69,
Bk (247), Cf (251), Es (252), Fm (257), Md (258), No (259), Lr (262), Rf (267), Db (268), Sg (271), Bh (270),
Hs (269), Mt (278), Ds (281), Rg (281), Cn (285), Nh (286), Fl (289), Mc (289), Lv (293), Ts (293), Og (294)
`

export const elements: readonly Element[] = table
  .trim()
  .split(/,\s+/)
  .map((row, k) => {
    const [symbol, weight, radius] = row.split(' ')
    const mass = Number(weight.replace(/[()]/g, ''))
    return { symbol, number: k + 1, mass, ...(radius === undefined ? {} : { covalentRadius: Number(radius) }) }
  })

const bySymbol: ReadonlyMap<string, Element> = new Map(elements.map(element => [element.symbol, element]))
const symbols = elements.map(({ symbol }) => symbol)

/** The element of a symbol, in its one right spelling, or undefined. */
export const elementOf = (symbol: string): Element | undefined => bySymbol.get(symbol)

/** The element of an atomic number, or undefined. */
export const elementOfNumber = (Z: number): Element | undefined => elements[Z - 1]

/** What a word that is no element may have meant: `, did you mean "Mo"?`, or nothing. Its first letter is trusted most. */
export const elementSuggestion = (word: string): string => {
  const letters = word.replace(/[^A-Za-z]/g, '').slice(0, 2)
  if (letters === '') return ''
  const initial = letters[0].toUpperCase()
  const found = nearest(
    letters,
    [...symbols].sort((a, b) => Number(b[0] === initial) - Number(a[0] === initial)),
  )
  return found === undefined ? '' : `, did you mean ${JSON.stringify(found)}?`
}
