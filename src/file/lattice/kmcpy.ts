/**
 * Events of kMCpy (`events.json`) as moves of a model: hops of one ion between two sites of a supercell, either way. The sites
 * of kMCpy's primitive cell that ions may fill must be those of the model, in the same order. The lists of neighbours that its
 * local cluster expansions need are no part of a move.
 */
import { refuse } from '../../error.ts'
import { positionOf, type SiteGeometry } from '../../lattice/model/geometry.ts'
import type { ModelPlace } from '../../lattice/model/model.ts'

export type KmcpyMoves = {
  readonly moves: readonly { readonly from: ModelPlace; readonly to: ModelPlace }[]
  readonly notes: readonly string[]
}

/** Distances of two images that differ by less cannot be told apart [Å]. */
const unclear = 1e-3

/**
 * Each hop of a cell once, the shortest way through the supercell taken.
 *
 * @param geometry  of the model that the moves are for
 * @throws SimulationError (`input`) for what is no event file of kMCpy, other sites than the model's, a supercell too small to
 *   tell where a hop goes
 */
export const kmcpyMoves = (data: unknown, field: string, geometry: SiteGeometry): KmcpyMoves => {
  const { events, index_metadata: order } = (data ?? {}) as {
    events?: unknown
    index_metadata?: Record<string, unknown>
  }
  if (!Array.isArray(events) || order?.format !== 'kmcpy.active_site_order.v1')
    return refuse(field, data, 'an event file of kMCpy (events, index_metadata of format kmcpy.active_site_order.v1)')
  const shape = wholes(order.supercell_shape, `${field}.index_metadata.supercell_shape`)
  const active = wholes(order.primitive_active_indices, `${field}.index_metadata.primitive_active_indices`)
  const primitive = wholes(order.active_to_primitive, `${field}.index_metadata.active_to_primitive`)
  if (active.length !== geometry.names.length)
    refuse(
      field,
      `${active.length} sites that ions may fill`,
      `the ${geometry.names.length} sites of the model, in its order`,
    )
  // sites of one kind follow one another, their cells with the last direction fastest
  const seen = new Map<number, number>()
  const places = primitive.map(p => {
    const cell = seen.get(p) ?? 0
    seen.set(p, cell + 1)
    return {
      site: active.indexOf(p),
      cell: [Math.floor(cell / (shape[1] * shape[2])), Math.floor(cell / shape[2]) % shape[1], cell % shape[2]],
    }
  })
  const moves = new Map<string, { from: ModelPlace; to: ModelPlace }>()
  let twice = 0
  const listed = new Set<string>()
  events.forEach((event: { mobile_ion_indices?: unknown } | null, e) => {
    const at = `${field}.events.${e}.mobile_ion_indices`
    const ends = wholes(event?.mobile_ion_indices, at)
    if (ends.length !== 2 || ends.some(i => i < 0 || i >= places.length)) refuse(at, ends, 'two sites: one ion hops')
    const key = [...ends].sort((a, b) => a - b).join()
    if (listed.has(key)) twice++
    listed.add(key)
    const [from, to] = ends.map(i => places[i])
    const image = nearestImage(geometry, shape, from, to, at)
    // a hop seen from its other end is the same one
    const there = [from.site, to.site, ...image].join()
    const back = [to.site, from.site, ...image.map(n => -n + 0)].join()
    if (!moves.has(back)) moves.set(there, { from: { site: from.site }, to: { site: to.site, image } })
  })
  const notes =
    twice > 0 ? [`${twice} events stand in the file from both ends; each hop goes both ways and is kept once`] : []
  return { moves: [...moves.values()], notes }
}

type SupercellPlace = { readonly site: number; readonly cell: readonly number[] }

const nearestImage = (
  geometry: SiteGeometry,
  shape: readonly number[],
  from: SupercellPlace,
  to: SupercellPlace,
  field: string,
): [number, number, number] => {
  const start = positionOf(geometry, { site: from.site, image: [0, 0, 0] })
  const found: { image: [number, number, number]; distance: number }[] = []
  for (let a = -2; a <= 2; a++)
    for (let b = -2; b <= 2; b++)
      for (let c = -2; c <= 2; c++) {
        const n = (d: number) => to.cell[d] - from.cell[d] + [a, b, c][d] * shape[d]
        const image: [number, number, number] = [n(0), n(1), n(2)]
        if (from.site === to.site && image.every(m => m === 0)) continue
        const r = positionOf(geometry, { site: to.site, image })
        found.push({ image, distance: Math.hypot(...r.map((x, d) => x - start[d])) })
      }
  found.sort((p, q) => p.distance - q.distance)
  if (found[1].distance - found[0].distance < unclear)
    refuse(
      field,
      `sites ${geometry.names[from.site]} and ${geometry.names[to.site]} as near through the other side of a ${shape.join(' × ')} supercell`,
      'events of a larger supercell',
    )
  return found[0].image
}

const wholes = (value: unknown, field: string): number[] => {
  if (!Array.isArray(value) || !value.every(Number.isInteger)) return refuse(field, value, 'a list of whole numbers')
  return value as number[]
}
