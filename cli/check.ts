import { cellOf } from './cell.ts'

/** `dualion check FILE`: what the file describes, or why it is refused. */
export const check = async (file: string): Promise<void> => {
  const read = await cellOf(file, {})
  if (read.steps && read.steps.length > 0) {
    const { protocolOfFile } = await import('./protocol.ts')
    await protocolOfFile(file, read, { currentSign: 'discharge' })
  }
  const { explainCell } = await import('../src/file/explain.ts')
  const kind = read.kind === 'bpx' ? 'a BPX file' : 'a dualion cell file'
  process.stdout.write(`${file}: ${kind}, valid\n\n${explainCell(read.cell).trimEnd()}\n`)
  if (read.notes.length > 0)
    process.stdout.write(`\nnotes on the file\n${read.notes.map(note => `  ${note}`).join('\n')}\n`)
  if (read.steps) process.stdout.write(`\nprotocol\n${read.steps.map(step => `  ${step}`).join('\n')}\n`)
}
