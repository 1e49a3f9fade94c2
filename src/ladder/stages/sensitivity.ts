import { SimulationError } from '../../error.ts'
import { expandLatticeFile } from '../../file/lattice/read.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import type { LatticeModel } from '../../lattice/model/model.ts'
import { hostFromTable, type TableHost } from '../../laws/table/from-table.ts'
import type { HostTable, TransportSample } from '../../laws/table/table.ts'
import type { TableThermodynamics } from '../../laws/table/thermodynamics.ts'
import { F } from '../../units.ts'
import type { Grid, MorePoints } from '../compositions.ts'
import { shifted } from '../shift.ts'
import { relayed, type Stage, type StageRun, telling } from '../stage.ts'
import { type ClaimRow, type TrialCells, type TrialHosts, trial } from '../trial.ts'
import type { ClaimsRung } from './claims.ts'
import { onlyCarriers } from './host.ts'
import { hostOfRung } from './host-of-rung.ts'
import type { LatticeRung } from './lattice.ts'
import { sensitivityTable, sensitivityWords } from './sensitivity-words.ts'
import { type Walker, walksOf } from './transport.ts'

/** One input moved, with the cells that it makes where it is one of theirs. */
export type CellMove = { readonly input: string; readonly moved: string; readonly cells: TrialCells }

export type SensitivitySettings = {
  /** Moves of each family of hops [eV], up and down as far as its barrier goes. */
  readonly shift: number
  /** Families that are moved; all where absent. */
  readonly families?: readonly string[] | undefined
  /** Energy of Li beside Mg that is added and taken off, a mean field [eV per formula unit]. */
  readonly interaction: number
  /** The short walks: contents, cells along the vectors, events, and how many times more where they are too few. */
  readonly walks: Grid & {
    readonly size: readonly [number, number, number]
    readonly events: number
    readonly times: number
    readonly seed: number
    /** Points beside the grid. */
    readonly more: readonly MorePoints[]
  }
  /** Seeds of the short walks with nothing moved beside the first: how far chance alone carries the numbers. */
  readonly seeds: readonly number[]
  /** What the moved cells are made from. */
  readonly recipe: unknown
}

export type SensitivityRow = {
  /** `walks` for the row that those of moved barriers are to be held against. */
  readonly kind: 'barrier' | 'walks' | 'host' | 'cell'
  readonly input: string
  readonly moved: string
  readonly verdicts: readonly ClaimRow[]
  /** Why it could not be tried. */
  readonly trouble?: string | undefined
}

export type SensitivityRung = { readonly rows: readonly SensitivityRow[] }

/** What a row is computed from. */
type Planned = {
  readonly kind: SensitivityRow['kind']
  readonly input: string
  readonly moved: string
  readonly run: () => StageRun<readonly ClaimRow[]>
}

/**
 * Each input that matters moved alone, and the claims tried on what comes of it. Barriers: walks anew with one family of hops
 * moved, shorter than those of the rungs, and held against as short ones with nothing moved. An interaction of the two ions: a
 * mean field in the free energy, g + F δ x₁x₂, which changes no walk at a given content. Numbers of the cell: the hosts as they are.
 */
export const sensitivityStage = (
  settings: SensitivitySettings,
  o: { readonly cells: TrialCells; readonly moves: readonly CellMove[]; readonly walker: Walker },
): Stage<SensitivityRung> => ({
  name: 'sensitivity',
  title: 'Sensitivity: each input moved, and what the claims make of it',
  version: 2,
  needs: ['lattice', 'host', 'host-singles', 'host-second', 'claims'],
  settings: { ...settings, moves: o.moves.map(({ input, moved }) => [input, moved]) },
  *run({ inputs, kept }) {
    const { model } = inputs.lattice as LatticeRung
    const [table, singles, second] = ['host', 'host-singles', 'host-second'].map(name => inputs[name] as HostTable)
    const plan = [
      ...barrierRows(model, settings, { table, second, cells: o.cells, walker: o.walker }),
      ...interactionRows(settings, { table, singles, second, cells: o.cells }),
      ...o.moves.map(
        ({ input, moved, cells }): Planned => ({
          ...{ kind: 'cell', input, moved },
          run: () => verdictsOn(cells, asTheyAre(table, singles, second)),
        }),
      ),
    ]
    const rows: SensitivityRow[] = [...((kept as SensitivityRow[] | undefined) ?? [])]
    for (let k = rows.length; k < plan.length; k++) {
      const { kind, input, moved, run } = plan[k]
      const doing = `${input} ${moved}`
      yield { kind: 'progress', fraction: k / plan.length, doing }
      rows.push({ kind, input, moved, ...(yield* telling(tried(run), k / plan.length, doing)) })
      yield { kind: 'keep', state: rows }
    }
    return { rows }
  },
  report: ({ rows }, { inputs }) => ({
    basis: 'assumed',
    why: 'Every input is moved alone, and by as much as is written, not by its own uncertainty. Rows of barriers rest on walks that are shorter and fewer than those of the rungs: rows of short walks with nothing moved say what that alone does, and with other seeds what chance does.',
    lines: sensitivityWords(rows, inputs.claims as ClaimsRung),
    table: sensitivityTable(rows, inputs.claims as ClaimsRung),
  }),
})

/** A row that cannot be computed says why, and the others go on. */
function* tried(run: () => StageRun<readonly ClaimRow[]>): StageRun<Pick<SensitivityRow, 'verdicts' | 'trouble'>> {
  try {
    return { verdicts: yield* run() }
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error
    return { verdicts: [], trouble: error.message }
  }
}

function* verdictsOn(cells: TrialCells, hosts: TrialHosts): StageRun<readonly ClaimRow[]> {
  const { verdicts } = yield* trial(cells, hosts)
  return verdicts
}

function* at<T>(doing: string, value: () => T): StageRun<T> {
  yield { kind: 'progress', fraction: 0, doing }
  return value()
}

const offWords = 'without hops of two ions'

const asTheyAre = (table: HostTable, singles: HostTable, second: HostTable): TrialHosts => ({
  dual: hostOfRung(table),
  singles: () => at(offWords, () => hostOfRung(singles)),
  second: hostOfRung(second),
})

const signed = (value: number, unit: string): string =>
  `${value < 0 ? '−' : '+'}${Number(Math.abs(value).toPrecision(3))} ${unit}`

/** Short walks of one lattice, by whether ions hop two at once. */
type Walks = (pairHops: boolean) => StageRun<readonly TransportSample[]>

const barrierRows = (
  model: LatticeModel,
  { shift, families, walks, seeds }: SensitivitySettings,
  o: { readonly table: HostTable; readonly second: HostTable; readonly cells: TrialCells; readonly walker: Walker },
): Planned[] => {
  const at = 'the lattice of the ladder'
  const { lattice } = expandLatticeFile(model, at)
  const hops = new Map<string, { least: number; readonly carriers: Set<number> }>()
  for (const { family, Ekra, movers } of lattice.events) {
    const one = hops.get(family) ?? { least: Ekra, carriers: new Set<number>() }
    one.least = Math.min(one.least, Ekra)
    for (const { carrier } of movers) one.carriers.add(carrier)
    hops.set(family, one)
  }
  const chosen = [...hops].filter(([family]) => families === undefined || families.includes(family))
  const row = (kind: 'walks' | 'barrier', input: string, moved: string, of: Walks): Planned => ({
    ...{ kind, input, moved },
    *run() {
      const base = hostOfRung(o.table)
      const host = (transport: readonly TransportSample[]) =>
        hostFromTable({ ...o.table, transport }, base.carriers, base.thermodynamics)
      const samples = yield* of(true)
      const alone = onlyCarriers({ ...o.table, transport: samples }, o.second.carriers)
      const other = hostOfRung(o.second)
      return yield* verdictsOn(o.cells, {
        dual: host(samples),
        *singles() {
          return host(yield* of(false))
        },
        second: hostFromTable(alone, other.carriers, other.thermodynamics),
      })
    },
  })
  const known = new Map<boolean, readonly TransportSample[]>()
  const unmoved: Walks = function* (pairHops) {
    const samples = known.get(pairHops) ?? (yield* walked(lattice, walks, o.walker, { pairHops }))
    known.set(pairHops, samples)
    return samples
  }
  const moved = chosen.flatMap(([family, { least, carriers }]) =>
    [shift, -Math.min(shift, least)]
      .filter(by => by !== 0)
      .map(by =>
        row('barrier', family, signed(1000 * by, 'meV'), function* (pairHops) {
          const other = expandLatticeFile(shifted(model, { [family]: by }), at).lattice
          return yield* walked(other, walks, o.walker, { pairHops, but: carriers, base: yield* unmoved(pairHops) })
        }),
      ),
  )
  if (moved.length === 0) return []
  const again = seeds.map(seed =>
    row('walks', 'short walks', `seed ${seed}`, pairHops =>
      walked(lattice, { ...walks, seed }, o.walker, { pairHops }),
    ),
  )
  return [row('walks', 'short walks', 'nothing moved', unmoved), ...again, ...moved]
}

/** Samples of short walks. @param o.but  a walk without any of these carriers is that of `base`, bit for bit */
function* walked(
  lattice: Lattice,
  walks: SensitivitySettings['walks'],
  walker: Walker,
  o: { readonly pairHops: boolean; readonly but?: ReadonlySet<number>; readonly base?: readonly TransportSample[] },
): StageRun<TransportSample[]> {
  const samples: TransportSample[] = []
  for (const [stream, { point, asked }] of walksOf(lattice, { ...walks, pairHops: o.pairHops }).entries()) {
    const there = o.but && [...o.but].every(carrier => point.x[carrier] > 0)
    if (o.base && !there) {
      samples.push(o.base[stream])
      continue
    }
    const steps = walker(lattice, point, { ...asked, stream })
    const { x, T, L, LError, determined } = yield* relayed(steps, () => ({ fraction: 0, doing: '' }))
    samples.push({ x, T, L, LError, ...(determined === undefined ? {} : { determined }) })
  }
  return samples
}

const interactionRows = (
  { interaction }: SensitivitySettings,
  o: {
    readonly table: HostTable
    readonly singles: HostTable
    readonly second: HostTable
    readonly cells: TrialCells
  },
): Planned[] => {
  if (interaction === 0 || o.table.carriers.length !== 2) return []
  const [a, b] = o.table.carriers
  return [interaction, -interaction].map(by => ({
    kind: 'host',
    input: `${a}–${b} interaction`,
    moved: signed(1000 * by, 'meV'),
    run: () => {
      const base = hostOfRung(o.table)
      const beside = besideEachOther(base.thermodynamics, F * by)
      const of = (table: HostTable): TableHost => hostFromTable(table, base.carriers, beside)
      return verdictsOn(o.cells, {
        dual: of(o.table),
        singles: () => at(offWords, () => of(o.singles)),
        second: hostOfRung(o.second),
      })
    },
  }))
}

/** The free energy with W x₁x₂ beside [J/mol]. */
export const besideEachOther = (own: TableThermodynamics, W: number): TableThermodynamics => ({
  ...own,
  freeEnergy: (x, T) => own.freeEnergy!(x, T) + W * x[0] * x[1],
  potential(x, T, mu) {
    const out = own.potential(x, T, mu)
    out[0] += W * x[1]
    out[1] += W * x[0]
    return out
  },
  potentialJacobian(x, T, theta) {
    const out = own.potentialJacobian(x, T, theta)
    out[1] += W
    out[2] += W
    return out
  },
  excess(x, T, bend) {
    own.excess(x, T, bend)
    bend[1] += W
    bend[2] += W
  },
})
