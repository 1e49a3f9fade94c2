import { operations_from_number } from '@spglib/moyo-wasm'
import { latticeOf, toCartesian } from '../../src/crystal/lattice.ts'
import { loadSymmetry } from '../../src/crystal/load-symmetry.ts'
import type { Structure } from '../../src/crystal/structure.ts'

loadSymmetry()

type Atom = readonly [symbol: string, x: number, y: number, z: number]
type Cell = readonly [a: number, b: number, c: number, alpha: number, beta: number, gamma: number]

/** A conventional cell from its space group (setting of the International Tables) and asymmetric unit. */
const crystal = (number: number, cell: Cell, atoms: readonly Atom[]): Structure => {
  const [a, b, c, alpha, beta, gamma] = cell
  const operations = operations_from_number(number, { type: 'Standard' }, false)
  const lattice = latticeOf({ lengths: [a, b, c], angles: [alpha, beta, gamma] })
  const species: string[] = []
  const f: number[] = []
  for (const [symbol, ...x] of atoms) {
    const orbit: number[][] = []
    for (const { rotation: W, translation: w } of operations) {
      const y = [0, 1, 2].map(d => {
        const v = x[0] * W[d] + x[1] * W[3 + d] + x[2] * W[6 + d] + w[d]
        return v - Math.floor(v + 1e-9)
      })
      if (!orbit.some(z => z.every((v, d) => Math.abs(v - y[d] - Math.round(v - y[d])) < 1e-4))) orbit.push(y)
    }
    for (const y of orbit) {
      species.push(symbol)
      f.push(...y)
    }
  }
  return { species, lattice, positions: toCartesian(f, lattice) }
}

const cubic = (a: number): Cell => [a, a, a, 90, 90, 90]

/** Mo6S8 of the Materials Project, mp-2164, rhombohedral axes, the large cavity about the origin. */
export const chevrel = (): Structure => {
  const orbit = ([x, y, z]: readonly number[]) =>
    [
      [x, y, z],
      [z, x, y],
      [y, z, x],
    ].flatMap(p => [p, p.map(c => -c)])
  const mo = orbit([0.21213, 0.55051, 0.40536])
  const s1 = orbit([0.13303, 0.38829, 0.73278])
  const s2 = orbit([0.22104, 0.22104, 0.22104]).slice(0, 2)
  const lattice = latticeOf({ lengths: [6.4936, 6.4936, 6.4936], angles: [91.325, 91.325, 91.325] })
  return {
    species: [...mo.map(() => 'Mo'), ...[...s1, ...s2].map(() => 'S')],
    lattice,
    positions: toCartesian([...mo, ...s1, ...s2].flat(), lattice),
    name: 'Mo6S8',
  }
}

export const rockSalt = (a = 5.13): Structure =>
  crystal(225, cubic(a), [
    ['Li', 0, 0, 0],
    ['Cl', 0.5, 0.5, 0.5],
  ])

/** The mineral spinel, MgAl2O4, as among pymatgen's AFLOW prototypes. */
export const spinel = (): Structure =>
  crystal(227, cubic(8.0832), [
    ['Mg', 1 / 8, 1 / 8, 1 / 8],
    ['Al', 0.5, 0.5, 0.5],
    ['O', 0.2626, 0.2626, 0.2626],
  ])

/** LiFePO4, Pnma, as a public model builder lists it (after J. Solid State Chem. 178, 2575). */
export const olivine = (): Structure =>
  crystal(
    62,
    [10.33, 6.01, 4.69, 90, 90, 90],
    [
      ['Li', 0, 0, 0],
      ['Fe', 0.2818, 0.25, 0.9744],
      ['P', 0.0947, 0.25, 0.418],
      ['O', 0.0973, 0.25, 0.7434],
      ['O', 0.4567, 0.25, 0.2061],
      ['O', 0.1652, 0.0466, 0.2843],
    ],
  )

/** Caswellsilverite, NaCrS2: the layered α-NaFeO2 type, as among pymatgen's AFLOW prototypes. */
export const layeredSulfide = (): Structure =>
  crystal(
    166,
    [3.5561, 3.5561, 19.365, 90, 90, 120],
    [
      ['Na', 0, 0, 0.5],
      ['Cr', 0, 0, 0],
      ['S', 0, 0, 0.2667],
    ],
  )

/** The same type with the axes of a Materials Project LiCoO2 (a 2.811, c 13.909 Å); z of oxygen assumed. */
export const layeredOxide = (): Structure =>
  crystal(
    166,
    [2.81126, 2.81126, 13.90946, 90, 90, 120],
    [
      ['Li', 0, 0, 0.5],
      ['Co', 0, 0, 0],
      ['O', 0, 0, 0.26],
    ],
  )

/** Garnet framework; cell and oxygen assumed, all other sites are fixed by symmetry. Li on the tetrahedra. */
export const garnet = (): Structure =>
  crystal(230, cubic(12.97), [
    ['La', 1 / 8, 0, 1 / 4],
    ['Zr', 0, 0, 0],
    ['O', -0.0318, 0.0545, 0.1504],
    ['Li', 3 / 8, 0, 1 / 4],
  ])

/** Argyrodite: 48h sites at x 0.183, z 0.024 as tabled in a code for jump analysis; cell and sulphur assumed. */
export const argyrodite = (): Structure =>
  crystal(216, cubic(9.86), [
    ['P', 0.5, 0.5, 0.5],
    ['S', 0.25, 0.25, 0.25],
    ['Cl', 0, 0, 0],
    ['S', 0.6185, 0.6185, 0.6185],
    ['Li', 0.183, 0.183, 0.024],
  ])

export const perovskite = (): Structure =>
  crystal(221, cubic(3.9), [
    ['La', 0, 0, 0],
    ['Ti', 0.5, 0.5, 0.5],
    ['O', 0.5, 0.5, 0],
  ])

export const fluorite = (): Structure =>
  crystal(225, cubic(5.463), [
    ['Ca', 0, 0, 0],
    ['F', 0.25, 0.25, 0.25],
  ])

/** Rutile with Li in the channels along c; axes and oxygen assumed. */
export const rutile = (): Structure =>
  crystal(
    136,
    [4.594, 4.594, 2.959, 90, 90, 90],
    [
      ['Ti', 0, 0, 0],
      ['O', 0.305, 0.305, 0],
      ['Li', 0.5, 0, 0.5],
    ],
  )
