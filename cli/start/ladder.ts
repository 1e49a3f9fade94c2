import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseYaml } from '../../src/file/yaml.ts'
import { climb } from '../../src/ladder/climb.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { folderStore, type Store } from '../../src/ladder/store.ts'
import { type LadderStudy, ladderStudyOf } from '../../src/ladder/study-file.ts'
import type { HostTable } from '../../src/laws/table.ts'
import { programVersion } from '../version.ts'

/** What the ladder is climbed for: which pair hops there are, and the model that holds them. */
export const climbs = {
  computed: { words: 'computed barriers', model: 'model.json', pairHops: true },
  'computed-pair-off': { words: 'computed barriers, pair hops off', model: 'model.json', pairHops: false },
  'assumed-pair': {
    words: 'computed barriers and a pair of Mg and Li, assumed',
    model: 'model-assumed-pair.json',
    pairHops: true,
  },
} as const

export type ClimbName = keyof typeof climbs

/** A rung as it was climbed: the hashes of what went in and came out. */
export type Rung = {
  readonly stage: string
  readonly inputs: string
  readonly output: string
  /** Taken from what is kept, not computed now. */
  readonly cached: boolean
}

export type Ladder = { readonly name: ClimbName; readonly table: HostTable; readonly rungs: readonly Rung[] }

const home = fileURLToPath(new URL('../../examples/ladders/', import.meta.url))
const shipped = fileURLToPath(new URL('../../lattices/mo6s8/rungs/', import.meta.url))

/** Results that come along are read; what is computed goes into the folder of the run. */
const storeOver = (folder: string): Store => {
  const [own, given] = [folderStore(folder), folderStore(shipped)]
  return { ...own, read: async name => (await own.read(name)) ?? given.read(name) }
}

/**
 * From the lattice model of Mo6S8 to its host, once for each climb: rungs that came along are taken where their inputs are the
 * same, others computed (a quarter of an hour each for Monte Carlo).
 *
 * @param fresh   computes every rung again
 * @param shifts  barriers moved, by family [eV]
 * @param tell    what is done, for a line of progress
 */
export const climbLadder = async (
  name: ClimbName,
  o: {
    readonly folder: string
    readonly fresh: boolean
    readonly shifts: Readonly<Record<string, number>>
    readonly tell: (words: string) => void
    readonly stopped: () => boolean
  },
): Promise<Ladder | undefined> => {
  const { model, pairHops, words } = climbs[name]
  const { stages } = await stagesOf(await studyFor(model, pairHops), { folder: home, walker: walked, shifts: o.shifts })
  const steps = climb(stages, { store: storeOver(o.folder), program: `dualion ${programVersion()}`, fresh: o.fresh })
  const rungs: Rung[] = []
  for (;;) {
    const next = await steps.next()
    if (next.done) return { name, table: next.value.get('host')!.output as HostTable, rungs }
    const event = next.value
    if (event.kind === 'progress')
      o.tell(`${words}: ${event.stage.name} ${Math.floor(100 * event.fraction)} %, ${event.doing}`)
    if (event.kind === 'note') o.tell(event.text)
    if (event.kind === 'end')
      rungs.push({
        stage: event.stage.name,
        inputs: event.record.inputsHash.slice(0, 12),
        output: event.record.outputHash.slice(0, 12),
        cached: event.cached,
      })
    if (o.stopped()) {
      await steps.return(undefined as never)
      return undefined
    }
  }
}

/** The study that comes along, up to the host. */
const studyFor = async (model: string, pairHops: boolean): Promise<LadderStudy> => {
  const file = join(home, 'mo6s8.yaml')
  const study = ladderStudyOf(await parseYaml(readFileSync(file, 'utf8'), file), file)
  const { discharge: _, ...upToHost } = study
  return {
    ...upToHost,
    lattice: { ...study.lattice, model: join(dirname(study.lattice.model ?? ''), model) },
    ...(study.transport ? { transport: { ...study.transport, pairHops } } : {}),
  }
}
