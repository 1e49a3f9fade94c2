import { access, constants, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Structure } from '../crystal/structure.ts'
import type { Engine, Evaluation, RemoteEngine } from '../engine/engine.ts'
import { driveRemote, driveSteps, type Search } from '../engine/search.ts'
import { refuse } from '../error.ts'
import type { EngineSpec, SimpleEngineSpec } from './engine-spec.ts'

/** An engine that runs, wherever it runs. */
export type OpenEngine = {
  readonly name: string
  readonly elements: readonly string[]
  /** See `Engine`. */
  readonly theory?: string
  readonly external?: boolean
  readonly screening?: boolean
  /** Where it runs in this process. */
  readonly embedded?: Engine
  /** How many structures it works on at once. */
  readonly connections: number
  evaluateAll(structures: readonly Structure[]): Promise<readonly Evaluation[]>
  /** Runs a search on it, with what the search says on the way. */
  run<P, R>(search: Search<P, R>): AsyncGenerator<P, R>
  close(): Promise<void>
}

export type OpenOptions = {
  /** Where commands run and files are looked for. */
  readonly folder?: string
  /** Is told what a user should know. */
  readonly report?: (note: string) => void
}

/**
 * The engine that an entry describes. Clients of a socket start with the first structure; `close` ends them.
 *
 * @throws SimulationError 'input' where the entry describes none
 */
export const openEngine = async (spec: EngineSpec, o: OpenOptions = {}): Promise<OpenEngine> => {
  if (spec.kind !== 'ipi') return embedded(await embeddedEngine(spec, o))
  const { ipi } = await import('../engine/ipi/index.ts')
  const { kind: _kind, ...options } = spec
  return remote(ipi({ ...defined(options), ...o } as Parameters<typeof ipi>[0]), spec.connections ?? 1)
}

/** An engine of this process, as an entry describes it. */
export const embeddedEngine = async (spec: EngineSpec, o: OpenOptions = {}): Promise<Engine> => {
  if (spec.kind === 'sum') {
    const { sum } = await import('../engine/sum.ts')
    return sum(await Promise.all(spec.engines.map(one => simpleEngine(one, o))))
  }
  return simpleEngine(spec, o)
}

const simpleEngine = async (spec: SimpleEngineSpec, o: OpenOptions): Promise<Engine> => {
  const { kind, ...options } = spec
  const given = defined(options) as never
  switch (kind) {
    case 'ipi':
      return refuse(
        'engine.kind',
        kind,
        'an engine of this process: ace, morse, born-mayer, ewald, spring, bond-valence',
      )
    case 'ace':
      return potentialOf(spec.file, o)
    case 'morse':
      return (await import('../engine/morse.ts')).morse(given)
    case 'born-mayer':
      return (await import('../engine/born-mayer.ts')).bornMayer(given)
    case 'ewald':
      return (await import('../engine/ewald.ts')).ewald(given)
    case 'spring':
      return (await import('../engine/spring.ts')).spring(given)
    case 'bond-valence':
      return (await import('../engine/bond-valence.ts')).bondValence(given)
  }
}

/** The potential that comes along. */
const shipped = new URL('../engine/potentials/mo-s-li-mg.json', import.meta.url)

/** Where an `ace` entry's potential lies: its content is what tells one engine from another. */
export const potentialPlace = (file: string | undefined, folder = '.'): string | URL =>
  file === undefined ? shipped : resolve(folder, file)

/** The fitted potential of a file, or the one that comes along. */
const potentialOf = async (file: string | undefined, { folder = '.' }: OpenOptions): Promise<Engine> => {
  const { aceEngine, fromPotentialFile } = await import('../engine/ace/index.ts')
  const name = file ?? 'the potential that comes along'
  const text = await readFile(file === undefined ? shipped : await potentialPath(resolve(folder, file), name), 'utf8')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    refuse(
      'ace',
      name,
      `a potential file written by dualion distil; this is no JSON: ${plainText((error as Error).message)}`,
    )
  }
  const potential = fromPotentialFile(content, name)
  if (file !== undefined) return aceEngine(potential)
  const { shippedTeacher } = await import('../engine/potentials/shipped-teacher.ts')
  return aceEngine({ teacher: shippedTeacher, ...potential })
}

/** Without the bytes of a binary file, which would upset a terminal. */
const plainText = (words: string): string => words.replace(/[^\x20-\x7e]+/g, '?')

/** Largest potential that is read [bytes]. */
const mostPotential = 256e6

/** The path of a file that may be a potential; what is none is refused before it is read. */
const potentialPath = async (path: string, name: string): Promise<string> => {
  const found = await stat(path).catch(error =>
    refuse('ace', name, error.code === 'ENOENT' ? 'a file that is there' : `a file that can be read (${error.code})`),
  )
  if (!found.isFile()) refuse('ace', name, `a potential file; this is a ${found.isDirectory() ? 'folder' : 'device'}`)
  if (found.size > mostPotential) refuse('ace', name, `a potential file of at most ${mostPotential} bytes`)
  await access(path, constants.R_OK).catch(() => refuse('ace', name, 'a file with permission to read'))
  return path
}

const embedded = (engine: Engine): OpenEngine => ({
  name: engine.name,
  elements: engine.elements,
  ...(engine.theory === undefined ? {} : { theory: engine.theory }),
  ...(engine.external ? { external: true } : {}),
  ...(engine.screening ? { screening: true } : {}),
  embedded: engine,
  connections: 1,
  evaluateAll: async structures => structures.map(structure => engine.evaluate(structure)),
  run: async function* (search) {
    return yield* driveSteps(search, engine)
  },
  close: async () => {},
})

const remote = (engine: RemoteEngine, connections: number): OpenEngine => ({
  ...engine,
  connections,
  run: search => driveRemote(search, engine),
})

/** Without the keys that hold nothing. */
const defined = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
