import { analyze_cell, operations_from_number } from '@spglib/moyo-wasm'
import { latticeOf, toCartesian } from '../../src/crystal/lattice.ts'
import { loadSymmetry } from '../../src/crystal/load-symmetry.ts'
import type { Structure } from '../../src/crystal/structure.ts'

loadSymmetry()
void analyze_cell

export type Atom = readonly [symbol: string, x: number, y: number, z: number]
type Cell = readonly [a: number, b: number, c: number, alpha: number, beta: number, gamma: number]

/** A conventional cell from its space group (setting of the International Tables) and asymmetric unit. */
export const crystal = (number: number, [a, b, c, al, be, ga]: Cell, atoms: readonly Atom[]): Structure => {
  const operations = operations_from_number(number, { type: 'Standard' }, false)
  const lattice = latticeOf({ lengths: [a, b, c], angles: [al, be, ga] })
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

export { cubic }
