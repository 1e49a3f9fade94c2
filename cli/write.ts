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

/** Write what was asked for; returns the names of the files. */
export const writeResult = async (
  solution: Solution,
  targets: Targets,
  currentSign: CurrentSign,
): Promise<readonly string[]> => {
  const { put, written } = fileWriter()
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
  return written
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
  if (content instanceof Uint8Array) {
    if (file === '-') process.stdout.write(content)
    else await writeFile(file, content)
  } else if (file === '-') for (const piece of content) process.stdout.write(piece)
  else await pipeline(Readable.from(content), createWriteStream(file))
}
