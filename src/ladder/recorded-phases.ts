/** Phases of a study's note on stability, read from the records of engines that it names. */
import { resolve } from 'node:path'
import { refuse } from '../error.ts'
import { decoded } from '../file/decoded.ts'
import { parseJson } from '../file/json.ts'
import { readInput } from '../study/read-input.ts'
import { sha256 } from './canonical.ts'
import type { RecordedPhase, StabilitySettings } from './stages/stability.ts'
import type { LadderStudy } from './study-file.ts'

/** Largest record of energies [bytes]. */
const largestRecord = 20_000_000

/**
 * @param folder  of the study
 * @throws SimulationError (`input`) for a place that a record does not have, or that holds no energy and volume
 */
export const recordedPhases = async (
  { records, phases }: NonNullable<LadderStudy['stability']>,
  folder: string,
): Promise<Pick<StabilitySettings, 'records' | 'phases'>> => {
  const read = new Map<string, { readonly data: unknown; readonly engine: string; readonly sha256: string }>()
  for (const [name, file] of Object.entries(records)) {
    const text = decoded(await readInput(resolve(folder, file), largestRecord, { name: file }), file)
    const data = parseJson(text, file) as { readonly engine?: unknown } | null
    if (typeof data?.engine !== 'string')
      return refuse(`stability.records.${name}`, file, 'a record that names its engine')
    read.set(name, { data, engine: data.engine, sha256: sha256(text) })
  }
  return {
    records: Object.fromEntries([...read].map(([name, { engine, sha256: hash }]) => [name, { engine, sha256: hash }])),
    phases: Object.entries(phases).map(([name, place]): RecordedPhase => {
      const field = `stability.phases.${name}`
      const [record, ...keys] = place
      const data = read.get(record)?.data ?? refuse(field, record, `a record: ${[...read.keys()].join(', ')}`)
      const entry = keys.reduce<unknown>(
        (at, key) =>
          at instanceof Object && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined,
        data,
      )
      const { energy, volume } = (entry ?? {}) as { readonly energy?: unknown; readonly volume?: unknown }
      if (typeof energy !== 'number' || typeof volume !== 'number')
        return refuse(field, keys.join(' / '), `a place of ${records[record]} with energy and volume`)
      return { name, where: `${record}: ${keys.join(' / ')}`, energy, volume }
    }),
  }
}
