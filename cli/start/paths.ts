import { MessageChannel } from 'node:worker_threads'
import { shippedTeacher } from '../../src/engine/potentials/shipped-teacher.ts'
import type { StudyResult, StudyRow } from '../../src/study/barrier-study.ts'
import type { ExplicitStudy } from '../../src/study/chosen-moves.ts'
import { outsideWords, studyFrames, studyJson, studyProfiles } from '../../src/study/study-output.ts'
import { textTable } from '../table.ts'
import { programVersion } from '../version.ts'
import { newWorker } from '../worker-thread.ts'
import { csvOf, type Output } from './files.ts'
import type { PathsAsked, PathsMessage } from './paths-worker.ts'

/**
 * Mg follows Li from one cavity of the host to the next, and each of them alone, by the potential that comes along. The
 * places are those of `examples/barriers/li-mg-mo6s8.yaml`, which compares every mechanism.
 */
const study: ExplicitStudy = {
  title: 'From cavity to cavity in Mo6S8: Mg alone, and Mg behind Li',
  host: { file: '../../src/hosts/crystals/mo6s8.cif', supercell: [3, 0, 0, 1, 1, 1, 0, -1, 1], relax: 'atoms' },
  engine: { kind: 'ace' },
  move: {
    leader: { ion: 'Li', from: [0.69, -0.03, 0.06], to: [1.69, -0.03, 0.06] },
    follower: { ion: 'Mg', from: [0.107, -0.056, -0.045], to: [1.107, -0.056, -0.045] },
  },
  mechanisms: ['concerted', 'alone'],
  path: { images: 7 },
}

/** Mg alone: what the short main job computes of it. */
const short: ExplicitStudy = {
  ...study,
  title: 'From cavity to cavity in Mo6S8: Mg alone',
  move: { leader: study.move.follower! },
}

/** A lowering of the barrier counts from here on [eV]: what the potential is good for. */
const meaningful = 0.03

export type Paths = { readonly result: StudyResult }
export type PathsStage = {
  readonly done: Promise<Paths | undefined>
  failures(): readonly string[]
  /** CPU time it took [s]; undefined where the system does not tell. */
  cpu(): number | undefined
  close(): Promise<void>
}

/** Threads of the stage: what is asked for at once, the images of a path, is shared by both. */
export const pathsThreads = 2

/** Starts the stage in threads of its own. */
export const startPaths = (o: { readonly quick: boolean }): PathsStage => {
  const worker = newWorker(import.meta.url, 'paths-worker')
  const helper = newWorker(import.meta.url, 'paths-helper')
  const failures: string[] = []
  let cpu: number | undefined
  const close = async (): Promise<void> => {
    await Promise.all([worker.terminate(), helper.terminate()])
  }
  const done = new Promise<Paths | undefined>(resolve => {
    worker.on('message', (message: PathsMessage) => {
      cpu = message.cpu
      if (message.kind === 'failure') failures.push(`paths: ${message.words}`)
      resolve(message.kind === 'result' ? message : undefined)
      void close()
    })
    for (const one of [worker, helper])
      one.on('error', error => {
        failures.push(`paths: ${error.stack ?? error.message}`)
        resolve(undefined)
      })
    worker.on('exit', () => resolve(undefined))
    const { port1, port2 } = new MessageChannel()
    helper.postMessage(port2, [port2])
    worker.postMessage({ study: o.quick ? short : study, helper: port1 } satisfies PathsAsked, [port1])
  })
  return {
    done,
    failures: () => failures,
    cpu: () => cpu,
    close,
  }
}

/** Table, images and figure of the paths. */
export const writePaths = async (output: Output, { result }: Paths): Promise<void> => {
  const { energyProfile } = await import('../../src/plot/energy-profile.ts')
  const title = result.rows.length > 1 ? study.title! : short.title!
  await output.write(
    'paths.json',
    studyJson(result, {
      program: `dualion ${programVersion()}`,
      title,
      engine: 'mo-s-li-mg',
      theory: `fitted to ${shippedTeacher}`,
      outcome: 'finished',
      notes: [],
    }),
  )
  await output.write(
    'paths.csv',
    csvOf(
      result.rows.flatMap(({ label, profile }) =>
        profile
          ? [...profile.s].map((s, k) => ({
              way: label,
              path_coordinate_Å: s,
              energy_eV: profile.energy[k],
              separation_Å: profile.separation?.[k] ?? Number.NaN,
            }))
          : [],
      ),
    ),
  )
  await output.write('paths.extxyz', studyFrames(result))
  await output.write(
    'figures/paths.svg',
    energyProfile(studyProfiles(result), { title, y: 'Energy above the ground state (eV)' }),
  )
}

/** The barriers alone, for the summary. */
export const barriersOf = ({ result }: Paths) =>
  result.rows.map(({ mechanism, label, outcome, barrier, barrierFromGround, verified }) => ({
    mechanism,
    label,
    outcome,
    barrier,
    barrierFromGround,
    verified,
  }))

/** The barriers, and what they say of the pair. */
export const pathsText = ({ result }: Paths): string => {
  const rows = result.rows.map(row => [
    row.label,
    number(row.barrier),
    number(row.barrierFromGround),
    row.verified ? 'first-order saddle' : (row.why ?? row.outcome),
  ])
  const text = textTable([['from cavity to cavity', 'own / eV', 'from ground / eV', 'saddle'], ...rows])
  const outside = outsideWords(result)
    .map(words => `${words}\n`)
    .join('')
  return `${text}${outside}${pairSentence(result)}\n`
}

/** Whether the pair moves over a lower barrier than the ion behind does alone. */
export const pairSentence = ({ rows }: Pick<StudyResult, 'rows'>): string => {
  const pair = rows.find(row => row.mechanism === 'concerted')
  const alone = rows.find(row => row.mechanism === 'alone' && row.label.includes('follower'))
  if (pair?.barrierFromGround === undefined || alone?.barrierFromGround === undefined)
    return 'The pair was not computed.'
  const verdict = (what: keyof StudyRow) => {
    const difference = (pair[what] as number) - (alone[what] as number)
    if (Math.abs(difference) < meaningful)
      return `as high as alone (${difference >= 0 ? '+' : ''}${difference.toFixed(3)} eV)`
    return `${Math.abs(difference).toFixed(3)} eV ${difference < 0 ? 'lower' : 'higher'} than alone`
  }
  return `A pair's lower barrier (claimed in 2018): ${
    pair.barrierFromGround < alone.barrierFromGround - meaningful ? 'seen' : 'not seen'
  } with this potential. Both at once from the ground state is ${verdict('barrierFromGround')}, from the pair's own start ${verdict('barrier')}.`
}

const number = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(3))
