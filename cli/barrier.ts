import { appendFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Structure } from '../src/crystal/structure.ts'
import { drive } from '../src/engine/search.ts'
import { refuse } from '../src/error.ts'
import { decoded } from '../src/file/decoded.ts'
import { parseJson } from '../src/file/json.ts'
import { parseYaml } from '../src/file/yaml.ts'
import { profileOf } from '../src/migration/mechanism-table.ts'
import { relax } from '../src/migration/relax.ts'
import { barrierStudies, type StudyProgress, type StudyResult, type StudyRow } from '../src/study/barrier-study.ts'
import { chosenMoves } from '../src/study/chosen-moves.ts'
import { openEngine } from '../src/study/open-engine.ts'
import { readInput } from '../src/study/read-input.ts'
import { type Answers, headLine, readRecord, recorded } from '../src/study/recorded.ts'
import { studyOf } from '../src/study/study-file.ts'
import {
  isDrawn,
  outsideWords,
  type StudyHead,
  studyFrames,
  studyJson,
  studyProfiles,
  studyReactionPath,
} from '../src/study/study-output.ts'
import { exitCode, report } from './exit.ts'
import { runSearch } from './search-progress.ts'
import { requireKnown, structureBytes, structureOfText } from './structure.ts'
import { textTable } from './table.ts'
import { programVersion } from './version.ts'
import { checkTargets, toFile } from './write.ts'

/** Largest study file that is read [bytes]. */
const largestStudy = 5_000_000

export type BarrierCommandOptions = {
  readonly json?: string
  readonly svg?: string
  readonly extxyz?: string
  readonly reactionPath?: string
  readonly resume?: boolean
}

/**
 * `dualion barrier STUDY.yaml`: the table of mechanisms, and what was asked for as files. Every evaluation is kept on record
 * beside the output until the study is finished, so that an interrupted or failed one goes on with --resume.
 */
export const barrierCommand = async (file: string, o: BarrierCommandOptions): Promise<void> => {
  const bytes = await readInput(file, largestStudy)
  const text = decoded(bytes, file)
  const data = /^\s*\{/.test(text) ? parseJson(text, file) : await parseYaml(text, file)
  if (data === null) refuse(file, 'nothing but remarks', 'a study: host, engine, move (dualion schema study lists all)')
  const study = studyOf(data, file)
  const folder = dirname(resolve(file))
  const output = study.output ?? {}
  const named = (own: string | undefined, inFile: string | undefined) =>
    own ?? (inFile === undefined ? undefined : resolve(folder, inFile))
  const targets = {
    json: named(o.json, output.json),
    svg: named(o.svg, output.svg),
    extxyz: named(o.extxyz, output.extxyz),
    reactionPath: named(o.reactionPath, output.reactionPath),
  }
  await checkTargets(targets, file, resolve(folder, study.host.file))
  const hostFile = resolve(folder, study.host.file)
  const hostBytes = await structureBytes(hostFile)
  const { structure, notes: read } = await structureOfText(hostBytes, study.host.file)
  const notes = [...read]
  const open = ['a', 'b', 'c'].filter((_, d) => structure.periodic?.[d] === false)
  if (open.length > 0)
    notes.push(`the host does not repeat along ${open.join(', ')}: a molecule or a slab, with nothing beyond it`)

  const engine = await openEngine(study.engine, {
    folder,
    report: note => process.stderr.write(`note: ${note}\n`),
  })
  const { embedded } = engine
  const relaxed = (one: Structure) => drive(relax(one, { forceTolerance: 0.05 }), embedded!).structure
  const chosen = () => chosenMoves(structure, study, embedded ? { relax: relaxed } : {})
  const {
    host,
    parts,
    notes: found,
  } = await Promise.resolve()
    .then(() => {
      requireKnown(structure, study.host.file, engine)
      return chosen()
    })
    .catch(async error => {
      await engine.close()
      throw error
    })
  notes.push(...found)
  const beside = [targets.json, targets.extxyz, targets.reactionPath, targets.svg].find(
    name => name !== undefined && name !== '-',
  )
  const recordFile = `${beside ?? file}.evaluations`
  const { output: _output, ...meant } = study
  const identity = JSON.stringify(meant) + new TextDecoder('latin1').decode(hostBytes)
  const id = fingerprint(identity)
  let known: Answers = new Map()
  const old = o.resume ? await readFile(recordFile, 'utf8').catch(() => undefined) : undefined
  if (old !== undefined) {
    known = readRecord(old, id, recordFile)
    if (!old.endsWith('\n')) await writeFile(recordFile, old.slice(0, old.lastIndexOf('\n') + 1))
    process.stderr.write(`going on from ${known.size} evaluations in ${recordFile}\n`)
  } else {
    if (o.resume) process.stderr.write(`note: no record ${recordFile}; starting anew\n`)
    await writeFile(recordFile, headLine(id))
  }

  try {
    const search = recorded(barrierStudies(host, parts), known, line => appendFileSync(recordFile, line))
    const end = await runSearch(engine, search, { stage, words })
    if (end.error !== undefined && end.last === undefined) {
      if (known.size === 0) await rm(recordFile, { force: true })
      throw end.error
    }
    const result = end.result ?? partial(end.last)
    const title = study.title ?? host.name ?? study.host.file
    const head: StudyHead = {
      program: `dualion ${programVersion()}`,
      title,
      engine: engine.name,
      ...(engine.theory === undefined ? {} : { theory: engine.theory }),
      ...(engine.screening ? { screening: true } : {}),
      outcome: end.result ? 'finished' : end.interrupted ? 'interrupted' : 'failed',
      notes,
    }
    const stream = Object.values(targets).includes('-') ? process.stderr : process.stdout
    stream.write(summary(result, head))
    const written = await writeAll(result, head, targets)
    for (const name of written) stream.write(`wrote ${name}\n`)
    if (end.result) await rm(recordFile, { force: true })
    else {
      process.stderr.write(`dualion: ${head.outcome}; go on with --resume (record: ${recordFile})\n`)
      process.exitCode = end.interrupted ? exitCode.interrupted : report(end.error)
    }
  } finally {
    await engine.close()
  }
}

type BarrierTargets = Readonly<Record<'json' | 'svg' | 'extxyz' | 'reactionPath', string | undefined>>

const writeAll = async (result: StudyResult, head: StudyHead, targets: BarrierTargets): Promise<string[]> => {
  const written: string[] = []
  const put = async (file: string | undefined, pieces: () => Promise<Iterable<string>>) => {
    if (file === undefined) return
    await toFile(file, await pieces())
    if (file !== '-') written.push(file)
  }
  await put(targets.json, async () => [studyJson(result, head)])
  await put(targets.extxyz, async () => studyFrames(result))
  await put(targets.reactionPath, async () => [studyReactionPath(result, head.title)])
  if (result.rows.some(isDrawn))
    await put(targets.svg, async () => {
      const { energyProfile } = await import('../src/plot/energy-profile.ts')
      const ground = result.reference.ground !== undefined
      return [
        energyProfile(studyProfiles(result), {
          title: head.title,
          y: ground ? 'Energy above the ground state (eV)' : 'Energy (eV)',
        }),
      ]
    })
  return written
}

const stage = ({ name, mechanism }: StudyProgress): string => (mechanism ? `${mechanism}: ${name}` : name)

const words = (progress: StudyProgress): string =>
  progress.stage === 'state'
    ? `step ${progress.step}, ${progress.energy.toFixed(4)} eV, largest force ${progress.largestForce.toPrecision(3)} eV/Å`
    : `step ${progress.step}, largest force ${progress.largestForce.toPrecision(3)} eV/Å, energies ${[...progress.energies].map(e => e.toFixed(3)).join(' ')} eV`

/** What is known of a study that did not end. */
const partial = (last: StudyProgress | undefined): StudyResult => {
  const rows: StudyRow[] = [...(last?.rows ?? [])]
  if (last?.stage === 'path') {
    const path = last.partial()
    const route = {
      states: [],
      paths: [path],
      saddles: [undefined],
      forward: Math.max(...path.energies) - path.energies[0],
      backward: Math.max(...path.energies) - path.energies[path.energies.length - 1],
      forceCalls: path.forceCalls,
      outcome: path.outcome,
    }
    rows.push({
      mechanism: last.mechanism ?? 'alone',
      label: `${last.name}, unfinished`,
      outcome: 'step-limit',
      barrier: route.forward,
      route,
      profile: profileOf(route),
    })
  }
  // rows of several mechanisms may share a route; what was asked beside routes is not counted
  const routes = new Set(rows.flatMap(({ route }) => route ?? []))
  const forceCalls = [...routes].reduce((sum, route) => sum + route.forceCalls, 0)
  return { rows, reference: {}, decomposition: [], forceCalls }
}

const electronvolt = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4))

/** How far two ions are apart at the start, at the highest image and at the end of a way; all of it is in `--json` and the figure. */
const apartHead = (rows: readonly StudyRow[]): string[] =>
  rows.some(row => row.profile?.separation) ? ['ions apart / Å'] : []
const apart = ({ profile }: StudyRow): string => {
  if (!profile?.separation) return ''
  const { separation, energy } = profile
  const top = energy.indexOf(Math.max(...energy))
  return [separation[0], separation[top], separation[separation.length - 1]].map(d => d.toFixed(2)).join(' → ')
}

const summary = (result: StudyResult, head: StudyHead): string => {
  const { rows, reference, decomposition } = result
  const lines = [
    `${head.title}, by ${head.engine}${head.theory === undefined ? '' : `, ${head.theory}`}${head.screening ? ' (screening only: ranks, no barriers)' : ''}\n`,
  ]
  if (reference.ground !== undefined && reference.pair !== undefined)
    lines.push(
      `pair state ${(reference.pair - reference.ground).toFixed(4)} eV above the ground state` +
        `${reference.apart === undefined ? '' : ` (ions apart: ${(reference.apart - reference.ground).toFixed(4)} eV)`}\n`,
    )
  const moves = [...new Set(rows.flatMap(row => row.move ?? []))]
  for (const label of moves) lines.push(`move ${label}\n`)
  const several = moves.length > 1
  const number = (row: StudyRow) => (several ? [row.move?.split(' ')[0] ?? ''] : [])
  lines.push(
    '\n',
    textTable([
      [
        ...(several ? ['move'] : []),
        'mechanism',
        'way',
        'own / eV',
        'from ground / eV',
        'back / eV',
        'E_KRA / eV',
        ...frequencyHead(rows),
        ...gradeHead(rows),
        ...apartHead(rows),
        'saddle',
        'outcome',
      ],
      ...rows.map(row => [
        ...number(row),
        row.mechanism,
        row.label,
        electronvolt(row.barrier),
        electronvolt(row.barrierFromGround),
        electronvolt(row.backward),
        electronvolt(row.kineticallyResolved),
        ...(frequencyHead(rows).length > 0 ? [row.attemptFrequency?.toExponential(2) ?? ''] : []),
        ...gradeHead(rows).map(() => row.extrapolation?.toFixed(2) ?? ''),
        ...apartHead(rows).map(() => apart(row)),
        row.verified === undefined ? '' : row.verified ? 'first order' : (row.why ?? 'not one'),
        row.outcome,
      ]),
    ]),
  )
  if (decomposition.length > 0)
    lines.push(
      '\nboth at once against each alone / eV\n',
      textTable([
        ['ion', 'pair', 'alone', 'difference', 'ion–ion', 'phase shift', 'lattice'],
        ...decomposition.map(one => [
          one.ion,
          ...[one.pair, one.alone, one.difference, one.interaction, one.phaseShift, one.lattice].map(electronvolt),
        ]),
      ]),
    )
  lines.push(`\n${result.forceCalls} force calls\n`)
  const open = rows.filter(row => row.profile && !isDrawn(row))
  if (open.length > 0)
    lines.push(
      `note: not at rest, so not in a figure: ${open.map(row => `${row.label} (${row.outcome})`).join(', ')}\n`,
    )
  for (const words of outsideWords(result)) lines.push(`note: ${words}\n`)
  for (const note of head.notes) lines.push(`note: ${note}\n`)
  return lines.join('')
}

const frequencyHead = (rows: readonly StudyRow[]): string[] =>
  rows.some(row => row.attemptFrequency !== undefined) ? ['ν₀ / s⁻¹'] : []

const gradeHead = (rows: readonly StudyRow[]): string[] =>
  rows.some(row => row.extrapolation !== undefined) ? ['extrapolation'] : []

/** Two sums of 32 bits over a text, to tell one study from another. */
const fingerprint = (text: string): string => {
  let a = 0x811c9dc5
  let b = 5381
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 0x01000193)
    b = (Math.imul(b, 33) + c) | 0
  }
  return (a >>> 0).toString(16) + (b >>> 0).toString(16)
}
