import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Solution } from '../src/cell/solution.ts'
import { SimulationError } from '../src/error.ts'
import type { CurrentSign } from '../src/quantities.ts'
import { checkOutputs } from './output-path.ts'
import { programVersion } from './version.ts'

/** Files a run writes; `-` is standard output. */
export type Targets = {
  readonly csv?: string
  readonly parquet?: string
  readonly json?: string
  readonly svg?: string
}

/** Refuse what cannot be written, or would be written over an input, before anything is computed. */
export const checkTargets = async (
  targets: Readonly<Partial<Record<TargetKind, string | undefined>>>,
  ...inputs: readonly string[]
): Promise<void> => {
  const named = targetKinds.flatMap(kind => {
    const file = targets[kind]
    return file === undefined ? [] : [{ option: optionOf(kind), file }]
  })
  const streamed = named.filter(one => one.file === '-')
  if (streamed.length > 1)
    throw new SimulationError(`standard output (-) can take one of ${streamed.map(one => one.option).join(', ')}`, {
      code: 'input',
      at: '-',
    })
  await checkOutputs(named, inputs)
}

const targetKinds = ['csv', 'json', 'svg', 'parquet', 'out', 'extxyz', 'reactionPath', 'grown'] as const
type TargetKind = (typeof targetKinds)[number]

const optionOf = (kind: TargetKind): string => `--${kind.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/**
 * Write what was asked for; returns the names of the files, and the first failure: a file that fails takes nothing from
 * the others.
 */
export const writeResult = async (
  solution: Solution,
  targets: Targets,
  currentSign: CurrentSign,
): Promise<{ readonly written: readonly string[]; readonly failure?: unknown }> => {
  const { put: putOne, written } = fileWriter()
  let failure: unknown
  const put: typeof putOne = async (file, pieces) =>
    putOne(file, pieces).catch(error => {
      failure ??= error
    })
  const program = `dualion ${programVersion()}`
  await put(targets.csv, async () =>
    (await import('../src/output/csv.ts')).csvPieces(solution.columns, { currentSign }),
  )
  await put(targets.json, async () =>
    (await import('../src/output/json.ts')).jsonPieces(solution, { currentSign, program }),
  )
  await put(targets.parquet, async () =>
    (await import('../src/output/parquet.ts')).toParquet(solution.columns, {
      currentSign,
      metadata: { program, cell: solution.cell, fidelity: solution.fidelity, outcome: solution.outcome, currentSign },
    }),
  )
  await put(targets.svg, async () => [(await import('./figure.ts')).figureOf(solution)])
  return { written, failure }
}

/** Writes what is asked for, content made only then, and remembers the names of the files. */
export const fileWriter = () => {
  const written: string[] = []
  const put = async (file: string | undefined, pieces: () => Promise<Iterable<string> | Uint8Array>): Promise<void> => {
    if (file === undefined) return
    await toFile(file, await pieces())
    if (file !== '-') written.push(file)
  }
  return { put, written: written as readonly string[] }
}

/** Text or bytes into a file or standard output. */
export const toFile = async (file: string, content: Iterable<string> | Uint8Array): Promise<void> => {
  const bytes = content instanceof Uint8Array
  if (file === '-')
    if (bytes) process.stdout.write(content)
    else for (const piece of content) process.stdout.write(piece)
  else
    await (bytes ? writeFile(file, content) : pipeline(Readable.from(content), createWriteStream(file))).catch(
      (error: NodeJS.ErrnoException) => {
        error.path ??= file // a disk that is full does not say whose file it was
        throw error
      },
    )
}
