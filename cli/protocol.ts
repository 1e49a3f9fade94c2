import { dirname, isAbsolute, join } from 'node:path'
import type { Protocol } from '../src/cell/protocol.ts'
import { parseProtocol, type SentenceRecord } from '../src/cell/sentence.ts'
import { quantityOf } from '../src/cell/sentence-record.ts'
import { checkProtocol } from '../src/cell/step.ts'
import { parseTermination, type Termination } from '../src/cell/termination.ts'
import { placed } from '../src/error.ts'
import type { CellFile } from '../src/file/read.ts'
import type { CurrentSign } from '../src/quantities.ts'

/** Words that name a drive cycle; only where one stands is its reader loaded. */
const namesProfile = /\b(profile|run)\b/i

/** Steps, and what ends all of them. */
export type Experiment = { readonly protocol: Protocol; readonly termination?: Termination }

/** What the command line says of all steps, as text. */
export type ExperimentOptions = {
  readonly period?: string
  readonly temperature?: string
  /** Replaces what the file says of it. */
  readonly termination?: readonly string[]
}

/** What the sentences are read with: who is told the path of each drive cycle that is read. */
export type Reading = { readonly currentSign: CurrentSign; readonly reads?: (path: string) => void }

/** Sentences of the command line; drive cycles are found from the folder the command runs in. */
export const askedExperiment = async (
  sentences: readonly string[],
  read: CellFile,
  reading: Reading,
  o: ExperimentOptions = {},
): Promise<Experiment> => ({
  protocol: parseProtocol(sentences, {
    carriers: carriersOf(read),
    ...defaultsOf(optionsOf(o), (key: string) => `--${key}`),
    ...(await profilesOf(sentences, reading)),
  }),
  ...terminationOf(o.termination, '--termination'),
})

/**
 * The protocol of a cell file, held against its cell; drive cycles are found from the folder of the file.
 *
 * @throws SimulationError (`input`) with the file, and the number of the sentence where it is one that is wrong
 */
export const experimentOfFile = async (
  file: string,
  read: CellFile,
  reading: Reading,
  o: ExperimentOptions = {},
): Promise<Experiment> => {
  const { steps, period, temperature, termination } = read.protocol ?? { steps: [] }
  const own = optionsOf({ period, temperature })
  const protocol = parseProtocol(steps as readonly (string | SentenceRecord)[], {
    carriers: carriersOf(read),
    where: k => `${file}: protocol, sentence ${k}`,
    ...defaultsOf(own, (key: string) => `${file}: protocol.${key}`),
    ...defaultsOf(optionsOf(o), (key: string) => `--${key}`),
    ...(await profilesOf(
      steps.map(step => (typeof step === 'string' ? step : step.step)),
      reading,
      dirname(file),
    )),
  })
  try {
    checkProtocol(protocol, read.cell)
  } catch (error) {
    throw placed(error, `${file}: protocol`)
  }
  return {
    protocol,
    ...(o.termination?.length
      ? terminationOf(o.termination, '--termination')
      : terminationOf(termination, `${file}: protocol.termination`)),
  }
}

type Defaults = { readonly period?: number | string; readonly temperature?: number | string }

/** The two defaults of a record that may lack them. */
const optionsOf = (o: {
  readonly period?: number | string | undefined
  readonly temperature?: number | string | undefined
}): Defaults => ({
  ...(o.period === undefined ? {} : { period: o.period }),
  ...(o.temperature === undefined ? {} : { temperature: o.temperature }),
})

const defaultsOf = ({ period, temperature }: Defaults, field: (key: string) => string) => ({
  ...(period === undefined ? {} : { period: quantityOf(period, 'time', field('period')) }),
  ...(temperature === undefined ? {} : { temperature: quantityOf(temperature, 'temperature', field('temperature')) }),
})

const terminationOf = (
  conditions: string | readonly string[] | undefined,
  where: string,
): { readonly termination?: Termination } => {
  if (conditions === undefined || conditions.length === 0) return {}
  try {
    return { termination: parseTermination(conditions) }
  } catch (error) {
    throw placed(error, where)
  }
}

const carriersOf = ({ cell }: CellFile): string[] => cell.cathode.host.carriers.map(carrier => carrier.symbol)

const profilesOf = async (sentences: readonly string[], { currentSign, reads }: Reading, folder = '') => {
  if (!sentences.some(sentence => namesProfile.test(sentence))) return {}
  const { readDriveCycle } = await import('./drive-cycle.ts')
  return {
    profile: (name: string) => {
      const path = isAbsolute(name) ? name : join(folder, name)
      reads?.(path)
      const { time, value, quantity } = readDriveCycle(path, currentSign)
      return { rows: { time, value }, ...(quantity === undefined ? {} : { quantity }) }
    },
  }
}
