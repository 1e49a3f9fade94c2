import { claims, claimTitle } from '../../src/claims/thresholds.ts'
import type { Climbed } from '../../src/ladder/climb.ts'
import { togetherOf, togetherWords } from '../../src/ladder/mobility.ts'
import { type ClaimsRung, type HeldClaim, sameWords, spreadWords } from '../../src/ladder/stages/claims.ts'
import type { SensitivityRung } from '../../src/ladder/stages/sensitivity.ts'
import { sensitivityTable, sensitivityWords } from '../../src/ladder/stages/sensitivity-words.ts'
import type { TransportRung } from '../../src/ladder/stages/transport.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { textTable } from '../table.ts'
import { climbStudy, type LadderOptions, type Rung } from './climb-study.ts'
import type { Output } from './files.ts'

/** Lattice models of Mo6S8 that are climbed: as computed, and with the pair that the press release tells of. */
const climbs = [
  { name: 'computed', words: 'as computed', file: 'mo6s8.yaml' },
  { name: 'assumed-pair', words: 'a pair of Mg and Li assumed', file: 'mo6s8-assumed-pair.yaml' },
] as const

export type Ladder = {
  readonly name: string
  readonly words: string
  readonly rungs: readonly Rung[]
  readonly verdicts: readonly HeldClaim[]
  /** How the second ion moves beside the first, in sentences: with all hops, and with single ones alone. */
  readonly mobility: readonly string[]
  /** Each input moved, and what the claims make of it: rows, the head first, and in sentences; which inputs change a verdict. */
  readonly sensitivity: {
    readonly table: readonly (readonly string[])[]
    readonly words: readonly string[]
    readonly brief: readonly string[]
  }
  /** What could not be computed, and why. */
  readonly failures: readonly string[]
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
  const title = `Mo6S8, ${words}`
  // what the climbs share, as the equilibrium of lattices that differ in their hops alone, is computed by the first
  const beside = climbs.map(one => one.name)
  const climbed = await climbStudy({ name, file, title, called: `ladder, ${words}`, beside }, output, o)
  if (climbed === undefined) return undefined
  const { done, rungs, failures } = climbed
  return {
    name,
    words,
    rungs,
    verdicts: (done.get('claims')?.output as ClaimsRung | undefined)?.verdicts ?? [],
    sensitivity: sensitivityOf(done),
    mobility: mobilityOf(done),
    failures,
  }
}

const sensitivityOf = (done: Climbed): Ladder['sensitivity'] => {
  const rows = (done.get('sensitivity')?.output as SensitivityRung | undefined)?.rows
  const base = done.get('claims')?.output as ClaimsRung | undefined
  if (rows === undefined || base === undefined) return { table: [], words: [], brief: [] }
  return {
    table: sensitivityTable(rows, base),
    words: sensitivityWords(rows, base),
    brief: sensitivityWords(rows, base, { chance: false }),
  }
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
  const reasons = ladders
    .map(
      ({ words, verdicts, mobility }) =>
        `${words}\n${verdicts
          .map(({ claim, outcome, reason }) => `  ${claimTitle(claim)}: ${outcome}. ${reason}\n`)
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
  return `${rungs}${computed}\n${heldTable(ladders)}${reasons}\n${moved}`
}

/** The claims on what the ladders gave. */
export const heldTable = (ladders: readonly Ladder[]): string =>
  `${textTable([
    ['claim, from the lattice up', ...ladders.map(({ words }) => words)],
    ...claims.map(({ name, title }) => [
      title,
      ...ladders.map(({ verdicts }) => heldText(verdicts.find(({ claim }) => claim === name))),
    ]),
  ])}±: over tables drawn anew within the errors of their samples
`

/** A verdict with its number and how firmly it stands. */
const heldText = (verdict: HeldClaim | undefined): string =>
  verdict === undefined ? 'not computed' : `${verdict.outcome} (${spreadWords(verdict)}; same in ${sameWords(verdict)})`
