/** What a cell weighs, by part, so that a specific energy says which masses it counts. */
import type { Cell, PorousElectrode } from './cell.ts'
import { poreVolume } from './inventory.ts'

/** Masses per electrode area [kg/m²]. */
export type Masses = {
  /** Hosts with the ions in them at the start. */
  readonly cathode: number
  /** Host with its ions, or the metals as they are at the start, excess included. */
  readonly anode: number
  /** In the pores of electrodes and separator. The bath of a beaker is left out: no cell would carry it. */
  readonly electrolyte: number
  /** Collectors, separator, binder and carbon, as the cell states them. */
  readonly inactive: number
  readonly total: number
}

/** The masses counted, in words. */
export const massesCounted =
  'host and ions of the cathode, host and ions or metals of the anode (excess included), electrolyte in the pores, ' +
  'collectors, separator, binder and carbon; no case, no tabs, no bath beside the cell'

const gram = 1e-3

const hostMass = ({ host, thickness, activeFraction, amount }: PorousElectrode): number => {
  const ions = host.carriers.reduce((sum, c) => sum + c.mass * (amount[c.symbol] ?? 0), 0)
  return ((thickness * activeFraction) / host.molarVolume) * (host.molarMass + ions) * gram
}

/** Masses of a cell per electrode area; the electrolyte's is NaN where its density is not known. */
export const massesOf = (cell: Cell): Masses => {
  const { anode, cathode, electrolyte, inactiveMass } = cell
  const parts = {
    cathode: hostMass(cathode),
    anode:
      anode.kind === 'porous'
        ? hostMass(anode)
        : anode.metals.reduce((sum, m) => sum + (anode.amount[m.carrier.symbol] ?? 0) * m.carrier.mass * gram, 0),
    // A parameter file that weighs the whole cell states that as inactive mass and has no densities of its own.
    electrolyte:
      electrolyte.density === undefined ? (inactiveMass > 0 ? 0 : Number.NaN) : poreVolume(cell) * electrolyte.density,
    inactive: inactiveMass,
  }
  return { ...parts, total: parts.cathode + parts.anode + parts.electrolyte + parts.inactive }
}

/** Energy per mass [Wh/kg] of an energy drawn [W·h]. */
export const specificEnergy = (cell: Cell, energy: number): number => energy / (massesOf(cell).total * cell.area)

/** Host of the cathode [kg]. */
export const hostMassOf = ({ cathode, area }: Cell): number =>
  ((cathode.thickness * cathode.activeFraction) / cathode.host.molarVolume) * cathode.host.molarMass * gram * area

/** Volume of the layers and the inactive parts per electrode area [m³/m²]: the metal of a planar anode as it is at the start. */
export const volumeOf = ({ anode, separator, cathode, inactiveVolume }: Cell): number => {
  const layer =
    anode.kind === 'porous'
      ? anode.thickness
      : anode.metals.reduce((sum, m) => sum + (anode.amount[m.carrier.symbol] ?? 0) * m.molarVolume, 0)
  return layer + separator.thickness + cathode.thickness + inactiveVolume
}

/** Energy per volume [Wh/L] of an energy drawn [W·h]. */
export const energyDensity = (cell: Cell, energy: number): number => energy / (volumeOf(cell) * cell.area * 1000)

/** What a run's energy is per mass and per volume, and what was counted. */
export type EnergyPer = {
  /** [Wh/kg]; NaN where the file knows no masses. */
  readonly mass: number
  /** [Wh/L] of the layers and inactive parts. */
  readonly volume: number
  /** Masses per electrode area [kg/m²]. */
  readonly masses: Masses
  readonly counted: string
}

export const energyPer = (cell: Cell, energy: number): EnergyPer => ({
  mass: specificEnergy(cell, energy),
  volume: energyDensity(cell, energy),
  masses: massesOf(cell),
  counted: massesCounted,
})
