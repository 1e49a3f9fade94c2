/**
 * What a path search costs besides the engine. Asked: under 5 % of a run whose engine is ASE's EMT, counted in this process
 * without the socket. The answers of EMT are taken over the socket once and kept; then the search runs again on what was kept,
 * so that neither the socket nor the engine is in its time: relaxations of both ends and the band. The engine's share is the
 * number of calls times what one call takes ASE, in a process of its own.
 *
 * Beside it the barriers, at the same tolerances in both programs. To 0.001 eV/Å all agree. At 0.05 eV/Å a saddle is known to
 * some meV: ASE's 0.763 eV for the vacancy in Cu is where its L-BFGS stops with ends at rest to 0.01 eV/Å, 3.6 meV above the
 * saddle; our search driven by that optimiser from the same images takes the same steps there, by its own it stops nearer.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Structure, withPositions } from '../src/crystal/structure.ts'
import type { Evaluation } from '../src/engine/engine.ts'
import { ipi } from '../src/engine/ipi/index.ts'
import { morse } from '../src/engine/morse.ts'
import { drive, driveRemote, type Search } from '../src/engine/search.ts'
import { type PathOptions, relaxPath } from '../src/migration/path.ts'
import { relax } from '../src/migration/relax.ts'
import { plainLbfgs } from '../test/migration/plain-lbfgs.ts'
import { printTable } from './measure.ts'
import { python } from './peer.ts'

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
/** Runs that are clocked together, after so many to warm up; the least of so many such times counts. */
const [repeats, warm, least] = [20, 100, 10]

type Run = {
  readonly start: Structure
  readonly final: Structure
  readonly images: number
  /** Largest force of the ends and of the band [eV/Å]. */
  readonly tolerances: readonly [number, number]
  readonly fixed?: readonly number[]
  readonly options?: PathOptions
}

/** End states and band as one search. */
function* whole({ start, final, images, tolerances, fixed = [], options }: Run): Search<unknown, Found> {
  const o = { forceTolerance: tolerances[0], fixed }
  const a = yield* relax(start, o)
  const b = yield* relax(final, o)
  const band = { fixed, images, forceTolerance: tolerances[1], ends: [a.evaluation, b.evaluation] as const }
  const { energies, forceCalls } = yield* relaxPath(a.structure, b.structure, { ...band, ...options })
  return { barrier: Math.max(...energies) - energies[0], band: forceCalls }
}

type Found = { readonly barrier: number; readonly band: number }

/** CPU of the search alone on answers that are known [ms]: the very first time, and once it is warm. */
const own = (run: Run, answers: readonly Evaluation[]) => {
  let next = 0
  const known = { name: 'known', elements: ['*'], evaluate: () => answers[next++] }
  const once = () => {
    next = 0
    drive(whole(run), known)
  }
  const clocked = (times: number) => {
    const before = cpu()
    for (let k = 0; k < times; k++) once()
    return (cpu() - before) / times
  }
  const first = clocked(1)
  clocked(warm)
  return { first, warm: Math.min(...Array.from({ length: least }, () => clocked(repeats))) }
}

const share = (ours: number, theirs: number) => `${((100 * ours) / (ours + theirs)).toFixed(1)} %`

const [coarse, mixed, fine, finest] = [
  [0.05, 0.05],
  [0.01, 0.05],
  [0.01, 0.01],
  [0.001, 0.001],
] as const

/** The four moves of ASE's comparison, on ASE's EMT. */
const besideEmt = async (): Promise<void> => {
  const file = fileURLToPath(new URL('../test/reference/ase-paths/paths.json', import.meta.url))
  const script = fileURLToPath(new URL('./ase_emt_peer.py', import.meta.url))
  const timed = spawnSync(python, [script, file], { encoding: 'utf8' })
  const peer = JSON.parse(timed.stdout?.trim() || '{}') as { version?: string; ms?: Record<string, number> }
  if (!peer.ms) return console.log(`ASE is not installed (${python}; set DUALION_PYTHON): no share of its EMT`)
  const rows: string[][] = []
  const barriers: string[][] = []
  const sum = { first: 0, warm: 0, emt: 0 }
  for (const [name, one] of Object.entries(JSON.parse(readFileSync(file, 'utf8')).cases as Record<string, Case>))
    for (const tolerances of [coarse, mixed, fine, finest]) {
      const run: Run = {
        start: structureOf(one.start),
        final: structureOf(one.final),
        images: one.images,
        fixed: one.start.fixed,
        tolerances,
      }
      const { found, answers } = await onEmt(run)
      const alike = { optimiser: plainLbfgs, firstGuess: 'straight', climbBelow: Number.POSITIVE_INFINITY } as const
      const same = (await onEmt({ ...run, options: alike })).found
      const told = ({ barrier, band }: Found) => `${barrier.toFixed(4)} (${band})`
      const [ends, band] = tolerances
      barriers.push([
        name,
        `${ends}, ${band}`,
        ...['LBFGS', 'FIRE'].map(by => told(one.runs[`${by} ${ends} ${band}`])),
        told(found),
        told(same),
      ])
      if (tolerances === mixed || tolerances === finest) continue
      const time = own(run, answers)
      const emt = answers.length * peer.ms[name]
      sum.first += time.first
      sum.warm += time.warm
      sum.emt += emt
      rows.push([
        name,
        String(band),
        String(answers.length),
        `${emt.toFixed(0)} ms`,
        `${time.warm.toFixed(2)} ms`,
        share(time.warm, emt),
        `${time.first.toFixed(2)} ms`,
        share(time.first, emt),
      ])
    }
  const { emt } = sum
  rows.push(
    ['all', '', '', `${emt.toFixed(0)} ms`].concat([
      `${sum.warm.toFixed(2)} ms`,
      share(sum.warm, emt),
      `${sum.first.toFixed(2)} ms`,
      share(sum.first, emt),
    ]),
  )
  printTable(
    `Barriers [eV] and force calls of the band, EMT of ASE ${peer.version} in both programs`,
    ['move', 'ends, band / eV/Å', 'ASE LBFGS', 'ASE FIRE', 'ours', 'ours by ASE’s LBFGS, from its images'],
    barriers,
  )
  printTable(
    `Both ends and the path, EMT of ASE ${peer.version}`,
    ['move', 'eV/Å', 'calls', 'EMT', 'ours, warm', 'share', 'ours, first in the process', 'share'],
    rows,
  )
}

/** A run over the socket: what it finds, and every answer on the way. */
const onEmt = async (run: Run): Promise<{ found: Found; answers: readonly Evaluation[] }> => {
  const client = fileURLToPath(new URL('../examples/engines/ase_client.py', import.meta.url))
  const engine = ipi({ command: `"${python}" "${client}" emt {name} {structure}`, probe: false })
  const answers: Evaluation[] = []
  const kept = {
    ...engine,
    evaluateAll: async (structures: readonly Structure[]) => {
      const found = await engine.evaluateAll(structures)
      answers.push(...found)
      return found
    },
  }
  try {
    const steps = driveRemote(whole(run), kept)
    for (;;) {
      const next = await steps.next()
      if (next.done) return { found: next.value, answers }
    }
  } finally {
    await engine.close()
  }
}

type Plain = { species: string[]; lattice: number[]; positions: number[]; periodic: [boolean, boolean, boolean] }
type Case = { images: number; start: Plain & { fixed: number[] }; final: Plain; runs: Record<string, Found> }

const structureOf = ({ species, lattice, positions, periodic }: Plain): Structure => ({
  species,
  lattice: Float64Array.from(lattice),
  positions: Float64Array.from(positions),
  periodic,
})

/** A vacancy in fcc copper of cells³ cubic cells. */
const vacancy = (cells: number): Run => {
  const a = 3.62
  const positions: number[] = []
  const corners = [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ]
  for (let i = 0; i < cells; i++)
    for (let j = 0; j < cells; j++)
      for (let k = 0; k < cells; k++)
        for (const [x, y, z] of corners) positions.push((i + x) * a, (j + y) * a, (k + z) * a)
  const L = cells * a
  const start: Structure = {
    species: Array.from({ length: positions.length / 3 - 1 }, () => 'Cu'),
    lattice: Float64Array.of(L, 0, 0, 0, L, 0, 0, 0, L),
    positions: Float64Array.from(positions.slice(3)),
  }
  const final = withPositions(
    start,
    start.positions.map((x, k) => (k < 3 ? 0 : x)),
  )
  return { start, final, images: 7, tolerances: fine }
}

/** The same search in growing cells, beside a pair potential of our own: how our part grows. */
const growing = (): void => {
  const rows: string[][] = []
  for (const cells of [2, 3, 4, 5]) {
    const run = vacancy(cells)
    const engine = morse({ cutoff: 7, pairs: { 'Cu-Cu': { depth: 0.34, steepness: 1.36, length: 2.87 } } })
    const asked: Structure[] = []
    const answers: Evaluation[] = []
    const kept = {
      ...engine,
      evaluate: (structure: Structure) => {
        asked.push(structure)
        answers.push(engine.evaluate(structure))
        return answers[answers.length - 1]
      },
    }
    drive(whole(run), kept)
    const before = cpu()
    for (const structure of asked) engine.evaluate(structure)
    const call = (cpu() - before) / asked.length
    const time = own(run, answers)
    rows.push([
      String(run.start.species.length),
      String(asked.length),
      `${call.toFixed(2)} ms`,
      `${time.warm.toFixed(1)} ms`,
      `${((1e3 * time.warm) / asked.length / run.start.species.length).toFixed(2)} µs`,
      share(time.warm, asked.length * call),
    ])
  }
  printTable(
    'Path of a vacancy, 7 images, Morse to 7 Å (dualion’s own)',
    ['atoms', 'calls', 'one call', 'ours, warm', 'ours per atom and call', 'share'],
    rows,
  )
}

await besideEmt()
growing()
