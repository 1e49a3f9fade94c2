import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import type { Amount, HostMaterial, Metal, Sources } from '../scales.ts'

/** Shape of the particles: exponent of r in the shell volume is 2, 1, 0. */
export type ParticleShape = 'sphere' | 'cylinder' | 'plate'

/** A porous electrode of particles of one host. */
export type PorousElectrode = {
  readonly kind: 'porous'
  readonly host: HostMaterial
  /** ℓ [m]. */
  readonly thickness: number
  /** Electrolyte volume fraction ε [–]. */
  readonly porosity: number
  /** Host volume fraction ε_s [–]. */
  readonly activeFraction: number
  /** Transport efficiency B = ε/τ of the pores [–]. */
  readonly transportEfficiency: number
  /** Effective electronic conductivity of the solid σ_eff [S/m] (as measured on the electrode: not corrected again). */
  readonly conductivity: number
  /** Particle radius (half thickness of a plate) R_p [m]. */
  readonly particleRadius: number
  readonly shape: ParticleShape
  /** Particle surface per volume of electrode a [1/m]; (shape + 1) ε_s/R_p where not measured. */
  readonly areaDensity: number
  /** Film resistance R_f [Ω·m²] of particle surface. */
  readonly filmResistance: number
  /** Double layer [F/m²] of particle surface; 0 leaves it out. */
  readonly doubleLayer: number
  /** Content at the start [per formula unit]. */
  readonly amount: Amount
}

/** A planar metal electrode on which several metals plate and strip. */
export type MetalElectrode = {
  readonly kind: 'metal'
  /** `separate`: a_m = 1 for each metal present; `solid-solution`: a_m = fraction in a surface layer of stated thickness. */
  readonly mixing: 'separate' | 'solid-solution'
  readonly metals: readonly Metal[]
  /** Metal at the start [mol/m²], by symbol; Infinity is not allowed (state a thickness). */
  readonly amount: Amount
  /** Thickness of the mixed surface layer [m] (`solid-solution`). */
  readonly surfaceLayer: number
  /** Film resistance R_f [Ω·m²]. */
  readonly filmResistance: number
  /** Double layer [F/m²] of the metal's face; 0 leaves it out. */
  readonly doubleLayer: number
}

export type Separator = {
  readonly thickness: number
  readonly porosity: number
  readonly transportEfficiency: number
}

/** Lumped heat balance: C dT/dt = heat − hA (T − T_amb); absent means isothermal at `temperature`. */
export type Thermal = {
  /** Heat capacity of the cell C [J/K]. */
  readonly heatCapacity: number
  /** h·A [W/K]. */
  readonly coolingConductance: number
}

/** What state of charge means where there is one ion: its content at state of charge 0 and 1 [per formula unit]. */
export type StateOfChargeWindow = {
  /** Absent for a metal anode. */
  readonly anode?: readonly [empty: number, full: number]
  readonly cathode: readonly [empty: number, full: number]
}

/** A cell: x runs from the anode (0) to the cathode (L). Current is positive on discharge. */
export type Cell = {
  readonly name: string
  readonly anode: PorousElectrode | MetalElectrode
  readonly separator: Separator
  readonly cathode: PorousElectrode
  readonly electrolyte: Electrolyte
  /** Electrode area, all parallel pairs together [m²]. */
  readonly area: number
  /** Contact resistance of the whole cell R_contact [Ω]. */
  readonly contactResistance: number
  /** Capacity that a C-rate refers to [A·h]. */
  readonly nominalCapacity: number
  /** Usual end of discharge and of charge [V]. */
  readonly voltageLimits: readonly [lower: number, upper: number]
  /** Absent where a state of charge has no meaning (several ions). */
  readonly stateOfCharge?: StateOfChargeWindow
  /** Start and ambient temperature [K]. */
  readonly temperature: number
  readonly ambientTemperature: number
  readonly thermal?: Thermal
  /** Well-mixed electrolyte beside the anode (beaker cell): its volume per electrode area [m]; 0 leaves it out. */
  readonly reservoir: number
  /** Voltage is measured against this metal standing in the reservoir (at the anode's face) instead of against the anode. */
  readonly reference?: string
  /** Masses counted besides what the model itself holds [kg/m²]: collectors, binder; with their sources. */
  readonly inactiveMass: number
  /** Volume of the inactive parts per electrode area [m³/m²]. */
  readonly inactiveVolume: number
  readonly sources: Sources
}

/** Which equations: single particle, with electrolyte, or the full porous electrode. */
export type Fidelity = 'spm' | 'spme' | 'dfn'

/** Mesh: points per region in x and shells per particle, both graded. */
export type Mesh = { readonly points: number; readonly shells: number }

/** Coldest and hottest cell, or surroundings of one, that is taken [K]: what is outside was meant in other units. */
export const temperatureRange = [100, 2000] as const
