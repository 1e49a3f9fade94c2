import { textTable } from '../table.ts'
import { climbStudy, type LadderOptions } from './climb-study.ts'
import type { Output } from './files.ts'

/** Slabs of Mo6S8: how they fill, in a table and in sentences; what could not be computed, and why. */
export type Slabs = {
  readonly table: readonly (readonly string[])[]
  readonly lines: readonly string[]
  readonly failures: readonly string[]
}

/**
 * Slabs filled with Mg alone, with Mg after Li, with both: minutes where the rung that comes along has other inputs.
 *
 * @returns undefined where Ctrl-C left them open
 */
export const fillSlabs = async (output: Output, o: LadderOptions): Promise<Slabs | undefined> => {
  const climbed = await climbStudy({ name: 'slab', file: 'mo6s8-slab.yaml', called: 'slabs' }, output, o)
  if (climbed === undefined) return undefined
  const { stages, done, failures } = climbed
  const record = done.get('slab')
  if (record === undefined) return { table: [], lines: [], failures }
  const inputs = { lattice: done.get('lattice')?.output }
  const { table = [], lines } = await stages.find(({ name }) => name === 'slab')!.report(record.output, { inputs })
  return { table, lines, failures }
}

export const slabsText = ({ table, lines }: Slabs): string =>
  `Slabs of Mo6S8\n${textTable(table)}${lines.map(line => `  ${line}\n`).join('')}`
