/** What the main job found on one or two screens; `report.ts` has the rest. */
import type { TableRow } from '../../src/claims/report.ts'
import { tally } from '../../src/claims/survey.ts'
import { claims, claimTitle } from '../../src/claims/thresholds.ts'
import type { Trial } from '../../src/claims/trial.ts'
import { textTable } from '../table.ts'
import { heldTable, type Ladder } from './ladder.ts'
import { pathsText } from './paths.ts'
import { type Found, troubleText } from './report.ts'
import type { Slabs } from './slabs.ts'
import { anodeText, cRate, fixed, jamText, verdictTable } from './words.ts'

/** What the anode does in one cycle: Li that displaces Mg, and in which order the metals come back. */
const anodeBrief = ({ anode }: Found): string =>
  Object.entries(anode)
    .slice(0, 1)
    .map(([name, { displacement, plating }]) => anodeText(name, displacement, plating))
    .join('')

const joined = (texts: readonly string[]): string => texts.filter(text => text !== '').join('\n')

/** The table of cells, the verdicts on them, a line for each claim on where it holds: what is said when the cells are done. */
export const cellsText = (o: Found): string =>
  joined([
    cellsBrief(o),
    verdictsBrief(o),
    cyclesBrief(o) + anodeBrief(o) + jamText(o.jams),
    surveyBrief(o),
    troubleText(o),
  ])

/** The paths of ions, the verdicts from the lattice up, the slabs, and what of all failed. */
export const othersText = (o: Found): string =>
  joined([
    o.paths ? pathsText(o.paths) : '',
    laddersBrief(o.ladders),
    o.slabs ? slabsBrief(o.slabs) : '',
    troubleText({ ...o, notes: [] }),
  ])

/** The table of cells once more, at the end of everything. */
export const shortText = (o: Found): string => cellsBrief(o)

const span = (values: readonly number[], digits: number): string => {
  const shown = [...new Set([Math.min(...values), Math.max(...values)].map(one => fixed(one, digits)))]
  return shown.join(' to ')
}

/** A row for each cell: by its barriers as computed with pair hops, and what its capacity is by others. */
const cellsBrief = ({ table, plan }: Found): string => {
  if (table.length === 0) return ''
  const cells = [...new Set(table.map(row => row.title))].map(title => table.filter(row => row.title === title))
  const row = ([one, ...others]: readonly TableRow[]): string[] => [
    one.title,
    fixed(one.capacity, 1),
    fixed(one.hostEnergy, 0),
    fixed(one.Li, 2),
    fixed(one.Mg, 2),
    fixed(one.specificEnergy, 0),
    fixed(one.againstGraphite, 2),
    one.outcome,
    others.length === 0
      ? ''
      : span(
          others.map(other => other.capacity),
          1,
        ),
  ]
  const head = ['mAh/g', 'Wh/kg host', 'Li', 'Mg', 'Wh/kg cell', '/ graphite', 'ended by', 'other barriers, no pair']
  return `${textTable([[`cell at ${cRate(plan)}`, ...head], ...cells.map(row)])}mAh/g and Wh/kg host: per mass of the empty cathode host, last column mAh/g. Li, Mg: per Mo6S8 at the end. / graphite: of graphite | NMC811.\n`
}

/** A line for each climb, its verdicts, and which moved inputs change them. */
const laddersBrief = (ladders: readonly Ladder[]): string => {
  if (ladders.length === 0) return ''
  const climbs = ladders
    .filter(({ rungs }) => rungs.length > 0)
    .map(({ words, rungs }) => {
      const now = rungs.filter(({ there }) => !there).length
      const [first, last] = [rungs[0], rungs[rungs.length - 1]]
      return `ladder of Mo6S8, ${words}: ${rungs.length} rungs, ${first.stage} from ${first.inputs} … ${last.stage} gave ${last.output}; ${now === 0 ? 'all came along' : `${now} computed now`}\n`
    })
  // climbs that say the same, said once
  const told = new Map<string, string[]>()
  for (const { words, sensitivity } of ladders) {
    const lines = sensitivity.brief.map(line => `  ${line}\n`).join('')
    if (lines !== '') told.set(lines, [...(told.get(lines) ?? []), words])
  }
  const moved = [...told].map(([lines, words]) => `each input moved, ${words.join(', and ')}\n${lines}`)
  return `${climbs.join('')}${heldTable(ladders)}${moved.join('')}`
}

const verdictsBrief = ({ columns }: Found): string =>
  columns.length === 0
    ? ''
    : `${verdictTable(columns)}${claims.map(({ title, words }) => `  ${title}: ${words}\n`).join('')}`

/** How soon a slab has so much Mg. */
const slabsBrief = ({ table }: Slabs): string => {
  if (table.length === 0) return ''
  const shown = table[0].flatMap((name, k) => (k < 2 || name.startsWith('s until') ? [k] : []))
  return `Slabs of Mo6S8, at one potential for all ions\n${textTable(table.map(row => shown.map(k => row[k])))}`
}

/** Capacity and inventory from the first to the last cycle. */
const cyclesBrief = ({ cycles }: Found): string =>
  Object.entries(cycles)
    .flatMap(([name, rows]) => {
      const [fresh, first] = rows
      if (first === undefined) return []
      const last = rows[rows.length - 1]
      const later = last === first ? '' : `, ${fixed(last.capacity, 1)} in cycle ${last.cycle}`
      const both = (li: number, mg: number, digits: number) => `${fixed(li, digits)}, ${fixed(mg, digits)}`
      const from = (of: (row: typeof last) => string) => `${of(fresh)} fresh, ${of(last)} in the end`
      const held = from(row => both(row.LiTotal, row.MgTotal, 3))
      const trapped = from(row => both(row.LiLeft, row.MgLeft, 4))
      const bath = from(row => both(row.LiBath, row.MgBath, 1))
      return (
        `${name}: ${fixed(first.capacity, 1)} mAh/g in cycle ${first.cycle}${later}; Li, Mg in the cell ${held}; ` +
        `trapped in the charged cathode ${trapped}; in the electrolyte ${bath} (mol/m³)\n`
      )
    })
    .join('')

/** In how many of the points tried each claim holds. */
const surveyBrief = ({ rows, maps, sentences }: Found): string => {
  if (sentences.length === 0) return ''
  const places = [
    { name: 'the sensitivity table', trials: rows.map(row => row.trial) },
    ...maps.map(({ name, trials }) => ({ name: `map ${name}`, trials })),
  ]
  const lines = claims.map(
    ({ name }) =>
      `  ${claimTitle(name)}: ${places.map(place => `${counted(name, place.trials)} of ${place.name}`).join(', ')}\n`,
  )
  const together = sentences[sentences.length - 1]
  return `Where the claims hold (seen + thermodynamic, of the points tried)\n${lines.join('')}${together.lines.map(line => `  ${together.claim}: ${line}\n`).join('')}`
}

const counted = (claim: Parameters<typeof tally>[0], trials: readonly Trial[]): string => {
  const { seen, thermodynamic } = tally(claim, trials)
  return seen + thermodynamic === 0 ? `none of ${trials.length}` : `${seen} + ${thermodynamic} of ${trials.length}`
}

/** Where everything is, a line for each folder. */
export const filesText = (written: readonly string[], folder: string): string => {
  const folders = new Map<string, string[]>()
  for (const file of written) {
    const at = file.lastIndexOf('/')
    const names = folders.get(file.slice(0, at + 1)) ?? []
    folders.set(file.slice(0, at + 1), [...names, file.slice(at + 1)])
  }
  const lines = [...folders].map(([at, names]) => {
    const several = names.length > 16 && names.every(name => !name.endsWith('.svg'))
    return wrapped(`${folder}/${at}`, several ? [`${names.length} tables and results, as ${names[0]}`] : names)
  })
  return `${written.length} files; every table, verdict and reason: ${folder}/report.txt\n${lines.join('')}`
}

/** Names behind their folder, in lines of some hundred letters. */
const wrapped = (folder: string, names: readonly string[]): string => {
  const lines = [`  ${folder}:`]
  for (const name of names) {
    const last = lines.length - 1
    if (lines[last].length + name.length > 130) lines.push(`    ${name}`)
    else lines[last] += ` ${name}`
  }
  return `${lines.join('\n')}\n`
}
