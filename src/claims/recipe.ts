/** Cells as recipes: a name and overrides, so that a worker can build them. The three cells that a claim compares. */
import type { Cell } from '../cell/cell.ts'
import * as beaker from '../cells/li-mg-mo6s8-beaker.ts'
import * as full from '../cells/li-mg-mo6s8-full.ts'
import * as liOnly from '../cells/li-mo6s8.ts'
import * as mgOnly from '../cells/mg-mo6s8.ts'
import { refuse } from '../error.ts'
import { effectiveBarriers } from '../hosts/mo6s8.ts'
import type { Overrides, Parameter } from '../laws/parameter.ts'

const makers = { beaker, full, mgOnly, liOnly } as const

export type CellName = keyof typeof makers
/** The cells that hold both ions. */
export type DualCell = 'beaker' | 'full'

/** Two readings of what is known of the barriers: of the bare lattice, and those that remembered diffusivities need. */
export const readings = {
  lattice: {},
  effective: Object.fromEntries(Object.entries(effectiveBarriers).map(([key, value]) => [`host.${key}`, value])),
} as const satisfies Readonly<Record<string, Overrides>>

export type BarrierReading = keyof typeof readings

/** One point of the space in which the claims are tried. */
export type Point = {
  readonly cell: DualCell
  readonly reading: BarrierReading
  /** [1/h] */
  readonly rate: number
  /** Overrides by parameter name, on top of the reading's. */
  readonly overrides: Overrides
}

/** Parameters of a cell by name. */
export const parametersOf = (cell: CellName): Readonly<Record<string, Parameter>> => makers[cell].parameters

/**
 * The cell of a name.
 *
 * @throws input error for an unknown parameter
 */
export const cellOf = (name: CellName, overrides: Overrides): Cell => makers[name].make(overrides)

/** What a single-ion cell keeps as its own when it is compared with a dual cell: its salt, its metal, its bath. */
const own = /^(electrolyte\.(LiTFSI|Mg\(TFSI\)2)|anodeLi|anodeMg|reservoir)$/

/** What says nothing (1e-4 V and less) where there is no Li: its own moves and those of the pair, the pair's energy, its activity. */
const ofLi = /^(host\.(barrierLi|barrierLiLi|barrierPair|pairEnergy)|electrolyte\.activityLi)$/

/**
 * The overrides of a dual cell that hold for the Mg-only cell too: host, particles, temperature, Mg's transport. Points that
 * differ in nothing else share its discharge.
 */
export const shared = (overrides: Overrides): Overrides =>
  Object.fromEntries(Object.entries(overrides).filter(([key]) => !own.test(key) && !ofLi.test(key)))

/** Without the pair moves. */
export const pairOff: Overrides = { 'host.pairHops': 0 }

/** All overrides of a point. */
export const overridesOf = ({ reading, overrides }: Pick<Point, 'reading' | 'overrides'>): Overrides => {
  if (!Object.hasOwn(readings, reading)) refuse('reading', reading, Object.keys(readings).join(', '))
  return { ...readings[reading], ...overrides }
}
