import { expandLatticeFile } from '../../file/lattice/read.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import type { LatticeModel } from '../../lattice/model/model.ts'
import { basisWords, type Provenance } from '../../lattice/model/provenance.ts'
import { restsOn, weakest } from '../basis.ts'
import { type Shifts, shifted } from '../shift.ts'
import type { Stage } from '../stage.ts'

/** What the rung of the lattice hands up: the model, as its file holds it, barriers moved where the study says so. */
export type LatticeRung = { readonly model: LatticeModel }

/** A model that is given: the ladder begins here, or one that a rung below made goes through unchanged. */
export const givenLatticeStage = (
  model: LatticeModel,
  o: { readonly file: string; readonly shifts?: Shifts },
): Stage<LatticeRung> => ({
  name: 'lattice',
  title: 'Lattice: sites, energies, hops',
  version: 1,
  needs: [],
  settings: { model, shifts: o.shifts ?? {} },
  *run() {
    yield { kind: 'progress', fraction: 0, doing: 'reading the model' }
    const moved = shifted(model, o.shifts ?? {})
    expandLatticeFile(moved, o.file)
    return { model: moved }
  },
  report: output => latticeReport(output, o.shifts ?? {}),
})

/**
 * What of the lattice equilibrium sees: all but its hops. A rung of its own, so that barriers may move without the Monte Carlo of
 * what does not depend on them being done again.
 */
export const energiesStage: Stage<LatticeRung> = {
  name: 'energies',
  title: 'Energies: the lattice without its hops',
  version: 2,
  needs: ['lattice'],
  settings: {},
  *run({ inputs }) {
    yield { kind: 'progress', fraction: 0, doing: 'leaving out hops' }
    const { hops: _h, pairHops: _p, ...model } = (inputs.lattice as LatticeRung).model
    return { model: unnamed(model) }
  },
  report: output => {
    const { lattice, provenance } = latticeOfRung(output)
    return {
      ...restsOn(provenance),
      lines: [
        `${lattice.clusters.length} clusters a cell, ${lattice.meanField.length} terms of the mean content, ${lattice.limits.length} limits`,
      ],
    }
  },
}

/** The lattice without its hops of two ions: models that differ in those alone share what is walked without them. */
export const singlesStage: Stage<LatticeRung> = {
  name: 'singles',
  title: 'Single hops: the lattice without hops of two ions',
  version: 1,
  needs: ['lattice'],
  settings: {},
  *run({ inputs }) {
    yield { kind: 'progress', fraction: 0, doing: 'leaving out hops of two ions' }
    const { pairHops: _p, ...model } = (inputs.lattice as LatticeRung).model
    return { model: unnamed(model) }
  },
  report: output => {
    const { lattice, provenance } = latticeOfRung(output)
    return { ...restsOn(provenance), lines: [`${lattice.events.length} hops a cell`] }
  },
}

/** What a model is called and said of it changes nothing of its physics, and no hash above. */
const unnamed = ({ about: _about, ...model }: LatticeModel): LatticeModel => ({ ...model, name: 'lattice' })

/** The lattice of a rung, to run on. */
export const latticeOfRung = (
  rung: unknown,
): { readonly lattice: Lattice; readonly provenance: readonly Provenance[]; readonly notes: readonly string[] } =>
  expandLatticeFile((rung as LatticeRung).model, 'the lattice of the ladder')

export const latticeReport = (output: LatticeRung, shifts: Shifts) => {
  const { lattice, provenance, notes } = latticeOfRung(output)
  const families = new Map<string, { count: number; barrier: number; frequency: number }>()
  for (const { family, Ekra, attemptFrequency } of lattice.events) {
    const one = families.get(family) ?? { count: 0, barrier: Ekra, frequency: attemptFrequency }
    families.set(family, { ...one, count: one.count + 1 })
  }
  const engines = [
    ...new Set(
      provenance.flatMap(one => (one.inputs ? [`${one.inputs.engine} (\`${one.inputs.sha256.slice(0, 12)}\`)`] : [])),
    ),
  ]
  return {
    basis: weakest(provenance.map(one => one.basis)),
    why: `${basisWords(provenance)}.`,
    lines: [
      `${lattice.name}: ${lattice.sites.length} sites a cell (${lattice.sublattices
        .map((kind, g) => `${lattice.sites.filter(site => site.sublattice === g).length} ${kind}`)
        .join(
          ', ',
        )}), ${lattice.formulaUnits} formula unit${lattice.formulaUnits > 1 ? 's' : ''}, ${lattice.volume.toFixed(2)} Å³`,
      `${lattice.clusters.length} clusters, ${lattice.events.length} hops a cell`,
      ...(engines.length > 0 ? [`numbers lead to runs of ${engines.join(', ')}`] : []),
      ...Object.entries(shifts).map(([name, shift]) => `**${name} moved by ${shift} eV**`),
      ...notes,
    ],
    table: [
      ['hops', 'a cell', 'E_KRA / eV', 'ν₀ / s⁻¹'],
      ...[...families].map(([name, { count, barrier, frequency }]) => [
        name,
        String(count),
        barrier.toFixed(3),
        frequency.toExponential(1),
      ]),
    ],
  }
}
