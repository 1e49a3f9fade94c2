import { toCartesian } from '../../crystal/lattice.ts'
import { refuse } from '../../error.ts'
import { placeMaps } from '../fit/site-symmetry.ts'
import type { Lattice, LatticeCarrier } from '../lattice.ts'
import { clustersOf, type Setting, siteEnergies } from './expand-energies.ts'
import { eventsOf } from './expand-events.ts'
import { neighbourhood } from './geometry.ts'
import { type LatticeModel, latticeFormat, latticeFormatVersion } from './model.ts'
import { cellVolume, modelGeometry } from './model-geometry.ts'
import { modelNames } from './model-names.ts'
import { networkNotes } from './network-notes.ts'
import { headOf, type Provenance, provenanceOf } from './provenance.ts'

export type ExpandedLattice = {
  readonly lattice: Lattice
  /** Source and basis of every family of numbers. */
  readonly provenance: readonly Provenance[]
  /** What was assumed, and what cannot move. */
  readonly notes: readonly string[]
}

/**
 * The lattice of a model: families by distance found among its sites, explicit ones repeated by its symmetry.
 *
 * @throws SimulationError (`input`) with field, value and what is allowed
 */
export const expandLattice = (model: LatticeModel): ExpandedLattice => {
  if (model.format !== latticeFormat) refuse('format', model.format, latticeFormat)
  if (model.formatVersion !== undefined && model.formatVersion !== latticeFormatVersion)
    refuse('formatVersion', model.formatVersion, String(latticeFormatVersion))
  const geometry = modelGeometry(model)
  const carriers = carriersOf(model)
  const names = modelNames(
    geometry,
    carriers.map(carrier => carrier.symbol),
  )
  const setting: Setting = {
    model,
    geometry,
    names,
    around: neighbourhood(geometry),
    maps: placeMaps(geometry, model.symmetry),
  }
  const provenance = provenancesOf(model)
  const siteEnergy = siteEnergies(setting)
  const clusters = clustersOf(setting)
  const meanField = (model.meanField ?? []).map(({ name, weights, coefficients }, f) => {
    const field = `meanField.${f}`
    if (coefficients.length === 0 || coefficients.length > 12 || !coefficients.every(Number.isFinite))
      refuse(`${field}.coefficients`, coefficients, '1 to 12 finite numbers [eV]')
    return {
      label: name,
      weights: names.byCarrier(`${field}.weights`, weights),
      coefficients: Float64Array.from(coefficients),
    }
  })
  const limits = (model.limits ?? []).map(({ weights, max, per }, f) => {
    const field = `limits.${f}`
    if (!(max > 0 && max <= 1e6)) refuse(`${field}.max`, max, 'a number > 0 and ≤ 1e6')
    if (per !== 'cell' && per !== 'formula unit') refuse(`${field}.per`, per, 'cell or formula unit')
    const values = names.byCarrier(`${field}.weights`, weights)
    if (values.some(w => w < 0)) refuse(`${field}.weights`, Object.values(weights), 'numbers ≥ 0')
    return { weights: values, max, per }
  })
  const { formulaUnits = model.lattice === undefined ? 1 : geometry.sublattice.length } = model
  if (!(Number.isInteger(formulaUnits) && formulaUnits >= 1 && formulaUnits <= 10_000))
    refuse('formulaUnits', formulaUnits, 'a whole number ≥ 1 and ≤ 10000')
  const positions = toCartesian(geometry.fractional, geometry.cell)
  const lattice: Lattice = {
    name: model.name ?? model.lattice ?? 'lattice',
    cell: geometry.cell,
    dimension: geometry.dimension,
    formulaUnits,
    volume: cellVolume(geometry),
    carriers,
    sublattices: geometry.sublattices,
    sites: geometry.sublattice.map((sublattice, i) => ({
      sublattice,
      position: [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]],
    })),
    siteEnergy,
    clusters,
    meanField,
    limits,
    events: eventsOf(setting, siteEnergy),
  }
  return { lattice, provenance, notes: networkNotes(lattice) }
}

const carriersOf = ({ carriers }: LatticeModel): LatticeCarrier[] => {
  if (!Array.isArray(carriers) || carriers.length === 0 || carriers.length > 8)
    refuse('carriers', carriers, 'a list of 1 to 8 carriers')
  const found = carriers.map((one): LatticeCarrier => {
    const { symbol, charge = 1 } = typeof one === 'string' ? { symbol: one } : one
    return { symbol, charge }
  })
  found.forEach(({ symbol, charge }, i) => {
    if (!/^[A-Za-z][A-Za-z0-9_+-]{0,15}$/.test(symbol))
      refuse(`carriers.${i}`, symbol, 'a name of letters and digits, as Li')
    if (found.findIndex(one => one.symbol === symbol) !== i) refuse(`carriers.${i}`, symbol, 'each carrier once')
    if (!Number.isInteger(charge) || charge < 1 || charge > 8)
      refuse(`carriers.${i}.charge`, charge, 'a whole number ≥ 1 and ≤ 8')
  })
  return found
}

/** Source and basis of every family, and of the numbers in it that have their own. */
const provenancesOf = (model: LatticeModel): Provenance[] => {
  const head = headOf(model)
  const out: Provenance[] = []
  for (const key of ['siteEnergies', 'pairEnergies', 'tripletEnergies', 'exclusions', 'limits', 'meanField'] as const)
    model[key]?.forEach((family, f) => {
      out.push(provenanceOf(`${key}.${f}`, family.name ?? familyWords[key], family, head))
    })
  for (const key of ['hops', 'pairHops'] as const)
    model[key]?.forEach((family, f) => {
      const field = `${key}.${f}`
      const name = family.name ?? familyWords[key]
      out.push(provenanceOf(field, name, family, head))
      const { attemptFrequency, byAmount, surroundings } = family
      if (typeof attemptFrequency === 'object')
        out.push(provenanceOf(`${field}.attemptFrequency`, `ν₀ of ${name}`, attemptFrequency, inherited(family, head)))
      else if (attemptFrequency === undefined)
        out.push({ field: `${field}.attemptFrequency`, name: `ν₀ of ${name}`, source: 'assumed', basis: 'assumed' })
      if (byAmount) out.push(provenanceOf(`${field}.byAmount`, `strain of ${name}`, byAmount, inherited(family, head)))
      surroundings?.forEach((term, k) => {
        out.push(provenanceOf(`${field}.surroundings.${k}`, `surroundings of ${name}`, term, inherited(family, head)))
      })
    })
  return out
}

const inherited = (
  { source, basis, inputs }: { source?: unknown; basis?: unknown; inputs?: unknown },
  head: ReturnType<typeof headOf>,
) => ({ source: source ?? head.source, basis: basis ?? head.basis, inputs: inputs ?? head.inputs }) as typeof head

const familyWords = {
  siteEnergies: 'site energies',
  pairEnergies: 'pair energies',
  tripletEnergies: 'triplet energies',
  exclusions: 'exclusions',
  limits: 'limits',
  meanField: 'mean field',
  hops: 'hops',
  pairHops: 'pair hops',
} as const
