import { elementOf } from '../crystal/elements.ts'
import { toCartesian, toFractional } from '../crystal/lattice.ts'
import { nearestDistance } from '../crystal/minimum-image.ts'
import { type Structure, withAtoms } from '../crystal/structure.ts'
import { supercell } from '../crystal/supercell.ts'
import type { Search } from '../engine/search.ts'
import { refuse } from '../error.ts'
import { type MechanismRow, type MechanismTable, rowOf } from '../migration/mechanism-table.ts'
import { compareMechanisms, type IonMove, type MechanismProgress } from '../migration/mechanisms.ts'
import { vibrationalPrefactor } from '../migration/prefactor.ts'
import { relax } from '../migration/relax.ts'
import { relaxRoute } from '../migration/relax-route.ts'
import type { RouteProgress } from '../migration/route.ts'
import { named } from '../migration/stages.ts'
import { checkPlaces } from './check-places.ts'
import type { ExplicitStudy, StudyPart } from './chosen-moves.ts'
import type { ExplicitMove } from './study-file.ts'

export type StudyProgress = RouteProgress & Partial<Pick<MechanismProgress, 'mechanism' | 'rows'>>

export type StudyRow = MechanismRow & {
  /** ν₀ [1/s] of the highest saddle, where asked for. */
  readonly attemptFrequency?: number
  /** Number and label of the move, where the study chooses among those of its host. */
  readonly move?: string
}

/** A larger supercell is a slip of the pen. */
const mostAtoms = 20_000

export type StudyResult = Omit<MechanismTable, 'rows'> & { readonly rows: readonly StudyRow[] }

/**
 * The whole study as one search: host, states, paths, saddles, prefactors.
 *
 * @param host  as its file has it, without the moving ions
 */
export function* barrierStudy(host: Structure, study: ExplicitStudy): Search<StudyProgress, StudyResult> {
  const multiples = study.host.supercell ?? [1, 1, 1]
  const big = supercell(host, multiples)
  if (big.species.length > mostAtoms)
    refuse('host.supercell', `${big.species.length} atoms`, `at most ${mostAtoms} atoms`)
  const held = study.host.fixed === 'all' ? big.species.map((_, i) => i) : study.host.fixed
  const fixed = held ? { fixed: held } : {}
  const how = study.host.relax ?? 'none'
  let cell = big
  let calls = 0
  const path = defined(study.path ?? {})
  // fractional places keep to the cell, whatever its relaxed shape
  const inFrame = (f: readonly number[]): readonly [number, number, number] => {
    if (study.frame === 'supercell') return triple(toCartesian(f, cell.lattice))
    const r = toCartesian(f, host.lattice)
    return triple(toCartesian(toFractional(r, big.lattice), cell.lattice))
  }
  const moveOf = ({ ion, from, to }: ExplicitMove['leader']): IonMove => ({
    species: ion,
    from: inFrame(from),
    to: inFrame(to),
  })
  const moves = () => ({
    leader: moveOf(study.move.leader),
    follower: study.move.follower && moveOf(study.move.follower),
  })
  const asGiven = moves()
  checkPlaces(cell, [
    { field: 'move.leader', ...asGiven.leader },
    ...(asGiven.follower ? [{ field: 'move.follower', ...asGiven.follower }] : []),
  ])
  if (how !== 'none') {
    const relaxed = yield* named(
      'state',
      'host',
      relax(big, { forceTolerance: path.stateTolerance ?? 0.01, cell: how === 'cell', ...fixed }),
    )
    cell = relaxed.structure
    calls += relaxed.forceCalls
  }
  const { leader, follower } = moves()
  const options = { ...path, ...fixed }
  let table: MechanismTable
  if (follower === undefined) {
    const [a, b] = [leader.from, leader.to].map(r => withAtoms(cell, [leader.species], r))
    const states = []
    for (const [name, structure] of [['start', a] as const, ['end', b] as const])
      states.push(
        yield* named('state', name, relax(structure, { forceTolerance: path.stateTolerance ?? 0.01, ...fixed })),
      )
    const route = yield* relaxRoute(states[0], states[1], {
      ...options,
      movers: [cell.species.length],
      name: leader.species,
    })
    const row = rowOf('alone', `${leader.species} alone`, route)
    const ground = Math.min(...route.states.map(one => one.energy))
    table = {
      rows: [{ ...row, barrierFromGround: route.forward + route.states[0].energy - ground }],
      reference: {},
      decomposition: [],
      ...(row.extrapolation === undefined ? {} : { extrapolation: row.extrapolation }),
      forceCalls: states[0].forceCalls + states[1].forceCalls + route.forceCalls,
    }
  } else {
    const beside = study.move.beside?.map(({ ion, at }) => ({ species: ion, position: inFrame(at) }))
    table = yield* compareMechanisms(cell, leader, follower, {
      ...options,
      ...(study.mechanisms ? { mechanisms: study.mechanisms } : {}),
      ...(beside ? { beside } : {}),
    })
  }
  if (!study.prefactor) return { ...table, forceCalls: table.forceCalls + calls }
  const rows: StudyRow[] = []
  for (const row of table.rows) rows.push(yield* withFrequency(row, cell.species.length, study.prefactor.within))
  return { ...table, rows, forceCalls: table.forceCalls + calls }
}

/**
 * Several studies of one host, one after the other, as one table: each row says which move it is of. A reference of energies
 * is that of the one study, where there is one.
 */
export function* barrierStudies(host: Structure, parts: readonly StudyPart[]): Search<StudyProgress, StudyResult> {
  const results: StudyResult[] = []
  for (const { study, label } of parts) {
    const found = yield* barrierStudyAfter(host, study, results, label)
    results.push(label === undefined ? found : { ...found, rows: found.rows.map(row => ({ move: label, ...row })) })
  }
  const [first, ...more] = results
  if (more.length === 0) return first
  const grades = results.flatMap(one => one.extrapolation ?? [])
  return {
    rows: results.flatMap(one => one.rows),
    reference: {},
    decomposition: results.flatMap(one => one.decomposition),
    ...(grades.length > 0 ? { extrapolation: Math.max(...grades) } : {}),
    forceCalls: results.reduce((sum, one) => sum + one.forceCalls, 0),
  }
}

/** A study whose progress carries the rows of those before it. */
function* barrierStudyAfter(
  host: Structure,
  study: ExplicitStudy,
  before: readonly StudyResult[],
  label: string | undefined,
): Search<StudyProgress, StudyResult> {
  const search = barrierStudy(host, study)
  let next = search.next()
  while (!next.done) {
    if (next.value.kind === 'evaluate') {
      next = search.next(yield next.value)
      continue
    }
    const { progress } = next.value
    const own = (progress.rows ?? []).map((row): StudyRow => (label === undefined ? row : { move: label, ...row }))
    yield {
      kind: 'progress',
      progress: {
        ...progress,
        ...(label === undefined ? {} : { name: `${label.split(' ')[0]} ${progress.name}` }),
        rows: [...before.flatMap(one => one.rows), ...own],
      },
    }
    next = search.next()
  }
  return next.value
}

/** A row with the attempt frequency of its highest saddle, from the state before it. */
function* withFrequency(row: MechanismRow, hostAtoms: number, within: number): Search<StudyProgress, StudyRow> {
  const { route } = row
  if (!route) return row
  const tops = route.paths.map(path => path.energies[Math.max(path.climber, 0)])
  const highest = tops.indexOf(Math.max(...tops))
  const path = route.paths[highest]
  if (path.climber < 0) return row
  const saddle = path.images[path.climber]
  const atoms = around(saddle, hostAtoms, within)
  const mass = Object.fromEntries(saddle.species.map(symbol => [symbol, elementOf(symbol)?.mass ?? Number.NaN]))
  const { attemptFrequency } = yield* vibrationalPrefactor<StudyProgress>(path.images[0], saddle, { atoms, mass })
  return { ...row, attemptFrequency }
}

/** The movers and the atoms within a distance of one of them. */
const around = (structure: Structure, from: number, within: number): number[] => {
  const distance = nearestDistance(structure)
  const all = structure.species.map((_, i) => i)
  const place = (i: number) => structure.positions.subarray(3 * i, 3 * i + 3)
  return all.filter(i => all.slice(from).some(m => distance(place(i), place(m)) <= within))
}

const triple = (r: ArrayLike<number>): readonly [number, number, number] => [r[0], r[1], r[2]]

const defined = <T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
