/**
 * Physical constants (CODATA 2018, exact by the SI of 2019 where marked) and the conversions of the project.
 * The only home of these numbers: no other file writes 96485, 8.314 or 1.602e-19.
 * Source: CODATA2018
 */

/** Elementary charge [C], exact. */
export const e = 1.602176634e-19
/** Boltzmann constant [J/K], exact. */
export const kB = 1.380649e-23
/** Avogadro constant [1/mol], exact. */
export const NA = 6.02214076e23
/** Faraday constant [C/mol], F = e N_A. */
export const F = e * NA
/** Gas constant [J/(mol·K)], R = k_B N_A. */
export const R = kB * NA
/** Boltzmann constant [eV/K]. */
export const kBeV = kB / e

/** Bohr radius [Å]. */
export const bohr = 0.529177210903
/** Hartree energy [eV]. */
export const hartree = 27.211386245988
/** Unified atomic mass unit [kg]. */
export const amu = 1.6605390666e-27
/** e²/(4πε₀) [eV·Å]: energy of two elementary charges 1 Å apart; a hartree at a bohr. */
export const coulomb = hartree * bohr

/** Seconds in an hour; 1 A·h = 3600 C. */
export const secondsPerHour = 3600
/** 0 °C in kelvin. */
export const zeroCelsius = 273.15
/** Room temperature of the material records, 25 °C [K]. */
export const roomTemperature = 298.15

/**
 * Gravimetric capacity of one elementary charge per formula unit.
 *
 * @param molarMass [g/mol]
 * @returns [mAh/g]
 */
export const capacityPerElectron = (molarMass: number): number => (F / molarMass / secondsPerHour) * 1000
