import type { Sources } from '../scales.ts'
import type { WholeCell } from './cell-schema.ts'

/** The electrolyte of a cell file, as its schema has it. */
export type ElectrolyteRecipe = WholeCell['electrolyte']

/** What making it needs besides; `sources` are those of the electrolyte. */
export type ElectrolyteContext = { readonly fileName: string; readonly notes: string[]; readonly sources: Sources }

/** Fast tables of an electrolyte reach from 0 to this many times its concentration. */
export const concentrationReach = 5
