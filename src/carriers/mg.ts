import type { Carrier } from '../scales.ts'

/** Magnesium ion, Mg²⁺. Source: IUPAC2021 */
export const mg: Carrier = { symbol: 'Mg', charge: 2, mass: 24.305, sources: { mass: 'IUPAC2021' } }
