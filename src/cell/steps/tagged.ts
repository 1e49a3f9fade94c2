/** Steps by their tags: of a protocol, or of the steps of a solution. */
type Tagged = { readonly tags?: readonly string[]; readonly cycle: number }

/** The steps that have a tag. */
export const stepsTagged = <S extends Tagged>(steps: readonly S[], tag: string): readonly S[] =>
  steps.filter(({ tags }) => tags?.includes(tag))

/** The cycles, counted from 1, in which a step has a tag. */
export const cyclesTagged = (steps: readonly Tagged[], tag: string): readonly number[] => [
  ...new Set(stepsTagged(steps, tag).map(({ cycle }) => cycle)),
]
