import { bondValence } from './bond-valence.ts'
import { clearanceMap, gridMaxima, gridShape, paintedGrid, voidNear } from './clearance.ts'
import { toCartesian } from './lattice.ts'
import type { Structure } from './structure.ts'
import { surroundingsOf } from './surroundings.ts'

/** Grid of the search [Å]: voids closer together than this are one. Source: assumed */
const spacing = 0.25

/** How far a maximum may lie from the grid point that showed it [Å]. */
const within = 1

/** Only the atoms that `keep` names; the fields of atoms go with them. */
export const onlyAtoms = (structure: Structure, keep: readonly boolean[]): Structure => {
  const { species, positions, labels, occupancy, oxidation, fixed, ...rest } = structure
  const kept = species.map((_, i) => i).filter(i => keep[i])
  return {
    ...rest,
    species: kept.map(i => species[i]),
    positions: Float64Array.from(kept.flatMap(i => [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]])),
    ...(labels ? { labels: kept.map(i => labels[i]) } : {}),
    ...(occupancy ? { occupancy: Float64Array.from(kept, i => occupancy[i]) } : {}),
    ...(oxidation ? { oxidation: Float64Array.from(kept, i => oxidation[i]) } : {}),
    ...(fixed ? { fixed: Uint8Array.from(kept.flatMap(i => [...fixed.subarray(3 * i, 3 * i + 3)])) } : {}),
  }
}

export type Candidate = { readonly position: ArrayLike<number>; readonly rank: number }

/**
 * Middles of voids: local maxima of the clearance among the atoms that a carrier sits between (`facing`), as far as a ball of
 * radius `least` [Å] fits there between all atoms. Widest first.
 */
export const clearanceCandidates = (
  structure: Structure,
  o: {
    readonly facing: readonly boolean[]
    readonly least: number
    readonly radii?: Readonly<Record<string, number>>
  },
): Candidate[] => {
  const between = onlyAtoms(structure, o.facing)
  const map = clearanceMap(between, o.radii)
  const all = clearanceMap(structure, o.radii)
  const reach = 5
  const grid = paintedGrid(between, {
    spacing,
    reach,
    start: reach - Math.max(...map.radii),
    combine: (before, atom, distance) => Math.min(before, distance - map.radii[atom]),
  })
  const found: Candidate[] = []
  // a maximum is at most half a diagonal of the grid away, so at most so much higher
  for (const start of gridMaxima(grid, between.lattice, o.least - 0.87 * spacing)) {
    const top = voidNear(map, start, within)
    if (top && top.clearance >= o.least && all.at(top.position) >= o.least)
      found.push({ position: top.position, rank: top.clearance })
  }
  return found.sort((a, b) => b.rank - a.rank)
}

/**
 * Places where the bonds of an ion of charge z add up to z and balance: local minima of (V − z)² + |v|², V the bond-valence
 * sum and v its vector sum. Best first; those with V off by more than a third of z are left out.
 */
export const bondValenceCandidates = (
  structure: Structure,
  o: {
    readonly facing: readonly boolean[]
    readonly least: number
    readonly carrier: string
    readonly charge: number
    readonly radii?: Readonly<Record<string, number>>
  },
): Candidate[] | undefined => {
  const { lattice: A } = structure
  const around = surroundingsOf(structure, 6)
  const z = Math.abs(o.charge)
  const mismatch = (r: ArrayLike<number>): number => {
    const v = bondValence(structure, around(r), o.carrier, o.facing)
    return v === undefined ? Number.NaN : (v.sum - z) ** 2 + v.imbalance ** 2
  }
  const [n0, n1, n2] = gridShape(A, spacing)
  const value = new Float64Array(n0 * n1 * n2)
  for (let i = 0, at = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++, at++) value[at] = -mismatch(toCartesian([i / n0, j / n1, k / n2], A))
  if (value.some(Number.isNaN)) return undefined
  const all = clearanceMap(structure, o.radii)
  const found: Candidate[] = []
  for (const start of gridMaxima({ shape: [n0, n1, n2], value }, A, -((1.5 * z) ** 2))) {
    const r = descended(mismatch, start)
    const v = bondValence(structure, around(r), o.carrier, o.facing)
    if (v && Math.abs(v.sum - z) < z / 3 && all.at(r) >= o.least) found.push({ position: r, rank: -mismatch(r) })
  }
  return found.sort((a, b) => b.rank - a.rank)
}

/** Local minimum by steps along 26 directions that halve where none goes down: the function need not be smooth. */
const descended = (f: (r: ArrayLike<number>) => number, start: ArrayLike<number>): Float64Array => {
  const r = Float64Array.of(start[0], start[1], start[2])
  const trial = new Float64Array(3)
  let least = f(r)
  for (let step = spacing / 2; step > 1e-6; ) {
    let better = false
    for (let code = 0; code < 27 && !better; code++) {
      for (let d = 0; d < 3; d++) trial[d] = r[d] + step * ((Math.floor(code / 3 ** d) % 3) - 1)
      const value = f(trial)
      if (value < least - 1e-15) {
        least = value
        r.set(trial)
        better = true
      }
    }
    if (!better) step /= 2
  }
  return r
}
