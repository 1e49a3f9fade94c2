/** What a run of `dualion diffusivity` says of one temperature: numbers with their errors, null where not determined. */
import type { Transport } from '../src/lattice/kinetics/diffusion.ts'
import type { Estimate } from '../src/lattice/thermodynamics/averages.ts'

/** One temperature, with or without hops of two ions. */
export type DiffusivityRun = {
  readonly temperature: number
  readonly pairHops: boolean
  readonly carriers: readonly {
    readonly symbol: string
    /** [per formula unit] */
    readonly amount: number
    readonly ions: number
    /** Exits from a group of sites (hops, where there are none) per ion; under 100 nothing is determined. */
    readonly exits: number
    readonly determined: boolean
    /** [m²/s] and [–]; null where not determined. */
    readonly tracer: Estimate | null
    readonly jump: Estimate | null
    readonly correlation: Estimate | null
    readonly haven: Estimate | null
  }[]
  /** L_ij [mol²/(J·m·s)], rows; null where a carrier is not there, or not determined. */
  readonly L: readonly (readonly (Estimate | null)[])[]
  /** Part of L_ij that hops of two ions carry [–]. */
  readonly pairShare: readonly (readonly (Estimate | null)[])[]
  /** [S/m] */
  readonly conductivity: Estimate
  readonly families: Readonly<Record<string, number>>
  /** Walks at the pace of single carriers; empty where all share one. */
  readonly paces: Transport['paces']
  /** Factor on the rates of fast moves inside groups of sites, by family; empty where all are made as they are. */
  readonly slowed: Readonly<Record<string, number>>
  readonly events: number
  /** Time that passed in the host [s]. */
  readonly time: number
  /** Of CPU time. */
  readonly stepsPerSecond: number
  /** Windows of half the length against the whole, in standard errors: beyond 3 they are too short, and notes say so. */
  readonly drift: Readonly<Record<keyof Transport['drift'], readonly (number | null)[]>>
  readonly notes: readonly string[]
}

/** @param seconds  of CPU time, for what was measured */
export const runOf = (found: Transport, pairHops: boolean, seconds: number): DiffusivityRun => {
  const { carriers, determined } = found
  const n = carriers.length
  const known = (i: number, one: Estimate): Estimate | null =>
    determined[i] && Number.isFinite(one.value) ? one : null
  const square = (values: readonly Estimate[]) =>
    carriers.map((_, i) =>
      carriers.map((_, j) => (determined[i] && determined[j] ? known(i, values[i * n + j]) : null)),
    )
  return {
    temperature: found.temperature,
    pairHops,
    carriers: carriers.map((symbol, i) => ({
      symbol,
      amount: found.amounts[i],
      ions: found.ions[i],
      exits: found.exits[i],
      determined: determined[i],
      tracer: known(i, found.Dtr[i]),
      jump: known(i, found.Dj[i]),
      correlation: known(i, found.f[i]),
      haven: known(i, found.HR[i]),
    })),
    L: square(found.L),
    pairShare: square(found.pairShare),
    conductivity: found.conductivity,
    families: found.families,
    slowed: found.inside.families,
    paces: found.paces,
    events: found.events,
    time: found.time,
    stepsPerSecond: found.events / seconds,
    // as a record on file has it, so that a run that was gone on with says the same
    drift: { L: found.drift.L.map(finite), Dtr: found.drift.Dtr.map(finite) },
    notes: found.notes,
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
