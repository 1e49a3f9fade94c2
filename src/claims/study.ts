/**
 * Where the claims are tried: one factor at a time over its stated range, and maps over two. Plain data and the points it
 * stands for; `survey.ts` says what came out.
 */
import { parameters as mo6s8 } from '../hosts/mo6s8.ts'
import type { Overrides } from '../laws/parameter.ts'
import { type BarrierReading, type DualCell, type Point, parametersOf, readings } from './recipe.ts'

/** Rate of the main job [1/h]: that of the only Mg-only capacity with a rate that was read (70 mAh/g at C/5). */
export const mainRate = 0.2

/** Something that is not known, and where its low and high come from. */
export type Factor = {
  readonly name: string
  readonly label: string
  readonly unit: string
  /** Parameters that move with it; none for the rate. */
  readonly keys: readonly string[]
  /** Values where the parameters' stated ranges are not used. */
  readonly values?: readonly [low: number, high: number]
  /** Size of the unit in which it is shown, against SI. */
  readonly scale?: number
  /** Where one number stands for several parameters: what it sets, and its value in a point's overrides. */
  readonly sets?: (value: number) => Overrides
  readonly reads?: (overrides: Overrides) => number
}

/** The first step of the default host [eV]: as much of a Li–Mg repulsion as is in its free energy. */
const firstStep = mo6s8.firstStep.value

const factors = {
  barrierLi: {
    name: 'barrierLi',
    label: 'Li barriers (lone, Li–Li)',
    unit: 'eV',
    keys: ['host.barrierLi', 'host.barrierLiLi'],
  },
  barrierMg: {
    name: 'barrierMg',
    label: 'Mg barriers (lone, Mg–Mg)',
    unit: 'eV',
    keys: ['host.barrierMg', 'host.barrierMgMg'],
  },
  barrierPair: { name: 'barrierPair', label: 'Li–Mg pair barrier', unit: 'eV', keys: ['host.barrierPair'] },
  // Attraction is `pairEnergy`, which is convex only below 0; repulsion is a higher first step. From the most attractive pair
  // of the stated ranges to the highest step.
  coupling: {
    name: 'coupling',
    label: 'Li–Mg coupling beyond the first step',
    unit: 'eV',
    keys: ['host.pairEnergy'],
    values: [mo6s8.pairEnergy.range[0], Number((mo6s8.firstStep.range[1] - firstStep).toFixed(6))],
    sets: value => (value <= 0 ? { 'host.pairEnergy': value } : { 'host.firstStep': firstStep + value }),
    reads: o =>
      o['host.firstStep'] === undefined
        ? (o['host.pairEnergy'] ?? 0)
        : Number((o['host.firstStep'] - firstStep).toFixed(6)),
  },
  firstStep: { name: 'firstStep', label: 'first step (repulsion in the cavity)', unit: 'eV', keys: ['host.firstStep'] },
  gap: { name: 'gap', label: 'E°(Mg) − E°(Li) in the bath', unit: 'V', keys: ['electrolyte.gap'] },
  activityLi: { name: 'activityLi', label: 'Li activity coefficient', unit: '', keys: ['electrolyte.activityLi'] },
  // The stated range begins at 0, which is the Mg-only bath.
  LiTFSI: { name: 'LiTFSI', label: 'Li salt', unit: 'mol/m³', keys: ['electrolyte.LiTFSI'], values: [10, 1000] },
  reservoir: { name: 'reservoir', label: 'bath beside the cell', unit: 'mm', keys: ['reservoir'], scale: 1e-3 },
  // The stated range, 0 to 10, begins without Li metal; beyond 4 the host is full of Li.
  anodeLi: { name: 'anodeLi', label: 'Li metal per Mo6S8', unit: '', keys: ['anodeLi'], values: [1, 4] },
  rate: { name: 'rate', label: 'rate', unit: 'C', keys: [], values: [0.05, 3] },
  particleRadius: {
    name: 'particleRadius',
    label: 'particle radius',
    unit: 'µm',
    keys: ['particleRadius'],
    scale: 1e-6,
  },
  temperature: { name: 'temperature', label: 'temperature', unit: 'K', keys: ['temperature'] },
  stageMg: { name: 'stageMg', label: 'first Mg stage', unit: 'V', keys: ['host.stageMg'] },
} as const satisfies Readonly<Record<string, Factor>>

export type FactorName = keyof typeof factors
export const factorOf = (name: FactorName): Factor => factors[name]

/** One row of the sensitivity table. */
export type Row = {
  readonly cell: DualCell
  readonly reading: BarrierReading
  /** Absent for the row of the defaults. */
  readonly factor?: FactorName
  readonly side?: 'low' | 'high'
  /** Of the factor's first parameter, SI. */
  readonly value: number
  readonly point: Point
}

const both = ['barrierLi', 'barrierMg', 'barrierPair', 'coupling', 'firstStep', 'gap', 'activityLi', 'LiTFSI'] as const
const rest = ['rate', 'particleRadius', 'temperature', 'stageMg'] as const

/** Factors of a base, the same for both readings: in the beaker the bath supplies Li, in the full cell the anode. */
export const factorsOf = (cell: DualCell): readonly FactorName[] => [
  ...both,
  cell === 'full' ? 'anodeLi' : 'reservoir',
  ...rest,
]

const base = (cell: DualCell, reading: BarrierReading): Point => ({ cell, reading, rate: mainRate, overrides: {} })

/** The point with one factor at one end of its range. */
export const withFactor = (point: Point, name: FactorName, value: number | 'low' | 'high'): Point => {
  const factor = factorOf(name)
  if (name === 'rate')
    return { ...point, rate: typeof value === 'number' ? value : endsOf(point.cell, name)[sides[value]] }
  if (factor.sets) {
    const set = factor.sets(typeof value === 'number' ? value : endsOf(point.cell, name)[sides[value]])
    return { ...point, overrides: { ...point.overrides, ...set } }
  }
  const parameters = parametersOf(point.cell)
  const overrides = factor.keys.map((key): [string, number] => {
    if (typeof value === 'number') return [key, value]
    return [key, factor.values ? factor.values[sides[value]] : parameters[key].range[sides[value]]]
  })
  return { ...point, overrides: { ...point.overrides, ...Object.fromEntries(overrides) } }
}

const sides = { low: 0, high: 1 } as const

/** Low and high of a factor's first parameter. */
export const endsOf = (cell: DualCell, name: FactorName): readonly [number, number] => {
  const { keys, values } = factorOf(name)
  return values ?? parametersOf(cell)[keys[0]].range
}

/** What a point has for a factor's first parameter. */
export const valueAt = ({ cell, reading, rate, overrides }: Point, name: FactorName): number => {
  const { keys, reads } = factorOf(name)
  const [key] = keys
  if (key === undefined) return rate
  if (reads) return reads(overrides)
  const all: Overrides = { ...readings[reading], ...overrides }
  return all[key] ?? parametersOf(cell)[key].value
}

/** The sensitivity table's rows: for each base the defaults, then each factor low and high. */
export const sensitivityRows = (
  bases: readonly { readonly cell: DualCell; readonly reading: BarrierReading }[],
): readonly Row[] =>
  bases.flatMap(({ cell, reading }) => {
    const point = base(cell, reading)
    const rows = factorsOf(cell).flatMap(factor =>
      (['low', 'high'] as const).map((side): Row => {
        const moved = withFactor(point, factor, side)
        return { cell, reading, factor, side, value: valueAt(moved, factor), point: moved }
      }),
    )
    return [{ cell, reading, value: Number.NaN, point }, ...rows]
  })

/** A map over two factors. */
export type ClaimMap = {
  readonly name: string
  readonly title: string
  readonly x: FactorName
  readonly y: FactorName
  /** Log axes. */
  readonly log: { readonly x: boolean; readonly y: boolean }
  /** Values, SI. */
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  readonly point: Point
}

const spaced = ([low, high]: readonly [number, number], count: number, log: boolean): readonly number[] =>
  Array.from({ length: count }, (_, k) => {
    const share = count === 1 ? 0.5 : k / (count - 1)
    const value = log ? low * (high / low) ** share : low + share * (high - low)
    return Number(value.toPrecision(5))
  })

/** Li activity at which equilibrium alone lets both ions in: what the kinetic maps need to have anything to show. */
const poorLi = 1e-4
/** The coupling of the map [eV]: its range, with the default of 0 in it. */
const couplings = [-0.75, -0.5, -0.25, 0, 0.15] as const
/** The largest particles of the stated range, where a jam can show at all. */
const largeParticle = 2.5e-6

/** The maps of the main job: `cells` points along the longer side. */
export const claimMaps = (cells: number): readonly ClaimMap[] => {
  const fewer = Math.max(3, cells - 1)
  const thermodynamic: ClaimMap = {
    name: 'thermodynamics',
    title: 'What the bath and the host want: lattice barriers, C/5',
    x: 'activityLi',
    y: 'coupling',
    log: { x: true, y: false },
    xs: spaced([1e-8, 1], cells + 2, true),
    ys: cells > 4 ? couplings : endsOf('beaker', 'coupling'),
    point: base('beaker', 'lattice'),
  }
  const kinetic = [mainRate, 1].map(
    (rate): ClaimMap => ({
      name: `barriers-${rate === 1 ? '1C' : 'C5'}`,
      title: `What the hops allow at ${rate === 1 ? '1C' : 'C/5'}: effective barriers, particles of 2.5 µm, Li activity coefficient 1e-4`,
      x: 'barrierMg',
      y: 'barrierPair',
      log: { x: false, y: false },
      xs: spaced([0.52, 0.68], fewer - 1, false),
      ys: spaced([0.3, 0.6], Math.max(2, fewer - 2), false),
      point: {
        cell: 'beaker',
        reading: 'effective',
        rate,
        overrides: { particleRadius: largeParticle, 'electrolyte.activityLi': poorLi },
      },
    }),
  )
  const short = Math.max(3, fewer - 2)
  const supply: ClaimMap = {
    name: 'supply',
    title: 'What the bath supplies: lattice barriers, C/5',
    x: 'gap',
    y: 'LiTFSI',
    log: { x: false, y: true },
    xs: spaced(endsOf('beaker', 'gap'), short, false),
    ys: spaced(endsOf('beaker', 'LiTFSI'), short, true),
    point: base('beaker', 'lattice'),
  }
  const particles: ClaimMap = {
    name: 'particles',
    title: 'Particles and temperature at 1C: effective barriers, Li activity coefficient 1e-4',
    x: 'particleRadius',
    y: 'temperature',
    log: { x: true, y: false },
    xs: spaced(endsOf('beaker', 'particleRadius'), short, true),
    ys: spaced(endsOf('beaker', 'temperature'), short, false),
    point: { cell: 'beaker', reading: 'effective', rate: 1, overrides: { 'electrolyte.activityLi': poorLi } },
  }
  return [thermodynamic, ...kinetic, supply, particles]
}

/** The points of a map, row after row of y. */
export const mapPoints = ({ x, y, xs, ys, point }: ClaimMap): readonly Point[] =>
  ys.flatMap(b => xs.map(a => withFactor(withFactor(point, x, a), y, b)))
