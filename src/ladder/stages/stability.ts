import { refuse } from '../../error.ts'
import type { Basis } from '../../lattice/model/model.ts'
import type { Stage } from '../stage.ts'

/** A phase as a record of an engine's run has it, by its formula. */
export type RecordedPhase = {
  /** `ZnMo6S8`, or with words after it where a formula has several phases: `Mg2Co2O4 rock salt`. */
  readonly name: string
  /** Where it stands: `energies: mo6s8 / Zn`. */
  readonly where: string
  /** [eV per formula unit], [Å³ per formula unit] */
  readonly energy: number
  readonly volume: number
}

export type StabilitySettings = {
  readonly phases: readonly RecordedPhase[]
  /** Filling a host: from which phase to which, what its volume does. */
  readonly volumes: readonly (readonly [string, string])[]
  /** What each phase may turn into, where need be with others beside it, as the metal: amounts of them [formula units]. */
  readonly products: readonly {
    readonly of: string
    readonly beside?: Readonly<Record<string, number>> | undefined
    readonly into: Readonly<Record<string, number>>
  }[]
  /** The records, by name: their engine, their hash. */
  readonly records: Readonly<Record<string, { readonly engine: string; readonly sha256: string }>>
  readonly basis: Basis
  /** What the reader of the numbers must know. */
  readonly notes: readonly string[]
}

export type StabilityRung = {
  /** (V_to − V_from)/V_from [–], volumes [Å³ per formula unit]. */
  readonly volumes: readonly {
    readonly from: string
    readonly to: string
    readonly change: number
    readonly volumes: readonly [number, number]
  }[]
  /** E(products) − E(phase, and what is beside it) [eV per formula unit]: above 0 the phase is the more stable. */
  readonly products: readonly { readonly of: string; readonly into: string; readonly above: number }[]
}

/**
 * How the volume goes with filling, and how far what a phase may turn into lies above it, an intercalated one above all, at 0 K
 * without vibrations, by the energies of records of an engine.
 */
export const stabilityStage = (settings: StabilitySettings): Stage<StabilityRung> => {
  const { phases, volumes, products, records, basis, notes } = settings
  const named = (name: string, field: string): RecordedPhase =>
    phases.find(phase => phase.name === name) ??
    refuse(field, name, `a phase under stability.phases: ${phases.map(phase => phase.name).join(', ')}`)
  // refused while stages are made, not when the climb comes to it
  for (const [k, ends] of volumes.entries()) for (const name of ends) named(name, `stability.volumes.${k}`)
  for (const [k, { of, beside = {}, into }] of products.entries()) {
    const field = `stability.products.${k}`
    const balance = new Map<string, number>()
    const gone = Object.entries(beside).map(([name, count]) => [name, -count] as const)
    for (const [name, count] of [[of, -1] as const, ...gone, ...Object.entries(into)])
      for (const [element, atoms] of atomsOf(named(name, field).name, field))
        balance.set(element, (balance.get(element) ?? 0) + count * atoms)
    for (const [element, left] of balance)
      if (Math.abs(left) > 1e-9)
        refuse(
          field,
          `${left > 0 ? '+' : '−'}${Math.abs(left)} ${element}`,
          `as many ${element} in the products as in ${of}`,
        )
  }
  const energyOf = (amounts: Readonly<Record<string, number>>): number =>
    Object.entries(amounts).reduce((sum, [name, count]) => sum + count * named(name, 'into').energy, 0)
  return {
    name: 'stability',
    title: 'Stability: volume on filling, energy above the intercalated phase',
    version: 1,
    needs: [],
    settings,
    *run() {
      yield { kind: 'progress', fraction: 0, doing: 'adding up energies' }
      return {
        volumes: volumes.map(([from, to]) => {
          const [before, after] = [named(from, 'from').volume, named(to, 'to').volume]
          return { from, to, change: after / before - 1, volumes: [before, after] as const }
        }),
        products: products.map(({ of, beside = {}, into }) => ({
          of: [of, ...(Object.keys(beside).length > 0 ? [sumWords(beside)] : [])].join(' with '),
          into: sumWords(into),
          above: energyOf(into) - energyOf(beside) - named(of, 'of').energy,
        })),
      }
    },
    report: output => ({
      basis,
      why: `Energies of ${Object.entries(records)
        .map(([name, { engine, sha256 }]) => `${name}: ${engine} (\`${sha256.slice(0, 12)}\`)`)
        .join('; ')}; at 0 K, without vibrations. ${notes.map(note => `${note}.`).join(' ')}`.trim(),
      lines: [
        ...output.volumes.map(
          ({ from, to, change, volumes: [before, after] }) =>
            `volume ${from} → ${to}: ${change < 0 ? '−' : '+'}${Math.abs(100 * change).toFixed(1)} % (${before.toFixed(1)} → ${after.toFixed(1)} Å³ a formula unit)`,
        ),
      ],
      table: [
        ['phase', 'may turn into', 'which lies above it by / eV a formula unit', ''],
        ...output.products.map(({ of, into, above }) => [
          of,
          into,
          `${above < 0 ? '−' : '+'}${Math.abs(above).toFixed(3)}`,
          above < 0 ? 'would gain by it' : 'stays',
        ]),
      ],
    }),
  }
}

/** `MgS + 3.5 MoS2` */
const sumWords = (amounts: Readonly<Record<string, number>>): string =>
  Object.entries(amounts)
    .map(([name, count]) => (count === 1 ? name : `${Number(count.toFixed(4))} ${name}`))
    .join(' + ')

/** Atoms of a formula, the first word of a phase's name. */
const atomsOf = (name: string, field: string): [string, number][] => {
  const [formula] = name.split(' ')
  const parts = [...formula.matchAll(/([A-Z][a-z]?)(\d*\.?\d*)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== formula)
    refuse(field, name, 'a formula, as ZnMo6S8, words after it')
  return parts.map(([, element, count]) => [element, count === '' ? 1 : Number(count)])
}
