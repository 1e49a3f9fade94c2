/** The cell and the sites of a model, checked. */
import { refuse } from '../../error.ts'
import { suggestion } from '../../file/nearest.ts'
import { determinant } from '../../math/mat3.ts'
import { neighboursOf, type SiteGeometry } from './geometry.ts'
import { type LatticeModel, plainKinds } from './model.ts'
import { plainGeometry } from './plain-geometry.ts'

/** Sites nearer than this are one, listed twice [Å]. */
const oneSite = 0.1
/** Most sites of one cell. */
const mostSites = 2000

export const modelGeometry = (model: LatticeModel): SiteGeometry => {
  if (model.lattice !== undefined) {
    if (!plainKinds.includes(model.lattice))
      refuse('lattice', model.lattice, `${plainKinds.join(', ')}${suggestion(String(model.lattice), plainKinds)}`)
    for (const key of ['cell', 'sites', 'dimension', 'symmetry'] as const)
      if (model[key] !== undefined) refuse(key, model[key], 'lattice and spacing, or cell and sites, not both')
    const { spacing } = model
    if (spacing === undefined || !(spacing > 0 && spacing <= 100))
      return refuse('spacing', spacing, 'the distance of nearest neighbours, a number > 0 and ≤ 100 [Å]')
    return plainGeometry(model.lattice, spacing)
  }
  if (model.spacing !== undefined) refuse('spacing', model.spacing, 'a spacing only together with lattice')
  const { cell, sites, dimension = 3 } = model
  if (cell === undefined || cell.length !== 3 || cell.some(row => row.length !== 3))
    return refuse('cell', cell, `three vectors of three numbers [Å], or lattice: ${plainKinds.join(', ')}`)
  const A = Float64Array.from(cell.flat())
  if (!A.every(Number.isFinite)) refuse('cell', cell, 'finite numbers')
  if (!(Math.abs(determinant(A)) > 1e-3))
    refuse('cell', cell.map(row => row.join(' ')).join('; '), 'three vectors that span a volume')
  if (dimension !== 1 && dimension !== 2 && dimension !== 3) return refuse('dimension', dimension, '1, 2 or 3')
  if (sites === undefined || sites.length === 0 || sites.length > mostSites)
    return refuse('sites', sites === undefined ? undefined : `${sites.length} sites`, `1 to ${mostSites} sites`)
  const sublattices = [...new Set(sites.map(site => site.sublattice ?? 'site'))]
  const names = sites.map(({ name }, i) => name ?? String(i))
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) refuse(`sites.${i}.name`, name, 'a name that no other site has')
  })
  sites.forEach(({ position }, i) => {
    if (position.length !== 3 || !position.every(x => Number.isFinite(x) && Math.abs(x) <= 100))
      refuse(
        `sites.${i}.position`,
        Array.from(position).join(' '),
        'three fractional coordinates, each within 100 of 0',
      )
  })
  const geometry: SiteGeometry = {
    cell: A,
    dimension,
    fractional: Float64Array.from(sites.flatMap(site => site.position)),
    sublattice: sites.map(site => sublattices.indexOf(site.sublattice ?? 'site')),
    sublattices,
    names,
  }
  neighboursOf(geometry, oneSite).forEach((list, i) => {
    if (list.length > 0)
      refuse(
        `sites.${i}`,
        `${list[0].distance.toFixed(3)} Å from ${names[list[0].site]}`,
        `at least ${oneSite} Å between sites`,
      )
  })
  return geometry
}

/** Volume of the cell [Å³], area·1 Å, length·1 Å². */
export const cellVolume = ({ cell: A, dimension }: SiteGeometry): number => {
  if (dimension === 3) return Math.abs(determinant(A))
  if (dimension === 1) return Math.hypot(A[0], A[1], A[2])
  return Math.hypot(A[1] * A[5] - A[2] * A[4], A[2] * A[3] - A[0] * A[5], A[0] * A[4] - A[1] * A[3])
}
