import type { Carrier } from '../scales.ts'

/** Zinc ion, Zn²⁺. Source: IUPAC2021 */
export const zn: Carrier = { symbol: 'Zn', charge: 2, mass: 65.38, sources: { mass: 'IUPAC2021' } }
