import { latticeOf, toCartesian } from '../src/crystal/lattice.ts'
import type { Structure } from '../src/crystal/structure.ts'

/** Mo6S8 in its rhombohedral cell, cavity at the origin (Materials Project mp-2164). */
export const mo6s8 = (): Structure => {
  const lattice = latticeOf({ lengths: [6.4936, 6.4936, 6.4936], angles: [91.325, 91.325, 91.325] })
  const orbit = ([x, y, z]: readonly number[]) =>
    [
      [x, y, z],
      [z, x, y],
      [y, z, x],
    ].flatMap(p => [p, p.map(c => -c)])
  const places = [
    ...orbit([0.21213, 0.55051, 0.40536]),
    ...orbit([0.13303, 0.38829, 0.73278]),
    [0.22104, 0.22104, 0.22104],
    [-0.22104, -0.22104, -0.22104],
  ]
  return {
    species: [...new Array<string>(6).fill('Mo'), ...new Array<string>(8).fill('S')],
    lattice,
    positions: toCartesian(places.flat(), lattice),
  }
}
