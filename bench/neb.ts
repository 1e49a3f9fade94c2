/**
 * What a path search costs besides the engine: CPU time of 7 images of a vacancy hop in a crystal of N atoms, all of it
 * against the part spent in the engine, counted in this process without a socket. Asked: overhead under 5 %. The search's own
 * part is clocked on recorded answers, so that the engine's garbage and clock calls are not counted as ours.
 */
import type { Structure } from '../src/crystal/structure.ts'
import { withPositions } from '../src/crystal/structure.ts'
import type { Evaluation } from '../src/engine/engine.ts'
import { morse } from '../src/engine/morse.ts'
import { drive } from '../src/engine/search.ts'
import { relaxPath } from '../src/migration/path.ts'
import { relax } from '../src/migration/relax.ts'
import { printTable } from './measure.ts'

const a = 3.62
const vacancy = (cells: number): Structure => {
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
  return {
    species: Array.from({ length: positions.length / 3 - 1 }, () => 'Cu'),
    lattice: Float64Array.of(L, 0, 0, 0, L, 0, 0, 0, L),
    positions: Float64Array.from(positions.slice(3)),
  }
}

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
/** Runs of the search alone, the engine's answers given from the record of one run, and so many before that to warm up. */
const [repeats, warm] = [30, 10]

const rows: string[][] = []
for (const cells of [2, 3, 4]) {
  const inner = morse({ cutoff: 7, pairs: { 'Cu-Cu': { depth: 0.34, steepness: 1.36, length: 2.87 } } })
  const asked: Structure[] = []
  const answers: Evaluation[] = []
  let next = -1
  const engine = {
    ...inner,
    evaluate: (structure: Structure) => {
      if (next >= 0) return answers[next++]
      const answer = inner.evaluate(structure)
      asked.push(structure)
      answers.push(answer)
      return answer
    },
  }
  const start = vacancy(cells)
  const final = withPositions(
    start,
    start.positions.map((x, k) => (k < 3 ? 0 : x)),
  )
  const run = () => {
    const [s, f] = [start, final].map(one => drive(relax(one), engine))
    return drive(
      relaxPath(s.structure, f.structure, { forceTolerance: 0.01, ends: [s.evaluation, f.evaluation] }),
      engine,
    )
  }
  run()
  for (const structure of asked) inner.evaluate(structure)
  let before = cpu()
  for (const structure of asked) inner.evaluate(structure)
  const call = (cpu() - before) / asked.length
  const replayed = (times: number) => {
    for (let k = 0; k < times; k++) {
      next = 0
      run()
    }
  }
  replayed(warm)
  before = cpu()
  replayed(repeats)
  const own = (cpu() - before) / repeats
  const calls = asked.length
  rows.push([
    String(start.species.length),
    String(calls),
    `${own.toFixed(1)} ms`,
    `${call.toFixed(2)} ms`,
    `${((100 * own) / (own + calls * call)).toFixed(1)} %`,
    // ASE's EMT takes 5 ms and more for 107 atoms
    `${((100 * own) / (own + calls * 5)).toFixed(1)} %`,
  ])
}
printTable(
  'Path of a vacancy, 7 images, Morse to 7 Å',
  ['atoms', 'force calls', 'our CPU', 'CPU of one call', 'ours', 'ours at 5 ms a call'],
  rows,
)
