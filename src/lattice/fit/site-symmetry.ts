/** What the operations that a model lists do to its places. */
import { groupOf, operationOf } from '../../crystal/formats/operation.ts'
import type { Operation } from '../../crystal/symmetry.ts'
import { refuse } from '../../error.ts'
import { multiply, transpose } from '../../math/mat3.ts'
import type { Place } from '../lattice.ts'
import type { SiteGeometry } from '../model/geometry.ts'

/** Places further off than this from where an operation puts them are none of it [Å]. */
const tolerance = 0.05

/** Maps places under one operation. */
export type PlaceMap = (place: Place) => Place

/**
 * The operations of a list as maps of places, the identity first where nothing is listed.
 *
 * @throws SimulationError (`input`) where the list is no group, an operation changes lengths, or it maps a site onto none
 */
export const placeMaps = (geometry: SiteGeometry, words: readonly string[] | undefined): readonly PlaceMap[] => {
  if (words === undefined || words.length === 0) return [place => place]
  const at = { file: 'symmetry' }
  const operations = groupOf(
    words.map(word => operationOf(word, at)),
    at,
  )
  return operations.map((operation, o) => {
    const word = words[o] ?? 'x, y, z'
    checkLengths(geometry, operation, word)
    return placeMap(geometry, operation, word)
  })
}

/** W·(A·Aᵀ)·Wᵀ = A·Aᵀ: the cell's lengths and angles are kept. */
const checkLengths = ({ cell, dimension }: SiteGeometry, { rotation: W }: Operation, word: string): void => {
  const metric = multiply(cell, transpose(cell))
  const turned = multiply(multiply(W, metric), transpose(W as Float64Array))
  const size = Math.max(...metric.map(Math.abs))
  for (let k = 0; k < 9; k++)
    if (Math.abs(turned[k] - metric[k]) > 0.01 * size)
      refuse(
        'symmetry',
        word,
        `operations that keep the lengths and angles of the cell (rotations, mirrors, inversion)`,
      )
  for (let i = 0; i < 3; i++)
    for (let d = 0; d < 3; d++)
      if (i < dimension !== d < dimension && W[3 * i + d] !== 0)
        refuse('symmetry', word, `operations within the ${dimension} directions that repeat`)
}

const placeMap = (geometry: SiteGeometry, { rotation: W, translation: w }: Operation, word: string): PlaceMap => {
  const { fractional: f, sublattice, cell: A, names } = geometry
  const target: Place[] = sublattice.map((kind, i) => {
    const x = (d: number) => f[3 * i] * W[d] + f[3 * i + 1] * W[3 + d] + f[3 * i + 2] * W[6 + d] + w[d]
    const image = [x(0), x(1), x(2)]
    for (let j = 0; j < sublattice.length; j++) {
      const apart = image.map((c, d) => c - f[3 * j + d])
      const cells = apart.map(Math.round)
      const rest = apart.map((c, d) => c - cells[d])
      const v = (d: number) => rest[0] * A[d] + rest[1] * A[3 + d] + rest[2] * A[6 + d]
      if (Math.hypot(v(0), v(1), v(2)) > tolerance) continue
      if (sublattice[j] !== kind)
        refuse('symmetry', word, `operations that keep sublattices: it maps ${names[i]} onto ${names[j]}`)
      return { site: j, image: [cells[0] + 0, cells[1] + 0, cells[2] + 0] }
    }
    return refuse('symmetry', word, `operations of the sites: it maps ${names[i]} onto no site`)
  })
  return ({ site, image: [a, b, c] }) => {
    const to = target[site]
    const n = (d: number) => a * W[d] + b * W[3 + d] + c * W[6 + d] + to.image[d] + 0
    return { site: to.site, image: [n(0), n(1), n(2)] }
  }
}
