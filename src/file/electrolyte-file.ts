/** The electrolyte of a cell file: an entry of the library with differences, or a transport law written out. */
import { binaryElectrolyte } from '../electrolyte/binary.ts'
import { diluteElectrolyte } from '../electrolyte/dilute.ts'
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { refuse, SimulationError } from '../error.ts'
import { arrheniusFactor } from '../laws/arrhenius.ts'
import { curveOf } from './curve.ts'
import { concentrationReach, type ElectrolyteContext, type ElectrolyteRecipe } from './electrolyte-recipe.ts'
import { fullOf } from './full-electrolyte-file.ts'
import { madeFromLibrary } from './library.ts'
import { suggestion } from './nearest.ts'

/** Shares typed into a file sum to 1 within this. */
const roundOff = 1e-9

/**
 * @param base  the electrolyte that a recipe without a name changes
 * @throws SimulationError (`input`) naming file, field, value and what is allowed
 */
export const electrolyteOf = async (
  r: ElectrolyteRecipe,
  base: Electrolyte | undefined,
  context: ElectrolyteContext,
): Promise<Electrolyte> => {
  const at = `${context.fileName}: electrolyte`
  if (typeof r === 'string') return madeFromLibrary('electrolytes', r, {}, at, context.notes)
  if ('kind' in r)
    return shared(
      withFile(at, () => written(r, context)),
      r.capacitiveShare,
      at,
    )
  if (r.name === undefined && r.parameters) refuse(`${at}.parameters`, r.parameters, 'parameters only beside a name')
  const made =
    r.name === undefined ? base : await madeFromLibrary('electrolytes', r.name, r.parameters ?? {}, at, context.notes)
  if (!made)
    throw new SimulationError(`${at}.name: missing, needed: a name of the library’s electrolytes`, {
      code: 'input',
      at: `${at}.name`,
    })
  const changed = {
    ...made,
    concentration: r.concentration ? concentrationOf(made, r.concentration, at) : made.concentration,
    standardPotential: { ...made.standardPotential, ...r.standardPotential },
  }
  return shared(changed, r.capacitiveShare, at)
}

const written = (r: Extract<ElectrolyteRecipe, { kind: string }>, context: ElectrolyteContext): Electrolyte => {
  switch (r.kind) {
    case 'binary':
      return binaryOf(r, context)
    case 'dilute':
      return diluteOf(r, context)
    case 'full':
      return fullOf(r, context)
  }
}

/** The electrolyte with what a file says of the current that charges double layers. */
const shared = (e: Electrolyte, shares: Readonly<Record<string, number>> | undefined, at: string): Electrolyte => {
  if (!shares) return e
  const names = e.species.map(s => s.name)
  refuseUnknown(Object.keys(shares), names, `${at}.capacitiveShare`)
  const sum = Object.values(shares).reduce((a, b) => a + b, 0)
  if (!(Math.abs(sum - 1) < roundOff)) refuse(`${at}.capacitiveShare`, `a sum of ${sum}`, 'shares that sum to 1')
  return { ...e, capacitiveShare: shares }
}

/** What a law that knows nothing of files refuses, with the file and the part it stands in. */
const withFile = <T>(at: string, make: () => T): T => {
  try {
    return make()
  } catch (error) {
    const known = error instanceof SimulationError || error instanceof RangeError
    if (!known || error.message.startsWith(at)) throw error
    throw new SimulationError(`${at}: ${error.message}`, { code: 'input', at, cause: error })
  }
}

const refuseUnknown = (given: readonly string[], names: readonly string[], at: string): void => {
  for (const name of given) {
    if (names.includes(name)) continue
    const message = `${at}.${name}: unknown species${suggestion(name, names)}, allowed: ${names.join(', ')}`
    throw new SimulationError(message, { code: 'input', at })
  }
}

const concentrationOf = (e: Electrolyte, changes: Readonly<Record<string, number>>, at: string): number[] => {
  const names = e.species.map(s => s.name)
  refuseUnknown(Object.keys(changes), names, `${at}.concentration`)
  return e.species.map((s, k) => changes[s.name] ?? e.concentration[k])
}

const binaryOf = (r: Extract<ElectrolyteRecipe, { kind: 'binary' }>, context: ElectrolyteContext): Electrolyte => {
  const { fileName, notes } = context
  const law = (key: 'conductivity' | 'diffusivity' | 'transference' | 'thermodynamicFactor', energy: number) => {
    const { value, constant } = curveOf(r[key] ?? 1, {
      at: `${fileName}: electrolyte.${key}`,
      range: [0, concentrationReach * r.concentration],
      notes,
    })
    if (constant !== undefined && energy === 0) return () => constant
    return energy === 0 ? (c: number) => value(c) : (c: number, T: number) => value(c) * arrheniusFactor(energy, T)
  }
  const energy = r.activationEnergy ?? 0
  return binaryElectrolyte({
    name: r.name,
    cation: r.cation,
    anion: r.anion,
    concentration: r.concentration,
    referenceConcentration: r.referenceConcentration ?? r.concentration,
    conductivity: law('conductivity', r.conductivityActivationEnergy ?? energy),
    diffusivity: law('diffusivity', r.diffusivityActivationEnergy ?? energy),
    transference: law('transference', 0),
    ...(r.thermodynamicFactor === undefined ? {} : { thermodynamicFactor: law('thermodynamicFactor', 0) }),
    standardPotential: r.standardPotential ?? { [r.cation.name]: 0 },
    ...(r.density === undefined ? {} : { density: r.density }),
    sources: context.sources,
  })
}

const diluteOf = (r: Extract<ElectrolyteRecipe, { kind: 'dilute' }>, context: ElectrolyteContext): Electrolyte =>
  diluteElectrolyte({
    name: r.name,
    species: r.species,
    concentration: r.species.map(s => s.concentration),
    referenceConcentration: r.referenceConcentration,
    ...(r.activationEnergy === undefined ? {} : { activationEnergy: r.activationEnergy }),
    standardPotential: r.standardPotential,
    ...(r.density === undefined ? {} : { density: r.density }),
    sources: context.sources,
  })
