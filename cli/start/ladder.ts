import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { claims } from '../../src/claims/thresholds.ts'
import { parseYaml } from '../../src/file/yaml.ts'
import { type Climbed, climb, troubleOf } from '../../src/ladder/climb.ts'
import { togetherOf, togetherWords } from '../../src/ladder/mobility.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import { type ClaimsRung, type HeldClaim, sameWords, spreadWords } from '../../src/ladder/stages/claims.ts'
import { type SensitivityRung, sensitivityTable, sensitivityWords } from '../../src/ladder/stages/sensitivity.ts'
import type { TransportRung } from '../../src/ladder/stages/transport.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { folderStore, recordName, type StageRecord, withShipped } from '../../src/ladder/store.ts'
import { ladderStudyOf, shippedOf } from '../../src/ladder/study-file.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { textTable } from '../table.ts'
import { programVersion } from '../version.ts'
import type { Output } from './files.ts'

/** Lattice models of Mo6S8 that are climbed: as computed, and with the pair that the press release tells of. */
const climbs = [
  { name: 'computed', words: 'as computed', file: 'mo6s8.yaml' },
  { name: 'assumed-pair', words: 'a pair of Mg and Li assumed', file: 'mo6s8-assumed-pair.yaml' },
] as const

/** A rung as it was climbed: hashes of what went in and what came out, and whether it was there already. */
export type Rung = {
  readonly stage: string
  readonly inputs: string
  readonly output: string
  readonly there: boolean
}

export type Ladder = {
  readonly name: string
  readonly words: string
  readonly rungs: readonly Rung[]
  readonly verdicts: readonly HeldClaim[]
  /** How the second ion moves beside the first, in sentences: with all hops, and with single ones alone. */
  readonly mobility: readonly string[]
  /** Each input moved, and what the claims make of it: rows, the head first, and in sentences. */
  readonly sensitivity: { readonly table: readonly (readonly string[])[]; readonly words: readonly string[] }
  /** What could not be computed, and why. */
  readonly failures: readonly string[]
}

const home = fileURLToPath(new URL('../../examples/ladders/', import.meta.url))

export type LadderOptions = {
  /** Folder of the results. */
  readonly out: string
  /** Computes every rung again. */
  readonly fresh: boolean
  /** Barriers moved, by family [eV]. */
  readonly shifts: Readonly<Record<string, number>>
  /** Only the first climb. */
  readonly quick: boolean
  /** What is done, for a line of progress. */
  readonly tell: (words: string) => void
  readonly stopped: () => boolean
}

/**
 * From the lattice model of Mo6S8 to the claims on its host. Rungs that come along are taken where their inputs are the same;
 * others are computed, and kept in the folder of the results: minutes for the Monte Carlo of a rung.
 *
 * @returns the climbs, one that a method stopped with the rungs up to there; without those that Ctrl-C left open
 */
export const climbLadders = async (output: Output, o: LadderOptions): Promise<readonly Ladder[]> => {
  const ladders: Ladder[] = []
  for (const one of o.quick ? climbs.slice(0, 1) : climbs) {
    const ladder = await climbOne(one, output, o)
    if (ladder === undefined) break
    ladders.push(ladder)
  }
  return ladders
}

const climbOne = async (
  { name, words, file }: (typeof climbs)[number],
  output: Output,
  o: LadderOptions,
): Promise<Ladder | undefined> => {
  const study = ladderStudyOf(await parseYaml(readFileSync(join(home, file), 'utf8'), file), file)
  const [shipped, ...others] = shippedOf(study).map(folder => join(home, folder))
  const { stages, notes } = await stagesOf(study, { folder: home, walker: walked, shifts: o.shifts })
  const program = `dualion ${programVersion()}`
  const steps = climb(stages, {
    // what the climbs share, as the equilibrium of lattices that differ in their hops alone, is computed by the first
    store: withShipped(
      folderStore(join(o.out, 'ladder', name)),
      ...[...climbs.map(one => join(o.out, 'ladder', one.name)), shipped, ...others].map(folderStore),
    ),
    program,
    fresh: o.fresh,
  })
  const rungs: Rung[] = []
  const done = new Map<string, StageRecord>()
  const failures: string[] = []
  try {
    if (!(await climbing())) return undefined
  } catch (error) {
    // the rungs below the one that failed stand, and so does all else of the main job
    failures.push(`ladder, ${words}: ${(error as Error)?.message ?? error}`)
  }
  for (const why of troubleOf(stages, done)) failures.push(`ladder, ${words}: ${why}`)
  const title = `Mo6S8, ${words}`
  const last = done.get(stages[stages.length - 1].name)
  const along = last && (await folderStore(shipped).read(recordName(last.stage, last.inputsHash)))
  const { markdown, figures } =
    along !== undefined && rungs.every(({ there }) => there)
      ? reportKept(shipped)
      : await ladderReport(stages, done, { title, program, notes: [...notes, ...failures] })
  await output.write(`ladder/${name}/report.md`, markdown)
  for (const figure of figures) await output.write(`ladder/${name}/${figure.name}.svg`, figure.svg)
  return {
    name,
    words,
    rungs,
    verdicts: (done.get('claims')?.output as ClaimsRung | undefined)?.verdicts ?? [],
    sensitivity: sensitivityOf(done),
    mobility: mobilityOf(done),
    failures,
  }

  /** False where it was stopped. */
  async function climbing(): Promise<boolean> {
    let next = await steps.next()
    while (!next.done) {
      const event = next.value
      if (event.kind === 'progress')
        o.tell(`ladder, ${words}: ${event.stage.name} ${Math.floor(100 * event.fraction)} %, ${event.doing}`)
      else if (event.kind === 'end') {
        const { stage, record, cached } = event
        const [inputs, gave] = [record.inputsHash.slice(0, 12), record.outputHash.slice(0, 12)]
        done.set(stage.name, record)
        rungs.push({ stage: stage.name, inputs, output: gave, there: cached })
      }
      if (o.stopped()) {
        await steps.return(undefined as never)
        return false
      }
      next = await steps.next()
    }
    return true
  }
}

const sensitivityOf = (done: Climbed): Ladder['sensitivity'] => {
  const rows = (done.get('sensitivity')?.output as SensitivityRung | undefined)?.rows
  const base = done.get('claims')?.output as ClaimsRung | undefined
  if (rows === undefined || base === undefined) return { table: [], words: [] }
  return { table: sensitivityTable(rows, base), words: sensitivityWords(rows, base) }
}

/** How the second ion moves beside the first, where the walks are there. */
const mobilityOf = (done: Climbed): readonly string[] =>
  [
    ['with all hops', 'transport'],
    ['pair hops off', 'transport-singles'],
  ].flatMap(([which, stage]) => {
    const host = done.get('host')?.output as HostTable | undefined
    const walks = done.get(stage)?.output as TransportRung | undefined
    const together = host && walks && togetherOf(walks.samples)
    return together ? [`${which}: ${togetherWords(host.carriers, together)}`] : []
  })

/** The report that came along with rungs: it says the same of the same records. */
const reportKept = (folder: string) => ({
  markdown: readFileSync(join(folder, 'report.md'), 'utf8'),
  figures: readdirSync(folder)
    .filter(file => file.endsWith('.svg'))
    .map(file => ({ name: file.replace(/\.svg$/, ''), svg: readFileSync(join(folder, file), 'utf8') })),
})

const titleOf = (claim: HeldClaim['claim']): string => claims.find(one => one.name === claim)!.title

/** The rungs with their hashes, and the claims on what they gave. */
export const laddersText = (ladders: readonly Ladder[]): string => {
  if (ladders.length === 0) return ''
  // the longest climb names the rows: one that was stopped has fewer
  const most = <T>(of: (ladder: Ladder) => readonly T[]) =>
    ladders.map(of).reduce((a, b) => (b.length > a.length ? b : a))
  const rungs = textTable([
    ['ladder of Mo6S8', ...ladders.flatMap(({ words }) => [`${words}: from`, 'gave'])],
    ...most(ladder => ladder.rungs).map(({ stage }, k) => [
      stage,
      ...ladders.flatMap(({ rungs: { [k]: rung } }) =>
        rung ? [rung.inputs, rung.output + (rung.there ? '' : ' *')] : ['–', 'not reached'],
      ),
    ]),
  ])
  const computed = ladders.some(({ rungs }) => rungs.some(({ there }) => !there)) ? '* computed now\n' : ''
  const held = textTable([
    ['claim, from the lattice up', ...ladders.map(({ words }) => words)],
    ...claims.map(({ name, title }) => [
      title,
      ...ladders.map(({ verdicts }) => heldText(verdicts.find(({ claim }) => claim === name))),
    ]),
  ])
  const reasons = ladders
    .map(
      ({ words, verdicts, mobility }) =>
        `${words}\n${verdicts
          .map(({ claim, outcome, reason }) => `  ${titleOf(claim)}: ${outcome}. ${reason}\n`)
          .join('')}${mobility.map(line => `  ${line}\n`).join('')}`,
    )
    .join('')
  const moved = ladders
    .filter(({ sensitivity }) => sensitivity.table.length > 0)
    .map(
      ({ words, sensitivity: { table, words: lines } }) =>
        `each input moved, ${words}\n${textTable(table)}${lines.map(line => `  ${line}\n`).join('')}`,
    )
    .join('\n')
  return `${rungs}${computed}\n${held}±: over tables drawn anew within the errors of their samples\n${reasons}\n${moved}`
}

/** A verdict with its number and how firmly it stands. */
const heldText = (verdict: HeldClaim | undefined): string =>
  verdict === undefined ? 'not computed' : `${verdict.outcome} (${spreadWords(verdict)}; same in ${sameWords(verdict)})`
