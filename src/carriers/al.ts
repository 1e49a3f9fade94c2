import type { Carrier } from '../scales.ts'

/** Aluminium ion, Al³⁺. Source: IUPAC2021 */
export const al: Carrier = { symbol: 'Al', charge: 3, mass: 26.9815384, sources: { mass: 'IUPAC2021' } }
