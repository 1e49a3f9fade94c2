import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { readFramesAsync } from '../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../src/crystal/formats/extxyz-write.ts'
import { formatOfName, structureFormats } from '../src/crystal/formats/read-structure.ts'
import { type WriteFormat, writeStructure } from '../src/crystal/formats/write-structure.ts'
import { refuse } from '../src/error.ts'
import { type StructureOptions, structureOfFile } from './structure.ts'
import { checkOutput, piecesToFile } from './structure-output.ts'
import { structureSentence } from './structure-sentence.ts'

export type ConvertOptions = StructureOptions & { readonly to?: string }

/** `dualion convert IN OUT`: one structure file as another; formats by the names of the files. */
export const convert = async (input: string, output: string, o: ConvertOptions): Promise<void> => {
  const format = outputFormat(output, o.to)
  await checkOutput(output, input)
  const from = o.from ?? formatOfName(input)
  // many configurations pass one by one, however long the file is
  if (from === 'extxyz' && format === 'extxyz' && o.frame === undefined && (await stat(input)).isFile()) {
    const count = { frames: 0 }
    const frames = framesOf(input, count)
    const first = await frames.next() // a bad file leaves what is there under the name of the output
    if (first.done) refuse(input, 'no configuration', 'extended XYZ: a number of atoms, a comment line, the atoms')
    await piecesToFile(output, Readable.from(after(first.value as string, frames)))
    say(output, [`${count.frames} configuration${count.frames === 1 ? '' : 's'}`, ...wrote(output)])
    return
  }
  const { structure, notes } = await structureOfFile(input, o)
  await piecesToFile(output, [writeStructure(structure, format)])
  say(output, [
    structureSentence(structure),
    ...notes.map(note => `note: ${note}`),
    ...losses(structure, format),
    ...wrote(output),
  ])
}

async function* framesOf(input: string, count: { frames: number }): AsyncGenerator<string> {
  for await (const frame of readFramesAsync(createReadStream(input, { encoding: 'utf8' }), input)) {
    count.frames++
    yield writeFrame(frame)
  }
}

async function* after(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** What the format of the output cannot hold. */
const losses = (
  structure: Awaited<ReturnType<typeof structureOfFile>>['structure'],
  format: WriteFormat,
): readonly string[] => {
  const lost = [
    ...(format === 'poscar' && structure.oxidation ? ['oxidation numbers'] : []),
    ...((format === 'poscar' || format === 'cif') && structure.periodic ? ['which directions do not repeat'] : []),
  ]
  return lost.length === 0 ? [] : [`note: ${format} cannot hold ${lost.join(' and ')}: left out`]
}

export const outputFormat = (output: string, word: string | undefined): WriteFormat => {
  if (word !== undefined) {
    const format = structureFormats.find(name => name === word && name !== 'optimade')
    return (format as WriteFormat | undefined) ?? refuse('--to', word, 'cif, poscar, extxyz, pymatgen')
  }
  const named = formatOfName(output)
  if (named === undefined || named === 'optimade')
    return refuse(
      'output',
      output,
      'a name that tells its format: .cif, .vasp or POSCAR, .xyz or .extxyz, .json; or --to FORMAT',
    )
  return named === 'json' ? 'pymatgen' : named
}

const wrote = (output: string): readonly string[] => (output === '-' ? [] : [`wrote ${output}`])

/** To the reader: beside the file on standard output, else in its way. */
export const say = (output: string, lines: readonly string[]): void => {
  const stream = output === '-' ? process.stderr : process.stdout
  for (const line of lines) stream.write(`${line}\n`)
}
