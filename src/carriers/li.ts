import type { Carrier } from '../scales.ts'

/** Lithium ion, Li⁺. Source: IUPAC2021 */
export const li: Carrier = { symbol: 'Li', charge: 1, mass: 6.94, sources: { mass: 'IUPAC2021' } }
