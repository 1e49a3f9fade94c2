/**
 * A host whose answers are known: ions in an egg box, U = A Σ_d (1 − cos 2πx_d/a)/2 for each ion, with a Gaussian repulsion
 * between ions and springs that hold the host's atoms. Its sites are the corners of a simple cubic lattice, the barrier of a
 * lone ion is A, and the saddle lies half way.
 */
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine } from '../../src/engine/engine.ts'

export const spacing = 4
export const depth = { Li: 0.3, Mg: 0.5 } as const
/** Energy of an ion at the bottom [eV]. */
export const bottom = { Li: -2, Mg: -3 } as const
/** B exp(−r²/2w²) [eV], by product of charges. */
const strength = 0.4
const width = 1.6

export const repulsion = (r: number, charges: number): number =>
  charges * strength * Math.exp(-(r * r) / (2 * width * width))

const charge = { Li: 1, Mg: 1.5 } as const
const isIon = (symbol: string): symbol is 'Li' | 'Mg' => symbol === 'Li' || symbol === 'Mg'

export const cubicHost: Structure = {
  species: ['Cl'],
  lattice: Float64Array.of(spacing, 0, 0, 0, spacing, 0, 0, 0, spacing),
  positions: Float64Array.of(spacing / 2, spacing / 2, spacing / 2),
}

/** Sum over all images within 9 Å; cells may be any multiple of the cubic one. */
export const eggBox: Engine = {
  name: 'egg box',
  elements: ['Cl', 'Li', 'Mg'],
  external: true,
  evaluate: ({ species, positions, lattice }) => {
    const forces = new Float64Array(positions.length)
    let energy = 0
    const k = (2 * Math.PI) / spacing
    species.forEach((symbol, i) => {
      for (let d = 0; d < 3; d++) {
        const x = positions[3 * i + d]
        if (isIon(symbol)) {
          energy += (depth[symbol] / 2) * (1 - Math.cos(k * x))
          forces[3 * i + d] -= (depth[symbol] / 2) * k * Math.sin(k * x)
        } else {
          const off = x - spacing / 2 - spacing * Math.round((x - spacing / 2) / spacing)
          energy += 5 * off * off
          forces[3 * i + d] -= 10 * off
        }
      }
      if (isIon(symbol)) energy += bottom[symbol]
    })
    const ions = species.flatMap((symbol, i) => (isIon(symbol) ? [{ i, q: charge[symbol] }] : []))
    const cells: number[][] = []
    const reach = [0, 1, 2].map(d => Math.ceil(9 / Math.hypot(...lattice.subarray(3 * d, 3 * d + 3))))
    for (let a = -reach[0]; a <= reach[0]; a++)
      for (let b = -reach[1]; b <= reach[1]; b++)
        for (let c = -reach[2]; c <= reach[2]; c++)
          cells.push([0, 1, 2].map(d => a * lattice[d] + b * lattice[3 + d] + c * lattice[6 + d]))
    for (const { i, q } of ions)
      for (const { i: j, q: other } of ions)
        for (const shift of cells) {
          const v = [0, 1, 2].map(d => positions[3 * j + d] + shift[d] - positions[3 * i + d])
          const r = Math.hypot(v[0], v[1], v[2])
          if (r < 1e-9 || r > 9) continue
          const V = repulsion(r, q * other)
          energy += V / 2
          // of the pair i, image of j: the force on i alone, j's comes with its own term
          if (i !== j) for (let d = 0; d < 3; d++) forces[3 * i + d] -= (V * v[d]) / (width * width)
        }
    return { energy, forces }
  },
}

/** V of two ions at a distance, by their symbols. */
export const pairEnergy = (a: 'Li' | 'Mg', b: 'Li' | 'Mg', r: number): number => repulsion(r, charge[a] * charge[b])
