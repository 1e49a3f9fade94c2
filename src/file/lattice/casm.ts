/**
 * Events of CASM (`OccEvent` JSON) as moves of a model. CASM writes down where every occupant of a few sites goes; where one or
 * two ions go in one step each, and vacancies fill what they leave, that is our move. It stands for its orbit under the space
 * group, as explicit moves do under the symmetry of the model.
 */
import { refuse } from '../../error.ts'
import type { ModelPlace } from '../../lattice/model/model.ts'

/** What CASM calls an empty site. */
const vacancies = ['Va', 'VA', 'va']

export type CasmMover = { readonly carrier: string; readonly from: ModelPlace; readonly to: ModelPlace }

type Position = {
  readonly chemical_name?: unknown
  readonly coordinate?: unknown
  readonly molecule?: unknown
}

/**
 * The ions that an event moves, in its order.
 *
 * @param data   parsed JSON of one event
 * @param field  for messages
 * @param siteOf name or number of the site of each basis index of CASM's primitive cell; the same number where absent
 * @throws SimulationError (`input`) for what is no event, or one that has no counterpart: reservoirs, several steps, molecules
 *   whose atoms part
 */
export const casmMovers = (
  data: unknown,
  field: string,
  siteOf: (basis: number) => string | number = basis => basis,
): CasmMover[] => {
  const trajectories = (data as { trajectories?: unknown } | null)?.trajectories
  if (!Array.isArray(trajectories)) return refuse(field, data, 'an OccEvent of CASM, with trajectories')
  const movers: CasmMover[] = []
  trajectories.forEach((trajectory: unknown, t) => {
    const at = `${field}.trajectories.${t}`
    const steps: Position[] = Array.isArray(trajectory) ? trajectory : []
    if (steps.length !== 2) refuse(at, trajectory, 'two positions, before and after')
    const [from, to] = steps.map((position, k) => placeOf(position, `${at}.${k}`, siteOf))
    if (from.name !== to.name) refuse(at, `${from.name} that becomes ${to.name}`, 'one occupant that moves')
    if (vacancies.includes(from.name) || JSON.stringify(from.place) === JSON.stringify(to.place)) return
    movers.push({ carrier: from.name, from: from.place, to: to.place })
  })
  if (movers.length !== 1 && movers.length !== 2)
    refuse(`${field}.trajectories`, `${movers.length} ions that move`, 'one or two')
  return movers
}

const placeOf = (
  { chemical_name: name, coordinate, molecule }: Position,
  at: string,
  siteOf: (basis: number) => string | number,
) => {
  if (typeof name !== 'string') return refuse(`${at}.chemical_name`, name, 'a name')
  if (molecule !== true) refuse(`${at}.molecule`, molecule, 'true: whole occupants, no atoms of molecules')
  if (!Array.isArray(coordinate) || coordinate.length !== 4 || !coordinate.every(Number.isInteger))
    return refuse(
      `${at}.coordinate`,
      coordinate,
      'four whole numbers: basis site and cell; positions in a reservoir have no counterpart',
    )
  const [basis, a, b, c] = coordinate as number[]
  return { name, place: { site: siteOf(basis), image: [a, b, c] } satisfies ModelPlace }
}
