/** Small lattices for the tests, by hand: a rectangular box of cells with one interaction along given steps, or random ones. */
import type { Cluster, Lattice, Place } from '../../src/lattice/lattice.ts'
import { random } from '../../src/math/random.ts'

export const steps: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  chain: [[1, 0, 0]],
  square: [
    [1, 0, 0],
    [0, 1, 0],
  ],
  // in the basis of two vectors 60° apart
  triangular: [
    [1, 0, 0],
    [0, 1, 0],
    [1, -1, 0],
  ],
  cubic: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  // in the primitive basis of fcc
  fcc: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, -1, 0],
    [1, 0, -1],
    [0, 1, -1],
  ],
}

const dimensionOf = (kind: string): 1 | 2 | 3 =>
  kind === 'chain' ? 1 : kind === 'square' || kind === 'triangular' ? 2 : 3

/** One site a cell, carriers A, B, … of charge 1, 2, …, a pair energy along every step, [n, n] (or one number). */
export const latticeGas = (
  kind: string,
  options: {
    readonly carriers?: number
    readonly site?: readonly number[]
    readonly pair?: number | readonly number[]
    readonly extra?: Partial<Lattice>
  } = {},
): Lattice => {
  const { carriers = 1, pair = 0, extra = {} } = options
  const energy = Float64Array.from(typeof pair === 'number' ? Array(carriers * carriers).fill(pair) : pair)
  const clusters = energy.some(e => e !== 0)
    ? steps[kind].map((image): Cluster => ({ label: kind, places: [home(0), { site: 0, image }], energy }))
    : []
  return {
    name: kind,
    cell: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    dimension: dimensionOf(kind),
    formulaUnits: 1,
    volume: 1,
    carriers: Array.from({ length: carriers }, (_, i) => ({ symbol: 'ABC'[i], charge: i + 1 })),
    sublattices: ['site'],
    sites: [{ sublattice: 0, position: [0, 0, 0] }],
    siteEnergy: Float64Array.from(options.site ?? Array(carriers).fill(0)),
    clusters,
    meanField: [],
    limits: [],
    events: [],
    ...extra,
  }
}

export const home = (site: number): Place => ({ site, image: [0, 0, 0] })

/** The honeycomb: two sites a cell, three bonds. */
export const honeycomb = (pair: number): Lattice => ({
  ...latticeGas('square'),
  name: 'honeycomb',
  formulaUnits: 2,
  sublattices: ['a', 'b'],
  sites: [
    { sublattice: 0, position: [0, 0, 0] },
    { sublattice: 1, position: [0.5, 0.5, 0] },
  ],
  siteEnergy: Float64Array.of(0, 0),
  clusters: (
    [
      [0, 0, 0],
      [-1, 0, 0],
      [0, -1, 0],
    ] as const
  ).map(image => ({ label: 'bond', places: [home(0), { site: 1, image }], energy: Float64Array.of(pair) })),
})

/** Two sites a cell, random clusters of two to four sites, some of them forbidden, and a mean field; two carriers by default. */
export const randomLattice = (
  seed: number,
  options: { readonly forbidden?: boolean; readonly carriers?: number } = {},
): Lattice => {
  const dice = random(seed, 1)
  const whole = (below: number) => Math.floor(dice.uniform() * below)
  const n = options.carriers ?? 2
  const clusters = Array.from({ length: 7 }, (_, c): Cluster => {
    const size = [2, 2, 2, 3, 3, 4, 1][c]
    const places: Place[] = [home(whole(2))]
    while (places.length < size) {
      const next: Place = { site: whole(2), image: [whole(3) - 1, whole(3) - 1, 0] }
      if (!places.some(p => p.site === next.site && p.image.every((at, d) => at === next.image[d]))) places.push(next)
    }
    const energy = Float64Array.from({ length: n ** size }, () => 0.2 * (dice.uniform() - 0.5))
    if (options.forbidden && c < 2) energy[whole(energy.length)] = Infinity
    return { label: `cluster ${c}`, places, energy }
  })
  return {
    ...latticeGas('square', { carriers: n }),
    name: `random ${seed}`,
    sublattices: ['a', 'b'],
    sites: [
      { sublattice: 0, position: [0, 0, 0] },
      { sublattice: 1, position: [0.5, 0.5, 0] },
    ],
    siteEnergy: Float64Array.from({ length: 2 * n }, () => 0.1 * (dice.uniform() - 0.5)),
    clusters,
    meanField: [
      {
        label: 'electrons',
        weights: Float64Array.from({ length: n }, (_, i) => i + 1),
        coefficients: Float64Array.of(0, -0.05, 0.03, 0.01),
      },
    ],
  }
}
