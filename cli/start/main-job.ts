import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { massesCounted } from '../../src/cell/mass.ts'
import type { Computed, Job } from '../../src/claims/jobs.ts'
import { dischargeJob, nameOf, type Plan, planOf, trialJobs } from '../../src/claims/plan.ts'
import {
  cycleRows,
  displacementOf,
  jamOf,
  platingOf,
  slowPaths,
  tableOf,
  type VerdictColumn,
  verdictColumns,
} from '../../src/claims/report.ts'
import { type SurveyedMap, type SurveyedRow, surveySentences } from '../../src/claims/survey.ts'
import { claims, reading, thresholds } from '../../src/claims/thresholds.ts'
import type { Trial } from '../../src/claims/trial.ts'
import { exitCode } from '../exit.ts'
import { programVersion } from '../version.ts'
import { cellsText, filesText, othersText, shortText } from './brief.ts'
import { drawFigures, drawMaps } from './draw.ts'
import { jsonOf, type Output, outputOf } from './files.ts'
import { climbLadders } from './ladder.ts'
import { barriersOf, type PathsStage, pairSentence, pathsThreads, startPaths, writePaths } from './paths.ts'
import { type Pool, poolOf } from './pool.ts'
import { type Found, fullText } from './report.ts'
import { fillSlabs } from './slabs.ts'
import { writeTables } from './tables.ts'
import { threadCpu } from './thread-cpu.ts'
import { type Part, setUpSeconds, timesText } from './times.ts'

export type MainJobOptions = {
  readonly out: string
  readonly json?: string
  readonly rate: number
  readonly quick?: boolean
  /** Computes the rungs of the ladder again. */
  readonly fresh?: boolean
  /** Barriers of the lattice moved, by family [eV]. */
  readonly shifts?: Readonly<Record<string, number>>
}

/** Everything that came out; parts that were not reached are empty. */
export type Outcome = {
  readonly plan: Plan
  readonly results: Readonly<Record<string, Computed | undefined>>
  readonly slow: ReturnType<typeof slowPaths>
  readonly columns: readonly VerdictColumn[]
  readonly rows: readonly SurveyedRow[]
  readonly maps: readonly SurveyedMap[]
  readonly sentences: ReturnType<typeof surveySentences>
}

/**
 * Runs the main job and returns the exit code: 0 done, 3 where a run of the table or a rung of the ladder failed, 130
 * interrupted. What was computed is written in every case.
 */
export const mainJob = async (o: MainJobOptions): Promise<number> => {
  const plan = planOf({ quick: o.quick ?? false, rate: o.rate })
  const output = outputOf(o.out)
  const trialList = trialJobs(plan)
  const total = plan.discharges.length + Object.keys(plan.others).length + trialList.length
  const progress = progressOf(total)
  const pool = poolOf(progress.step)
  const parts: Record<string, Part> = {}
  const began = performance.now()
  const elapsed = (): number => (performance.now() - began) / 1000
  let pathsStage: PathsStage | undefined
  let interrupted = false
  const stop = () => {
    interrupted = true
    void pathsStage?.close()
    void pool.close()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    const asked = ask(pool, plan, trialList)
    const before = threadCpu()
    const slow = slowPaths()
    const results = Object.fromEntries(await Promise.all(asked.runs))
    progress.say('the cells are done')
    const columns = verdictColumns(results, slow)
    const partial: Outcome = { plan, results, slow, columns, rows: [], maps: [], sentences: [] }
    await writeRuns(output, partial)
    await drawFigures(output, partial)
    const surveyed = await survey(plan, asked.trials)
    progress.end()
    const done: Outcome = { ...partial, ...surveyed }
    await drawMaps(output, done)
    const ofCells = foundOf(done)
    await writeTables(output, ofCells)
    process.stdout.write(`${cellsText({ ...ofCells, failures: pool.failures })}\n`)
    const drawn = spentSince(before)
    const workers = pool.cpu()
    const cpu = drawn === undefined || workers === undefined ? undefined : drawn + workers
    parts.cells = { wall: elapsed(), cpu, threads: pool.threads }
    await pool.close()
    // The cells had the machine for themselves; the stages of atoms and lattice come after them.
    const later = elapsed()
    const stage = interrupted ? undefined : startPaths({ quick: o.quick ?? false })
    pathsStage = stage
    const pathsDone = stage?.done.then(paths => {
      parts.paths = { wall: elapsed() - later, cpu: stage.cpu(), threads: pathsThreads }
      return paths
    })
    const climbing = {
      out: o.out,
      fresh: o.fresh ?? false,
      shifts: o.shifts ?? {},
      quick: o.quick ?? false,
      tell: progress.tell,
      stopped: () => interrupted,
    }
    const beforeLadder = threadCpu()
    const ladders = await climbLadders(output, climbing)
    const slabs = climbing.quick ? undefined : await fillSlabs(output, climbing)
    parts.ladder = { wall: elapsed() - later, cpu: spentSince(beforeLadder), threads: 1 }
    const paths = await pathsDone
    progress.end()
    if (paths) await writePaths(output, paths)
    const climbed = [...ladders, ...(slabs ? [slabs] : [])].flatMap(one => one.failures)
    const failures = [...(stage?.failures() ?? []), ...pool.failures, ...climbed]
    const found: Found = { ...ofCells, paths, ladders, slabs, failures }
    await finish(o, output, found, interrupted)
    const { cells, ladder } = parts
    const times = { setUp: setUpSeconds(process.env), parts: { cells, ladder, ...parts }, whole: elapsed() }
    process.stdout.write(`${timesText(times)}\n`)
    if (interrupted) return exitCode.interrupted
    const whole =
      paths !== undefined && climbed.length === 0 && plan.discharges.every(({ name }) => results[name] !== undefined)
    return whole ? exitCode.done : exitCode.method
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await pathsStage?.close()
    await pool.close()
  }
}

/** CPU time of this thread since then [s]. */
const spentSince = (before: number | undefined): number | undefined => {
  const now = threadCpu()
  return before === undefined || now === undefined ? undefined : now - before
}

/** Puts every job in line: the long ones first, then the table's, then the trials. */
const ask = (pool: Pool, plan: Plan, trialList: ReturnType<typeof trialJobs>) => {
  const one = async (name: string, job: Job): Promise<[string, Computed | undefined]> => [
    name,
    (await pool.run(name, job)) as Computed | undefined,
  ]
  const runs = [
    ...Object.entries(plan.others).map(([name, job]) => one(name, job)),
    ...plan.discharges.map(discharge => one(discharge.name, dischargeJob(discharge, plan.rate))),
  ]
  const trials = trialList.map((job, k) => pool.run(`trial ${k + 1}`, job))
  return { runs, trials }
}

/** Rows and maps with what their trials gave; those that were not reached are left out, a map as a whole. */
const survey = async (plan: Plan, trials: readonly Promise<Trial | undefined>[]) => {
  const done = await Promise.all(trials)
  const rows = plan.rows.flatMap((row, k): SurveyedRow[] => {
    const trial = done[k]
    return trial ? [{ ...row, trial }] : []
  })
  let first = plan.rows.length
  const maps = plan.maps.flatMap((map): SurveyedMap[] => {
    const own = done.slice(first, first + map.xs.length * map.ys.length)
    first += own.length
    return own.every(trial => trial !== undefined) ? [{ ...map, trials: own }] : []
  })
  const complete = rows.length === plan.rows.length && maps.length === plan.maps.length
  return { rows, maps, sentences: complete ? surveySentences(rows, maps) : [] }
}

/** Every run of the table as CSV; the dual cell's in full, with profiles and sources. */
const writeRuns = async (output: Output, { results }: Outcome): Promise<void> => {
  const { csvPieces } = await import('../../src/output/csv.ts')
  const { jsonPieces } = await import('../../src/output/json.ts')
  for (const [name, computed] of Object.entries(results))
    if (computed) await output.write(`runs/${name}.csv`, csvPieces(computed.solution.columns, {}))
  for (const name of [nameOf('beaker', 'lattice', 'on'), nameOf('full', 'lattice', 'on')]) {
    const computed = results[name]
    if (computed)
      await output.write(`runs/${name}.json`, jsonPieces(computed.solution, { program: `dualion ${programVersion()}` }))
  }
}

/** What the cells gave, as the tables and the report take it. */
const foundOf = (outcome: Outcome): Found => {
  const { plan, results } = outcome
  const table = tableOf(plan, results)
  const alone = [nameOf('mgOnly', 'lattice', 'on'), nameOf('mgOnly', 'effective', 'on'), 'mg-only-stalled']
  const jams = alone.flatMap(name => (results[name] ? [jamOf(name, results[name].solution)] : []))
  const cycles = Object.fromEntries(
    ['cycle', 'cycle-effective', 'cycles'].flatMap(name => {
      const solution = results[name]?.solution
      return solution ? [[name, cycleRows(solution)]] : []
    }),
  )
  const anode = Object.fromEntries(
    ['cycle', 'cycle-effective'].flatMap(name => {
      const solution = results[name]?.solution
      return solution ? [[name, { displacement: displacementOf(solution), plating: platingOf(solution) }]] : []
    }),
  )
  const notes = Object.entries(results).flatMap(([name, computed]) =>
    (computed?.trouble ?? []).map(words => `${name}: tried again, since ${words}`),
  )
  const none = { paths: undefined, ladders: [], slabs: undefined, failures: [] }
  return { ...outcome, ...none, table, cycles, anode, jams, notes }
}

const finish = async (o: MainJobOptions, output: Output, found: Found, interrupted: boolean): Promise<void> => {
  const { plan, table, columns, rows, maps, sentences, jams, cycles, anode, paths, ladders, slabs } = found
  const { failures, notes } = found
  const summary = jsonOf({
    format: 'dualion main job',
    formatVersion: 1,
    program: `dualion ${programVersion()}`,
    interrupted,
    rate: plan.rate,
    thresholds,
    reading,
    claims,
    massesCounted,
    table,
    verdicts: columns,
    jams,
    cycles,
    anode,
    sensitivity: rows,
    maps: maps.map(({ trials, ...map }) => ({ ...map, trials })),
    sentences,
    paths: paths ? { rows: barriersOf(paths), pair: pairSentence(paths.result) } : null,
    ladders,
    slabs: slabs ?? null,
    failures,
    notes,
  })
  await output.write('summary.json', summary)
  await output.write('report.txt', fullText(found))
  if (o.json !== undefined) await writeFile(o.json, summary)
  const files = filesText(output.written, relative('.', o.out) || '.')
  process.stdout.write([othersText(found), files, shortText(found)].filter(text => text !== '').join('\n'))
  if (interrupted) process.stderr.write('interrupted; what was computed until then is written\n')
}

/** A line that counts on a terminal; otherwise one line an event. */
const progressOf = (total: number) => {
  const live = process.stderr.isTTY
  let done = 0
  const show = () => process.stderr.write(`\r${done} of ${total} runs\u001b[K`)
  return {
    step: () => {
      done++
      if (live) show()
      else if (done % 50 === 0) process.stderr.write(`${done} of ${total} runs\n`)
    },
    /** What is done meanwhile: shown on a terminal only. */
    tell: (words: string) => {
      if (live) process.stderr.write(`\r${words}\u001b[K`)
    },
    say: (words: string) => {
      process.stderr.write(live ? `\r${words}\u001b[K\n` : `${words}\n`)
    },
    end: () => {
      if (live) process.stderr.write('\r\u001b[K')
    },
  }
}
