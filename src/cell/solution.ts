/** What a run of a protocol gives: plain data, whatever the cell and the fidelity. */
import type { Sources } from '../scales.ts'
import type { Statistics } from '../solve/newton.ts'
import type { Cell, Fidelity, Mesh } from './cell.ts'
import type { EnergyPer } from './mass.ts'
import type { Profiles } from './model.ts'

/** How a step, or the run, came to its end. All are results; a failed method throws instead. */
export type Outcome =
  /** A voltage limit, the step's own or the cell's. */
  | 'cut-off'
  /** The duration asked for. */
  | 'time'
  | 'current'
  | 'capacity'
  | 'amount reached'
  | 'temperature'
  /** A limit of the caller's own. */
  | 'condition'
  /** A sweep arrived. */
  | 'swept'
  /** The last row of a profile. */
  | 'profile end'
  /** The step's limit was met before it began: zero length. */
  | 'already satisfied'
  /** As soon as the current flows the voltage lies beyond the limit: zero length. */
  | 'voltage below cut-off at once'
  | 'voltage above limit at once'
  /** No current gives the power asked for. */
  | 'maximum power exceeded'
  /** An ion of the electrolyte is used up somewhere. */
  | 'electrolyte depleted'
  /** A host has no room, or nothing left, at its surface. */
  | 'host full'
  | 'host empty'
  /** The metal that was to be stripped is gone. */
  | 'metal used up'
  /** The demand lies outside the cell's voltage limits, and no state of the cell meets it. */
  | 'beyond the cell'
  /** What ends the whole experiment: a capacity that has faded, a voltage. */
  | 'terminated'
  /** The largest time of the whole run. */
  | 'time limit'
  /** Stopped from outside: a partial result. */
  | 'interrupted'
  /** Parts of an error only: the condition of a step never came; the method failed. */
  | 'condition never met'
  | 'method failed'

/** One step as it went. Rows of the columns: `start` … `end`, both included. */
export type SolutionStep = {
  readonly label: string
  readonly cycle: number
  readonly start: number
  readonly end: number
  readonly outcome: Outcome
  readonly reason: string
  /** Begin in the run, and duration [s]. */
  readonly time: number
  readonly duration: number
  /** Charge and energy drawn, positive on discharge [A·h], [W·h]. */
  readonly capacity: number
  readonly energy: number
  /** The step's own. */
  readonly tags?: readonly string[]
}

/** Sums over one cycle, magnitudes [A·h], [W·h]. */
export type CycleSummary = {
  readonly cycle: number
  /** Begin and end in the run [s]. */
  readonly start: number
  readonly end: number
  readonly dischargeCapacity: number
  readonly chargeCapacity: number
  readonly dischargeEnergy: number
  readonly chargeEnergy: number
}

export type Solution = {
  /** Of the last step. */
  readonly outcome: Outcome
  /** The same in a sentence, with the numbers. */
  readonly reason: string
  /** Name of the cell. */
  readonly cell: string
  readonly fidelity: Fidelity
  readonly mesh: Mesh
  /** Cathode carriers. */
  readonly carriers: readonly string[]
  /**
   * Rows by name: time [s], stepTime [s], voltage [V], current [A], capacity [A·h] and energy [W·h] drawn since the
   * start, temperature [K], cycle, step (both from 1), then the model's own. Where one step ends and the next begins there
   * are two rows of the same time.
   */
  readonly columns: Readonly<Record<string, Float64Array>>
  readonly steps: readonly SolutionStep[]
  readonly cycles: readonly CycleSummary[]
  readonly profiles: readonly (Profiles & { readonly time: number })[]
  /** Each conserved thing [mol/m²]. */
  readonly inventory: {
    readonly start: Readonly<Record<string, number>>
    readonly end: Readonly<Record<string, number>>
  }
  /**
   * Relative errors of what is conserved: each inventory against its start, and `charge`, the charge drawn against the
   * ions that entered the cathode, relative to the nominal capacity (where no double layer takes part).
   */
  readonly conservation: Readonly<Record<string, number>>
  /** Net energy drawn [W·h]. */
  readonly energy: number
  /** The same per mass [Wh/kg] and volume [Wh/L] of the cell, with the masses counted. */
  readonly energyPer: EnergyPer
  readonly notes: readonly string[]
  readonly statistics: Statistics
  readonly sources: Sources
}

const prefixed = (prefix: string, sources: Sources | undefined): [string, string][] =>
  Object.entries(sources ?? {}).map(([field, source]) => [`${prefix}.${field}`, source])

/** Sources of the cells seen: a sweep asks for them at every run. */
const gathered = new WeakMap<Cell, Sources>()

/** The sources of everything a cell is made of, by path. */
export const sourcesOf = (cell: Cell): Sources => {
  const before = gathered.get(cell)
  if (before) return before
  const sources = Object.freeze(gatherSources(cell))
  gathered.set(cell, sources)
  return sources
}

const gatherSources = (cell: Cell): Sources => {
  const entries = prefixed('cell', cell.sources)
  for (const [name, electrode] of [['anode', cell.anode] as const, ['cathode', cell.cathode] as const]) {
    if (electrode.kind === 'metal') {
      for (const metal of electrode.metals) {
        entries.push(...prefixed(`${name}.${metal.carrier.symbol}`, metal.sources))
        entries.push(...prefixed(metal.carrier.symbol, metal.carrier.sources))
      }
      continue
    }
    const { host } = electrode
    entries.push(...prefixed(`${name}.host`, host.sources))
    entries.push(...prefixed(`${name}.host.thermodynamics`, host.thermodynamics.sources))
    entries.push(...prefixed(`${name}.host.transport`, host.transport.sources))
    for (const carrier of host.carriers) entries.push(...prefixed(carrier.symbol, carrier.sources))
  }
  entries.push(...prefixed('electrolyte', cell.electrolyte.sources))
  return Object.fromEntries(entries)
}
