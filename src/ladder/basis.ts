import type { Basis } from '../lattice/model/model.ts'
import { basisWords, type Provenance } from '../lattice/model/provenance.ts'

/** The surest first. */
const order: readonly Basis[] = ['computed', 'measured', 'fitted', 'screening', 'assumed']

/** The least sure of some bases. */
export const weakest = (bases: readonly Basis[]): Basis =>
  bases.reduce<Basis>((least, basis) => (order.indexOf(basis) > order.indexOf(least) ? basis : least), 'computed')

/** What numbers of a model rest on: the least sure basis among them, and which rest on which. */
export const restsOn = (provenance: readonly Provenance[]): { readonly basis: Basis; readonly why: string } => ({
  basis: weakest(provenance.map(one => one.basis)),
  why: `${basisWords(provenance) || 'no numbers'}.`,
})
