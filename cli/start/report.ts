/** Everything that the main job found, as one text: `report.txt` beside the tables. */
import { massesCounted } from '../../src/cell/mass.ts'
import type { Plan } from '../../src/claims/plan.ts'
import type { CycleRow, Displacement, Jam, Plating, TableRow, VerdictColumn } from '../../src/claims/report.ts'
import type { SurveyedMap, SurveyedRow, surveySentences } from '../../src/claims/survey.ts'
import { type Ladder, laddersText } from './ladder.ts'
import { type Paths, pathsText } from './paths.ts'
import { type Slabs, slabsText } from './slabs.ts'
import { anodeText, cyclesText, jamText, tableText, verdictText } from './words.ts'

/** What came out; parts that were not reached are empty. */
export type Found = {
  readonly plan: Plan
  readonly paths: Paths | undefined
  readonly ladders: readonly Ladder[]
  readonly slabs: Slabs | undefined
  readonly table: readonly TableRow[]
  readonly columns: readonly VerdictColumn[]
  readonly cycles: Readonly<Record<string, readonly CycleRow[]>>
  readonly anode: Readonly<
    Record<string, { readonly displacement: Displacement; readonly plating: Plating | undefined }>
  >
  readonly jams: readonly Jam[]
  readonly rows: readonly SurveyedRow[]
  readonly maps: readonly SurveyedMap[]
  readonly sentences: ReturnType<typeof surveySentences>
  readonly failures: readonly string[]
  readonly notes: readonly string[]
}

/** Every table, every verdict with its reason, every sentence on where the claims hold. */
export const fullText = (o: Found): string =>
  [
    o.paths ? pathsText(o.paths) : '',
    laddersText(o.ladders),
    o.slabs && o.slabs.table.length > 0 ? slabsText(o.slabs) : '',
    tableText(o.table, o.plan),
    `Wh/kg cell counts ${massesCounted}.\n`,
    verdictText(o.columns),
    ...Object.entries(o.cycles).map(([name, list]) => cyclesText(name, list)),
    ...Object.entries(o.anode).map(([name, { displacement, plating }]) => anodeText(name, displacement, plating)),
    jamText(o.jams),
    o.sentences.length === 0
      ? ''
      : `Where the claims hold, in the space that was tried (sensitivity.csv, maps.csv):\n${o.sentences
          .map(({ claim, lines }) => `  ${claim}\n${lines.map(one => `    ${one}\n`).join('')}`)
          .join('')}`,
    troubleText(o),
  ]
    .filter(text => text !== '')
    .join('\n')

/** What failed, and what was tried again, a line each. */
export const troubleText = ({ failures, notes }: Pick<Found, 'failures' | 'notes'>): string =>
  [...failures.map(one => `failed: ${one}\n`), ...notes.map(one => `note: ${one}\n`)].join('')
