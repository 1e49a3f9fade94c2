import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseYaml } from '../../src/file/yaml.ts'
import { climb } from '../../src/ladder/climb.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { folderStore, withShipped } from '../../src/ladder/store.ts'
import { ladderStudyOf } from '../../src/ladder/study-file.ts'
import { textTable } from '../table.ts'
import { programVersion } from '../version.ts'
import type { Output } from './files.ts'
import type { LadderOptions } from './ladder.ts'

/** Slabs of Mo6S8: how they fill, in a table and in sentences. */
export type Slabs = { readonly table: readonly (readonly string[])[]; readonly lines: readonly string[] }

const study = fileURLToPath(new URL('../../examples/ladders/mo6s8-slab.yaml', import.meta.url))
const shipped = fileURLToPath(new URL('../../lattices/mo6s8/rungs-slab', import.meta.url))

/**
 * Slabs filled with Mg alone, with Mg after Li, with both: the rung that comes along where its inputs are the same, else computed
 * (minutes) and kept in the folder of the results. Its report and figure are written there.
 */
export const fillSlabs = async (output: Output, o: LadderOptions): Promise<Slabs | undefined> => {
  const folder = fileURLToPath(new URL('.', `file://${study}`))
  const data = ladderStudyOf(await parseYaml(readFileSync(study, 'utf8'), study), study)
  const { stages, notes } = await stagesOf(data, { folder, walker: walked, shifts: o.shifts })
  const program = `dualion ${programVersion()}`
  const store = withShipped(folderStore(join(o.out, 'ladder', 'slab')), folderStore(shipped))
  const steps = climb(stages, { store, program, fresh: o.fresh })
  let next = await steps.next()
  while (!next.done) {
    if (next.value.kind === 'progress') o.tell(`slabs: ${Math.floor(100 * next.value.fraction)} %, ${next.value.doing}`)
    if (o.stopped()) {
      await steps.return(undefined as never)
      return undefined
    }
    next = await steps.next()
  }
  const done = next.value
  const { markdown, figures } = await ladderReport(stages, done, { title: data.title!, program, notes })
  await output.write('ladder/slab/report.md', markdown)
  for (const { name, svg } of figures) await output.write(`ladder/slab/${name}.svg`, svg)
  const inputs = { lattice: done.get('lattice')!.output }
  const { table = [], lines } = await stages
    .find(({ name }) => name === 'slab')!
    .report(done.get('slab')!.output, { inputs })
  return { table, lines }
}

export const slabsText = ({ table, lines }: Slabs): string =>
  `Slabs of Mo6S8\n${textTable(table)}${lines.map(line => `  ${line}\n`).join('')}`
