import type { SiteGeometry } from './geometry.ts'
import type { PlainKind } from './model.ts'

type Cell = {
  readonly dimension: 1 | 2 | 3
  /** In spacings; directions that do not repeat are 1 Å long. */
  readonly rows: readonly (readonly [number, number, number])[]
  readonly sites: readonly (readonly [number, number, number])[]
}

const { sqrt } = Math
const origin = [[0, 0, 0]] as const
const halfRoot3 = sqrt(3) / 2
const [fccHalf, bccHalf, diamondHalf] = [1 / sqrt(2), 1 / sqrt(3), 2 / sqrt(3)]

/** Smallest cells, for neighbours at distance 1. Source: computed: geometry */
const cells: Readonly<Record<PlainKind, Cell>> = {
  chain: { dimension: 1, rows: [[1, 0, 0]], sites: origin },
  square: {
    dimension: 2,
    rows: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    sites: origin,
  },
  triangular: {
    dimension: 2,
    rows: [
      [1, 0, 0],
      [0.5, halfRoot3, 0],
    ],
    sites: origin,
  },
  honeycomb: {
    dimension: 2,
    rows: [
      [sqrt(3), 0, 0],
      [halfRoot3, 1.5, 0],
    ],
    sites: [
      [1 / 3, 1 / 3, 0],
      [2 / 3, 2 / 3, 0],
    ],
  },
  'simple-cubic': {
    dimension: 3,
    rows: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    sites: origin,
  },
  fcc: { dimension: 3, rows: faceCentred(fccHalf), sites: origin },
  bcc: {
    dimension: 3,
    rows: [
      [-bccHalf, bccHalf, bccHalf],
      [bccHalf, -bccHalf, bccHalf],
      [bccHalf, bccHalf, -bccHalf],
    ],
    sites: origin,
  },
  hcp: {
    dimension: 3,
    rows: [
      [1, 0, 0],
      [0.5, halfRoot3, 0],
      [0, 0, sqrt(8 / 3)],
    ],
    sites: [
      [0, 0, 0],
      [1 / 3, 1 / 3, 1 / 2],
    ],
  },
  diamond: {
    dimension: 3,
    rows: faceCentred(diamondHalf),
    sites: [
      [0, 0, 0],
      [1 / 4, 1 / 4, 1 / 4],
    ],
  },
}

function faceCentred(h: number): Cell['rows'] {
  return [
    [0, h, h],
    [h, 0, h],
    [h, h, 0],
  ]
}

/** Sites of a plain lattice, all of one sublattice `site`. @param spacing  distance of nearest neighbours [Å] */
export const plainGeometry = (kind: PlainKind, spacing: number): SiteGeometry => {
  const { dimension, rows, sites } = cells[kind]
  const cell = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
  rows.forEach((row, i) => {
    for (let d = 0; d < 3; d++) cell[3 * i + d] = row[d] * spacing
  })
  return {
    cell,
    dimension,
    fractional: Float64Array.from(sites.flat()),
    sublattice: sites.map(() => 0),
    sublattices: ['site'],
    names: sites.map((_, i) => `site ${i}`),
  }
}
