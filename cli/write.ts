import { createWriteStream } from 'node:fs'
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Solution } from '../src/cell/solution.ts'
import { refuse, SimulationError } from '../src/error.ts'
import type { CurrentSign } from '../src/quantities.ts'
import { programVersion } from './version.ts'

/** Files a run writes; `-` is standard output. */
export type Targets = {
  readonly csv?: string
  readonly parquet?: string
  readonly json?: string
  readonly svg?: string
}

/** Refuse what cannot be written before anything is computed. */
export const checkTargets = async (targets: Targets | Readonly<Record<string, string | undefined>>): Promise<void> => {
  const kinds = ['csv', 'json', 'svg', 'parquet', 'out', 'extxyz', 'reactionPath'] as const
  const optionOf = (kind: string) => `--${kind.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
  const named = kinds.flatMap(kind => {
    const file = (targets as Readonly<Record<string, unknown>>)[kind]
    return typeof file === 'string' ? [{ option: optionOf(kind), file }] : []
  })
  const streamed = named.filter(one => one.file === '-')
  if (streamed.length > 1) {
    const all = ['csv', 'parquet'].some(kind => streamed.some(one => one.option === `--${kind}`))
    const list = all ? ['--csv', '--json', '--svg', '--parquet'] : streamed.map(one => one.option)
    throw new SimulationError(`standard output (-) can take one of ${list.join(', ')}`, {
      code: 'input',
      at: '-',
    })
  }
  for (const { option, file } of named) {
    if (file === '-') continue
    if (file.trim() === '') refuse(option, file, 'the name of a file, or - for standard output')
    const twin = named.find(other => other.option !== option && other.file === file)
    if (twin) refuse(option, file, `another file than ${twin.option}`)
    const there = await stat(file).catch(() => undefined)
    if (there?.isDirectory()) refuse(option, file, 'the name of a file; this is a folder')
    await access(there ? file : dirname(file), constants.W_OK).catch(() =>
      refuse(option, file, 'a file in a folder that exists and may be written to'),
    )
  }
}

/** Write what was asked for; returns the names of the files. */
export const writeResult = async (
  solution: Solution,
  targets: Targets,
  currentSign: CurrentSign,
): Promise<string[]> => {
  const written: string[] = []
  const program = `dualion ${programVersion()}`
  const put = async (file: string | undefined, pieces: () => Promise<Iterable<string> | Uint8Array>): Promise<void> => {
    if (file === undefined) return
    await toFile(file, await pieces())
    if (file !== '-') written.push(file)
  }
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

/** Text or bytes into a file or standard output. */
export const toFile = async (file: string, content: Iterable<string> | Uint8Array): Promise<void> => {
  if (content instanceof Uint8Array) {
    if (file === '-') process.stdout.write(content)
    else await writeFile(file, content)
  } else if (file === '-') for (const piece of content) process.stdout.write(piece)
  else await pipeline(Readable.from(content), createWriteStream(file))
}
