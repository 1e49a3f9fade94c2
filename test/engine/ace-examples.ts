import { type Structure, withPositions } from '../../src/crystal/structure.ts'
import { type BasisSize, pairStatistics, withTerms } from '../../src/distil/choose-basis.ts'
import { coefficientOffsets } from '../../src/distil/design.ts'
import type { AceBasis } from '../../src/engine/ace/basis.ts'
import type { AcePotential } from '../../src/engine/ace/engine.ts'

/** Numbers in (−½, ½) that look random and are the same every time (multiplicative congruence). */
export const rough = (seed: number) => {
  let state = (seed * 2654435761 + 12345) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

/** Nine atoms of three kinds in a skewed cell, about 3 Å apart, off their places by `amplitude`. */
export const alloy = (seed: number, amplitude = 0.5): Structure => {
  const random = rough(seed)
  const positions: number[] = []
  for (let i = 0; i < 9; i++)
    positions.push(
      2.9 * (i % 3) + 0.3 * Math.floor(i / 3) + amplitude * random(),
      2.8 * Math.floor(i / 3) + amplitude * random(),
      (i % 2) * 1.4 + amplitude * random(),
    )
  return {
    species: ['Mo', 'S', 'S', 'Mo', 'Li', 'S', 'Mo', 'S', 'Li'],
    lattice: Float64Array.of(8.8, 0.2, 0, 0.7, 8.5, 0.1, -0.3, 0.4, 3.4),
    positions: Float64Array.from(positions),
  }
}

export const smallSize: BasisSize = {
  primitives: { cutoff: 4.2, bond: 2.4, count: 6 },
  radial: [3, 2, 2],
  rare: [2, 1, 1],
  guests: ['Li'],
  rarity: 1,
  three: 3,
  four: { degree: 3, angular: 2, radial: 1 },
}

export const basisFor = (structures: readonly Structure[], size = smallSize): AceBasis => {
  const pairs = pairStatistics(size)
  for (const structure of structures) pairs.add(structure)
  const species = pairs.species()
  return withTerms(
    { species, primitives: size.primitives, degree: size.radial.length - 1, radial: pairs.radial(species) },
    size,
  )
}

/** A potential of no meaning whose every term counts. */
export const madeUp = (basis: AceBasis, seed = 7): AcePotential => {
  const random = rough(seed)
  const offsets = coefficientOffsets(basis)
  return {
    name: 'made up',
    basis,
    coefficients: Float64Array.from({ length: offsets[offsets.length - 1] }, () => 0.3 * random()),
    repulsion: { strength: 50, range: new Array<number>(basis.species.length ** 2).fill(2.9) },
  }
}

export const displaced = (structure: Structure, amplitude: number, seed: number): Structure => {
  const random = rough(seed)
  return withPositions(
    structure,
    structure.positions.map(x => x + amplitude * random()),
  )
}
