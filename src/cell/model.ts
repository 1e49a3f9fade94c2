import type { Dae } from '../solve/dae.ts'
import type { Cell, Fidelity, Mesh } from './cell.ts'

/** The scalars a protocol can see and steer. Reused between calls: read it, do not keep it. */
export type At = {
  /** Time since the start of the step [s]. */
  time: number
  /** [V] */
  voltage: number
  /** [A], positive on discharge. */
  current: number
  /** Charge drawn since the model's start [A·h], positive on discharge. */
  capacity: number
  /** [K] */
  temperature: number
  /** Mean content of each cathode carrier [per formula unit], in the order of `Model.carriers`. */
  amount: Float64Array
}

/** The one scalar equation which closes the system: zero where the step's demand is met. Smooth in voltage and current. */
export type Control = (at: At) => number

/**
 * A cell as a system F(t, y, ẏ) = 0, whatever its fidelity. Made once by `modelOf(cell, options)`; one protocol step
 * sets its control, then integrates. `t` is the time since the start of the step in every call.
 */
export type Model = Dae & {
  readonly cell: Cell
  readonly fidelity: Fidelity
  readonly mesh: Mesh
  /** Cathode carriers, in the order of every per-ion output. */
  readonly carriers: readonly string[]
  /** Things said to the user: an amount of zero raised to the floor, and the like. */
  readonly notes: readonly string[]
  /** Fills y and ẏ with the cell's state at rest before anything flows (not yet consistent with a control). */
  start(y: Float64Array, yp: Float64Array): void
  /** Sets the control equation and the ambient temperature [K] of the coming step. */
  drive(control: Control, ambient: number): void
  /** Brings the potentials of a state near those at a current [A] that sets in at once, for a first guess. */
  lead?(y: Float64Array, current: number): void
  /** Double layers hold every potential: a voltage that jumps is led to, as any instrument does. */
  readonly layered?: boolean
  /** The first unknown that voltage, current, capacity and temperature depend on; 0 where absent. */
  readonly seenFrom?: number
  /** The protocol's view of a state. */
  at(t: number, y: Float64Array): At
  /** Names of the scalar outputs, each a key of `quantities.ts` with the ion or region in brackets: `share[Li]`. */
  readonly columns: readonly string[]
  /** Fills one row of scalar outputs, [columns.length]. */
  row(t: number, y: Float64Array, yp: Float64Array, out: Float64Array): void
  /** Profiles through particles and electrolyte at a state; without its slopes ẏ the currents in them are zero. */
  profiles(t: number, y: Float64Array, yp?: Float64Array): Profiles
  /** Inventory of each conserved thing [mol/m²], by name: ions in hosts + electrolyte + metal, anions. */
  inventory(y: Float64Array): Readonly<Record<string, number>>
}

/** Spatial fields at one moment. Arrays run along x [points] or r [shells], outermost last. */
export type Profiles = {
  /** Positions of the electrolyte points [m]. */
  readonly x: Float64Array
  /** Concentration of each species [mol/m³], by name, along x. */
  readonly concentration: Readonly<Record<string, Float64Array>>
  /** φ_e along x [V]; absent in `spm`. */
  readonly phiE: Float64Array
  readonly electrodes: readonly {
    readonly electrode: 'anode' | 'cathode'
    /** Positions of the particles [m] (one in `spm` and `spme`). */
    readonly x: Float64Array
    /** Positions inside the particle [m], surface last. */
    readonly r: Float64Array
    /** Content [per formula unit], by carrier, [particles × r]. */
    readonly content: Readonly<Record<string, Float64Array>>
    /** Net interfacial current density [A/m²], by carrier, [particles]: what the balance of each particle says. */
    readonly current: Readonly<Record<string, Float64Array>>
    /** φ_s [V], [particles]. */
    readonly phiS: Float64Array
  }[]
}
