/** The report of a climb: at each rung what was computed, from what, how sure. */
import { SimulationError } from '../error.ts'
import type { Climbed } from './climb.ts'
import type { Stage, StageFigure } from './stage.ts'

export type LadderReport = { readonly markdown: string; readonly figures: readonly StageFigure[] }

/**
 * @param stages  of the climb, in order; those without a record are said to be open
 * @param o.notes  sentences for the head
 */
export const ladderReport = async (
  stages: readonly Stage[],
  climbed: Climbed,
  o: { readonly title: string; readonly program: string; readonly notes?: readonly string[] },
): Promise<LadderReport> => {
  const figures: StageFigure[] = []
  const parts: string[] = []
  const rungs: string[][] = [['rung', 'from', 'how sure', 'inputs', 'output']]
  for (const [k, stage] of stages.entries()) {
    const record = climbed.get(stage.name)
    if (record === undefined) {
      rungs.push([`${k + 1}. ${stage.title}`, stage.needs.join(', ') || 'the study', 'not reached', '', ''])
      continue
    }
    const inputs = Object.fromEntries(stage.needs.map(need => [need, climbed.get(need)?.output]))
    const { basis, why, lines, table, figures: drawn = [] } = await stage.report(record.output, { inputs })
    rungs.push([
      `${k + 1}. ${stage.title}`,
      stage.needs.join(', ') || 'the study',
      basis,
      short(record.inputsHash),
      short(record.outputHash),
    ])
    for (const figure of drawn) {
      if (!/^[\w-]+$/.test(figure.name))
        throw new SimulationError(`figure ${figure.name}: a name of letters, digits, - and _`, {
          code: 'input',
          at: stage.name,
        })
      figures.push(figure)
    }
    parts.push(
      [
        `## ${k + 1}. ${stage.title}`,
        lines.map(line => `- ${line}`).join('\n'),
        table === undefined || table.length === 0 ? '' : markdownTable(table),
        drawn.map(figure => `![${figure.name}](${figure.name}.svg)`).join('\n'),
        `How sure: **${basis}**. ${why}`,
        `Inputs \`${record.inputsHash}\`, output \`${record.outputHash}\`, by ${record.program}.`,
      ]
        .filter(part => part !== '')
        .join('\n\n'),
    )
  }
  const head = [`# ${o.title}`, `By ${o.program}.`, ...(o.notes ?? []).map(note => `> ${note}`), markdownTable(rungs)]
  return { markdown: `${[...head, ...parts].join('\n\n')}\n`, figures }
}

const short = (hash: string): string => `\`${hash.slice(0, 12)}\``

/** Rows as a table of Markdown, the head first. */
export const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const [head, ...body] = rows
  const line = (row: readonly string[]) =>
    `| ${row.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...body.map(line)].join('\n')
}
