import { refuse } from '../error.ts'
import { checkRecipe } from './check-recipe.ts'
import type { BasisSize } from './choose-basis.ts'
import type { SmoothnessPrior } from './solve-smooth.ts'
import { type Noise, usualNoise } from './weights.ts'

/** How a potential is made from data: all that is not data. */
export type Recipe = {
  readonly name: string
  /** Element symbols in their order in the file; in the order of the data where empty. */
  readonly species: readonly string[]
  readonly size: BasisSize
  readonly noise: Noise
  /** Parts for the cross-validation, by groups of labels. */
  readonly folds: number
  readonly priors: readonly SmoothnessPrior[]
  /** What is never trained on: the first pattern (a regular expression) that a label matches names its kind. */
  readonly heldOut: readonly { readonly kind: string; readonly match: string }[]
  /** Every so-manieth group is held out besides; 0 for none. */
  readonly heldOutEvery: number
  /** Energy differences that matter, between labels. */
  readonly differences: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  /** Hard cores: strength [eV], and where they end as part of the shortest distance in the data [–]. */
  readonly repulsion: { readonly strength: number; readonly share: number }
  /** What the card of the potential says besides: teacher, version, licence. */
  readonly card: Readonly<Record<string, unknown>>
}

/** A basis of moderate size for any material; potentials that matter have a recipe of their own. Source: assumed */
export const usualRecipe: Recipe = {
  name: 'ace',
  species: [],
  size: {
    primitives: { cutoff: 5, bond: 2.4, count: 10 },
    radial: [6, 5, 4, 3],
    rare: [4, 3, 2, 1],
    guests: [],
    rarity: 2,
    three: 6,
    four: { degree: 3, angular: 2, radial: 1 },
  },
  noise: usualNoise,
  folds: 4,
  priors: [1e-4, 1e-5, 1e-6, 1e-7].map(strength => ({ strength, power: 2 })),
  heldOut: [],
  heldOutEvery: 8,
  differences: [],
  repulsion: { strength: 2000, share: 0.9 },
  card: {},
}

/**
 * A recipe from the fields of a file; fields that are not there are the usual ones.
 *
 * @throws SimulationError (`input`) for fields that no recipe has, and for values that they cannot hold
 */
export const recipeFrom = (fields: unknown, file: string): Recipe => {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    return refuse(file, fields, 'an object with the fields of a recipe')
  checkRecipe(fields, file)
  const recipe = { ...usualRecipe, ...(fields as Partial<Recipe>) }
  const { radial, rare } = recipe.size
  if (radial.length !== rare.length)
    refuse(`${file}: size.rare`, rare, `as many numbers as size.radial, ${radial.length}`)
  return recipe
}

/** Kind under which a label is held out, or nothing where it is trained on. */
export const holdOut = (recipe: Recipe) => {
  const patterns = recipe.heldOut.map(({ kind, match }) => ({ kind, pattern: new RegExp(match) }))
  return (label: string, group: string): string | undefined => {
    for (const { kind, pattern } of patterns) if (pattern.test(label)) return kind
    return recipe.heldOutEvery > 0 && scatter(group, 'held out') % recipe.heldOutEvery === 0
      ? 'other groups'
      : undefined
  }
}

/** A number that spreads texts evenly (FNV-1a, 32 bits), the same on every machine. Source: computed */
export const scatter = (text: string, salt: string): number => {
  let hash = 0x811c9dc5
  for (const character of `${salt}:${text}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  // the low bits of short texts are poorly mixed
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) >>> 0
}
