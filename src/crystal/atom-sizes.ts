/**
 * Sizes of atoms by element: the covalent radius [Å], and where bond valences know the element its size parameter r [Å] and
 * its electronegativity c of the bond-valence parameter R₁₂ = r₁ + r₂ − r₁r₂(√c₁ − √c₂)²/(c₁r₁ + c₂r₂).
 * Source: Cordero2008 (covalent radii, as in ase.data of ASE 3.29); OKeeffeBrese1991 (r and c, as in bvparam_1991.yaml of pymatgen 2026.10)
 */
const table: Readonly<Record<string, readonly [radius: number, r?: number, c?: number]>> = {
  H: [0.31, 0.38, 0.89],
  He: [0.28],
  Li: [1.28, 1, 0.97],
  Be: [0.96, 0.81, 1.47],
  B: [0.84, 0.79, 1.6],
  C: [0.76, 0.78, 2],
  N: [0.71, 0.72, 2.61],
  O: [0.66, 0.63, 3.15],
  F: [0.57, 0.58, 3.98],
  Ne: [0.58],
  Na: [1.66, 1.36, 1.01],
  Mg: [1.41, 1.21, 1.23],
  Al: [1.21, 1.13, 1.47],
  Si: [1.11, 1.12, 1.58],
  P: [1.07, 1.09, 1.96],
  S: [1.05, 1.03, 2.35],
  Cl: [1.02, 0.99, 2.74],
  Ar: [1.06],
  K: [2.03, 1.73, 0.91],
  Ca: [1.76, 1.5, 1.04],
  Sc: [1.7, 1.34, 1.2],
  Ti: [1.6, 1.27, 1.32],
  V: [1.53, 1.21, 1.45],
  Cr: [1.39, 1.16, 1.56],
  Mn: [1.39, 1.17, 1.6],
  Fe: [1.32, 1.16, 1.64],
  Co: [1.26, 1.09, 1.7],
  Ni: [1.24, 1.04, 1.75],
  Cu: [1.32, 0.87, 1.75],
  Zn: [1.22, 1.07, 1.66],
  Ga: [1.22, 1.14, 1.82],
  Ge: [1.2, 1.21, 1.51],
  As: [1.19, 1.21, 2.23],
  Se: [1.2, 1.18, 2.51],
  Br: [1.2, 1.13, 2.58],
  Kr: [1.16],
  Rb: [2.2, 1.84, 0.89],
  Sr: [1.95, 1.66, 0.99],
  Y: [1.9, 1.52, 1.11],
  Zr: [1.75, 1.43, 1.22],
  Nb: [1.64, 1.4, 1.23],
  Mo: [1.54, 1.37, 1.3],
  Tc: [1.47],
  Ru: [1.46, 1.21, 1.42],
  Rh: [1.42, 1.18, 1.54],
  Pd: [1.39, 1.11, 1.35],
  Ag: [1.45, 1.12, 1.42],
  Cd: [1.44, 1.28, 1.46],
  In: [1.42, 1.34, 1.49],
  Sn: [1.39, 1.37, 1.72],
  Sb: [1.39, 1.41, 1.72],
  Te: [1.38, 1.4, 2.72],
  I: [1.39, 1.33, 2.38],
  Xe: [1.4],
  Cs: [2.44, 2.05, 0.86],
  Ba: [2.15, 1.88, 0.97],
  La: [2.07, 1.71, 1.08],
  Ce: [2.04, 1.68, 1.08],
  Pr: [2.03, 1.66, 1.07],
  Nd: [2.01, 1.64, 1.07],
  Pm: [1.99],
  Sm: [1.98, 1.61, 1.07],
  Eu: [1.98, 1.62, 1.01],
  Gd: [1.96, 1.58, 1.11],
  Tb: [1.94, 1.56, 1.1],
  Dy: [1.92, 1.54, 1.1],
  Ho: [1.92, 1.53, 1.1],
  Er: [1.89, 1.51, 1.11],
  Tm: [1.9, 1.5, 1.11],
  Yb: [1.87, 1.49, 1.06],
  Lu: [1.87, 1.47, 1.14],
  Hf: [1.75, 1.42, 1.23],
  Ta: [1.7, 1.39, 1.33],
  W: [1.62, 1.38, 1.4],
  Re: [1.51, 1.37, 1.46],
  Os: [1.44],
  Ir: [1.41, 1.37, 1.55],
  Pt: [1.36],
  Au: [1.36],
  Hg: [1.32, 1.32, 1.44],
  Tl: [1.45, 1.62, 1.44],
  Pb: [1.46, 1.53, 1.55],
  Bi: [1.48, 1.54, 1.67],
  Po: [1.4],
  At: [1.5],
  Rn: [1.5],
  Fr: [2.6],
  Ra: [2.21],
  Ac: [2.15],
  Th: [2.06, 1.7, 1.11],
  Pa: [2],
  U: [1.96, 1.59, 1.22],
  Np: [1.9],
  Pu: [1.87],
  Am: [1.8],
  Cm: [1.69],
}

/** Elements that may be the negative end of a bond. Source: OKeeffeBrese1991 (list as in pymatgen's bond_valence.py) */
const negative = 'H B C Si N P As Sb O S Se Te F Cl Br I'.split(' ')

/** Symbol without isotope or charge: D and T are hydrogen. */
const elementOf = (symbol: string): string => (symbol === 'D' || symbol === 'T' ? 'H' : symbol)

/** Covalent radius [Å]; undefined for what is no element here. */
export const covalentRadius = (symbol: string): number | undefined => table[elementOf(symbol)]?.[0]

/** R₁₂ [Å] of a bond between a positive and a negative element; undefined where the table has one of them not. */
export const bondValenceParameter = (positive: string, negativeSymbol: string): number | undefined => {
  const [, r1, c1] = table[elementOf(positive)] ?? [0]
  const [, r2, c2] = table[elementOf(negativeSymbol)] ?? [0]
  if (r1 === undefined || c1 === undefined || r2 === undefined || c2 === undefined) return undefined
  return r1 + r2 - (r1 * r2 * (Math.sqrt(c1) - Math.sqrt(c2)) ** 2) / (c1 * r1 + c2 * r2)
}

/** Electronegativity c of the bond-valence table [–]; 0 where it has none. */
export const electronegativity = (symbol: string): number => table[elementOf(symbol)]?.[2] ?? 0

/** Whether an element may be the negative end of a bond. */
export const mayBeNegative = (symbol: string): boolean => negative.includes(elementOf(symbol))
