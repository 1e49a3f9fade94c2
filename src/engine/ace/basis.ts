import type { Primitives } from './radial.ts'

/**
 * What the energy of an atom is expanded in. The density of neighbours of kind z about an atom of kind s is projected on
 *
 *   A_znlm = Σ_j R^{sz}_{nl}(r_j) C_lm(r_j/r_j),   R^{sz}_{nl} = Σ_k W^{szl}_{nk} g_k
 *
 * and the terms are the invariants of one, two and three such blocks (z, n, l): bodies two, three and four.
 */
export type AceBasis = {
  /** Element symbols, [kinds]. */
  readonly species: readonly string[]
  readonly primitives: Primitives
  /** Highest degree L of the harmonics. */
  readonly degree: number
  /** Radial functions of centre s, neighbour z and degree l: W [count, primitives], at (s·kinds + z)(L + 1) + l. */
  readonly radial: readonly Float64Array[]
  /** Terms of each kind of centre, [kinds]. */
  readonly terms: readonly AceTerms[]
}

/** Invariants as the blocks they multiply, [terms, 3]; −1 where a term has fewer. Blocks are numbered as in `blocksOf`. */
export type AceTerms = { readonly blocks: Int32Array; readonly count: number }

/** One block of the density: 2l + 1 channels of one neighbour kind, radial function and degree. */
export type Block = {
  readonly kind: number
  readonly l: number
  readonly n: number
  /** Its first channel. */
  readonly at: number
}

export const radialOf = (basis: AceBasis, centre: number, neighbour: number, l: number): Float64Array =>
  basis.radial[(centre * basis.species.length + neighbour) * (basis.degree + 1) + l]

/** Radial functions of (centre, neighbour, l). */
export const radialCount = (basis: AceBasis, centre: number, neighbour: number, l: number): number =>
  radialOf(basis, centre, neighbour, l).length / basis.primitives.count

/** Blocks of a centre in their order: by neighbour kind, then l, then n. */
export const blocksOf = (basis: AceBasis, centre: number): readonly Block[] => {
  const blocks: Block[] = []
  let at = 0
  for (let kind = 0; kind < basis.species.length; kind++)
    for (let l = 0; l <= basis.degree; l++)
      for (let n = 0; n < radialCount(basis, centre, kind, l); n++) {
        blocks.push({ kind, l, n, at })
        at += 2 * l + 1
      }
  return blocks
}

/** Channels of a centre: the length of its A. */
export const channelCount = (basis: AceBasis, centre: number): number =>
  blocksOf(basis, centre).reduce((sum, { l }) => sum + 2 * l + 1, 0)

/** Kinds of neighbours a term needs, as bits. */
export const kindsOfTerm = (terms: AceTerms, term: number, blocks: readonly Block[]): number => {
  let bits = 0
  for (let k = 0; k < 3; k++) {
    const block = terms.blocks[3 * term + k]
    if (block >= 0) bits |= 1 << blocks[block].kind
  }
  return bits
}
