import { dirname, isAbsolute, join } from 'node:path'
import type { Protocol } from '../src/cell/protocol.ts'
import { parseProtocol } from '../src/cell/sentence.ts'
import { checkProtocol } from '../src/cell/step.ts'
import { SimulationError } from '../src/error.ts'
import type { CellFile } from '../src/file/read.ts'
import type { CurrentSign } from '../src/quantities.ts'

/** Words that name a drive cycle; only where one stands is its reader loaded. */
const namesProfile = /\b(profile|run)\b/i

/** What the sentences are read with: who is told the path of each drive cycle that is read. */
export type Reading = { readonly currentSign: CurrentSign; readonly reads?: (path: string) => void }

/** Sentences of the command line; drive cycles are found from the folder the command runs in. */
export const askedProtocol = async (
  sentences: readonly string[],
  read: CellFile,
  reading: Reading,
): Promise<Protocol> =>
  parseProtocol(sentences, { carriers: carriersOf(read), ...(await profilesOf(sentences, reading)) })

/**
 * Sentences of a cell file, held against its cell; drive cycles are found from the folder of the file.
 *
 * @throws SimulationError (`input`) with the file, and the number of the sentence where it is one that is wrong
 */
export const protocolOfFile = async (file: string, read: CellFile, reading: Reading): Promise<Protocol> => {
  const sentences = read.steps ?? []
  const protocol = parseProtocol(sentences, {
    carriers: carriersOf(read),
    where: k => `${file}: protocol, sentence ${k}`,
    ...(await profilesOf(sentences, reading, dirname(file))),
  })
  try {
    checkProtocol(protocol, read.cell)
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error
    const where = `${file}: protocol`
    throw new SimulationError(`${where}: ${error.message}`, { code: error.code, at: where, cause: error })
  }
  return protocol
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
