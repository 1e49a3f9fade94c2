import type { FileProtocol } from '../src/file/cell-schema.ts'
import { cellOf } from './cell.ts'

/** `dualion check FILE`: what the file describes, or why it is refused. */
export const check = async (file: string): Promise<void> => {
  const read = await cellOf(file, {})
  const { protocol } = read
  if (protocol && protocol.steps.length > 0) {
    const { experimentOfFile } = await import('./protocol.ts')
    await experimentOfFile(file, read, { currentSign: 'discharge' })
  }
  const { explainCell } = await import('../src/file/explain.ts')
  const kind = read.kind === 'bpx' ? 'a BPX file' : 'a dualion cell file'
  process.stdout.write(`${file}: ${kind}, valid\n\n${explainCell(read.cell).trimEnd()}\n`)
  if (read.notes.length > 0)
    process.stdout.write(`\nnotes on the file\n${read.notes.map(note => `  ${note}`).join('\n')}\n`)
  if (protocol) process.stdout.write(`\nprotocol\n${protocolLines(protocol).join('\n')}\n`)
}

/** The steps a line each, with what stands beside them, then what holds for all. */
const protocolLines = ({ steps, ...all }: FileProtocol): readonly string[] => [
  ...steps.map(step => {
    if (typeof step === 'string') return `  ${step}`
    const { step: sentence, ...beside } = step
    return `  ${sentence}${aside(beside)}`
  }),
  ...Object.entries(all).map(([key, value]) => `  ${key}: ${listed(value)}`),
]

const aside = (beside: object): string => {
  const said = Object.entries(beside).map(([key, value]) => `${key} ${listed(value)}`)
  return said.length === 0 ? '' : ` (${said.join('; ')})`
}

const listed = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))
