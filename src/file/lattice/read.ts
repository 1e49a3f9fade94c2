import { al } from '../../carriers/al.ts'
import { li } from '../../carriers/li.ts'
import { mg } from '../../carriers/mg.ts'
import { na } from '../../carriers/na.ts'
import { zn } from '../../carriers/zn.ts'
import { SimulationError } from '../../error.ts'
import { type ExpandedLattice, expandLattice } from '../../lattice/model/expand.ts'
import type { LatticeModel } from '../../lattice/model/model.ts'
import { decoded } from '../decoded.ts'
import { parseJson } from '../json.ts'
import { validated } from '../validate.ts'
import { parseYaml } from '../yaml.ts'
import { checkChain, type RecordOf } from './chain.ts'
import { inFile, type LoadFile, withForeignEvents } from './foreign-events.ts'
import { latticeSchema } from './schema.ts'

/** Largest model file that is read [bytes]. */
export const largestLattice = 10_000_000

export type LatticeFile = ExpandedLattice & {
  /** The record of the file, as it stands there. */
  readonly model: LatticeModel
}

/** Keys that stand elsewhere. */
const hints = {
  Ekra: 'E_KRA is called barrier',
  E_KRA: 'E_KRA is called barrier',
  sites: 'sites stand beside cell',
  energies: 'siteEnergies, pairEnergies, tripletEnergies',
}

/** Charges of the library's ions, for carriers given by their symbol alone. */
const charges: ReadonlyMap<string, number> = new Map([li, mg, na, zn, al].map(({ symbol, charge }) => [symbol, charge]))

/**
 * A lattice model from the text of its file, JSON or YAML, checked and expanded.
 *
 * @throws SimulationError (`input`) whose message has file, field, value and what is allowed
 */
export const readLatticeText = async (
  text: string | Uint8Array,
  fileName: string,
  load?: LoadFile,
  records?: RecordOf,
): Promise<LatticeFile> => {
  const plain = decoded(text, fileName, largestLattice)
  const yaml = /\.ya?ml$/i.test(fileName) || !/^\s*[[{]/.test(plain)
  return readLatticeData(yaml ? await parseYaml(plain, fileName) : parseJson(plain, fileName), fileName, load, records)
}

/**
 * The same from parsed data.
 *
 * @param load     reads a file that the model names, events of another program; without it such a model is refused
 * @param records  finds the records that numbers with the basis `computed` rest on; without them such numbers are refused
 */
export const readLatticeData = async (
  data: unknown,
  fileName: string,
  load?: LoadFile,
  records?: RecordOf,
): Promise<LatticeFile> => {
  const format = (data as { format?: unknown } | null)?.format
  if (format === undefined)
    throw new SimulationError(`${fileName}: format: missing, needed: "dualion-lattice"; this is no lattice model`, {
      code: 'input',
      at: `${fileName}: format`,
    })
  const { model, notes } = await withForeignEvents(validated(latticeSchema, data, fileName, hints), fileName, load)
  const expanded = expandLatticeFile(model, fileName)
  await checkChain(expanded.provenance, records, fileName)
  return { ...expanded, notes: [...notes, ...expanded.notes], model }
}

/** A model as `expandLattice` takes it, with the file's name in messages and the charges of known ions. */
export const expandLatticeFile = (model: LatticeModel, fileName: string): ExpandedLattice => {
  try {
    return expandLattice({ ...model, carriers: model.carriers.map(withCharge) })
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error
    throw inFile(error, fileName)
  }
}

const withCharge = (carrier: LatticeModel['carriers'][number]): LatticeModel['carriers'][number] => {
  const { symbol, charge } = typeof carrier === 'string' ? { symbol: carrier, charge: undefined } : carrier
  return { symbol, charge: charge ?? charges.get(symbol) ?? 1 }
}
