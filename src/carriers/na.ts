import type { Carrier } from '../scales.ts'

/** Sodium ion, Na⁺. Source: IUPAC2021 */
export const na: Carrier = { symbol: 'Na', charge: 1, mass: 22.98976928, sources: { mass: 'IUPAC2021' } }
