import type { Structure } from '../structure.ts'
import { cellAround } from '../vacuum.ts'
import { checkCell } from './expand.ts'
import { checkOverlap } from './overlap.ts'
import { listAt, numbersAt, type Plain, recordAt } from './plain-json.ts'
import { speciesAt } from './species.ts'
import { jsonOf, mostAtoms, type Place, rejectFile, rejectValue } from './text.ts'

export type OptimadeOptions = {
  /** Identifier of the structure where the answer holds several; the first where absent. */
  readonly id?: string
  /** Told what was assumed or left out. */
  readonly note?: (text: string) => void
}

/** Whether parsed JSON looks like an answer of an OPTIMADE server, or one structure of it. */
export const isOptimade = (data: unknown): boolean => {
  if (typeof data !== 'object' || data === null) return false
  if ('attributes' in data) return true
  return 'data' in data && ('meta' in data || Array.isArray(data.data) || isOptimade(data.data))
}

/**
 * A crystal from the structures endpoint of OPTIMADE: one structure or a list of them.
 *
 * Vacancies are left out, species in part keep their concentration, directions that do not repeat stay open; assemblies
 * (groups of sites that exclude each other) are refused.
 *
 * @param text  JSON
 * @param file  name or address, for messages
 * @throws SimulationError (`input`) with file, field and reason
 */
export const readOptimade = (text: string, file: string, options: OptimadeOptions = {}): Structure =>
  optimadeStructure(jsonOf(text, file), file, options)

/** The same from parsed JSON. */
export const optimadeStructure = (data: unknown, file: string, options: OptimadeOptions = {}): Structure => {
  const place = { file }
  const note = options.note ?? (() => {})
  const entry = entryOf(recordAt(data, place, 'answer'), place, options)
  const attributes = recordAt(entry.attributes, place, 'attributes')
  const places = listAt(attributes.cartesian_site_positions, place, 'cartesian_site_positions')
  if (places.length === 0 || places.length > mostAtoms)
    rejectValue(place, 'cartesian_site_positions', `${places.length} sites`, `1 to ${mostAtoms} sites`)
  const sites = places.map((site, k) => numbersAt(site, 3, place, `cartesian_site_positions[${k}]`))
  const names = listAt(attributes.species_at_sites, place, 'species_at_sites')
  if (names.length !== sites.length)
    rejectFile(
      place,
      `species_at_sites has ${names.length} and cartesian_site_positions ${sites.length} entries, allowed: one for each site`,
    )
  if (Array.isArray(attributes.assemblies) && attributes.assemblies.length > 0)
    rejectFile(place, 'the structure has assemblies (groups of sites that exclude each other), which are not read')
  const kinds = speciesTable(attributes.species, place, note)
  const periodic = dimensions(attributes.dimension_types, place)

  const species: string[] = []
  const positions: number[] = []
  const occupancy: number[] = []
  const labels: string[] = []
  names.forEach((name, k) => {
    const kind = kinds?.get(String(name))
    if (kinds && !kind) rejectValue(place, `species_at_sites[${k}]`, String(name), 'a name from species')
    const parts = kind ?? [{ symbol: speciesAt(String(name), place, `species_at_sites[${k}]`).symbol, share: 1 }]
    for (const { symbol, share } of parts) {
      species.push(symbol)
      positions.push(...sites[k])
      occupancy.push(share)
      labels.push(String(name))
    }
  })
  if (species.length === 0) rejectFile(place, 'the structure holds no atom, only vacancies')
  const lattice = latticeFrom(attributes.lattice_vectors, positions, periodic, place)
  checkCell(lattice, place)
  const id = entry.id
  const structure: Structure = {
    species,
    lattice,
    positions: Float64Array.from(positions),
    labels,
    ...(periodic.every(Boolean) ? {} : { periodic: [periodic[0], periodic[1], periodic[2]] as const }),
    ...(occupancy.some(share => share !== 1) ? { occupancy: Float64Array.from(occupancy) } : {}),
    ...(typeof id === 'string' || typeof id === 'number' ? { name: String(id) } : {}),
  }
  checkOverlap(structure, place, i => `${labels[i]} (atom ${i + 1})`)
  return structure
}

/** The structure that is meant among those of an answer. */
const entryOf = (root: Plain, place: Place, { id, note }: OptimadeOptions): Plain => {
  if ('attributes' in root) return root
  if (Array.isArray(root.errors) && root.errors.length > 0) {
    const first = root.errors[0] as { detail?: unknown; title?: unknown } | null
    rejectFile(
      place,
      `the server answers with an error: ${String(first?.detail ?? first?.title ?? 'it does not say which')}`,
    )
  }
  const { data } = root
  if (data === null || data === undefined) return rejectFile(place, 'the answer holds no structure (data is empty)')
  if (!Array.isArray(data)) return recordAt(data, place, 'data')
  if (data.length === 0) return rejectFile(place, 'the answer holds no structure (data is an empty list)')
  if (id === undefined) {
    if (data.length > 1) note?.(`the answer holds ${data.length} structures; the first is read`)
    return recordAt(data[0], place, 'data[0]')
  }
  const found = data.find(entry => (entry as Plain | null)?.id === id)
  return found
    ? (found as Plain)
    : rejectValue(
        place,
        'structure',
        id,
        `one of ${data.slice(0, 5).map(entry => String((entry as Plain | null)?.id))}`,
      )
}

type Part = { readonly symbol: string; readonly share: number }

/** Elements and shares by the name of a species; undefined where the server gives no table. */
const speciesTable = (
  value: unknown,
  place: Place,
  note: (text: string) => void,
): ReadonlyMap<string, readonly Part[]> | undefined => {
  if (value === null || value === undefined) return undefined
  const table = new Map<string, readonly Part[]>()
  listAt(value, place, 'species').forEach((item, k) => {
    const one = recordAt(item, place, `species[${k}]`)
    const symbols = listAt(one.chemical_symbols, place, `species[${k}].chemical_symbols`)
    const shares = numbersAt(one.concentration, symbols.length, place, `species[${k}].concentration`)
    if (Array.isArray(one.attached) && one.attached.length > 0)
      note(`species ${String(one.name)}: atoms attached without a position (${one.attached.join(', ')}) are left out`)
    const parts = symbols.flatMap((symbol, m) => {
      if (!(shares[m] >= 0 && shares[m] <= 1 + 1e-6))
        rejectValue(place, `species[${k}].concentration[${m}]`, String(shares[m]), 'a number from 0 to 1')
      if (symbol === 'vacancy' || shares[m] === 0) return []
      return [
        {
          symbol: speciesAt(String(symbol), place, `species[${k}].chemical_symbols[${m}]`).symbol,
          share: Math.min(1, shares[m]),
        },
      ]
    })
    table.set(String(one.name), parts)
  })
  return table
}

const dimensions = (value: unknown, place: Place): readonly boolean[] =>
  value === null || value === undefined
    ? [true, true, true]
    : numbersAt(value, 3, place, 'dimension_types').map(type => type !== 0)

const latticeFrom = (
  value: unknown,
  positions: readonly number[],
  periodic: readonly boolean[],
  place: Place,
): Float64Array => {
  if (value === null || value === undefined) {
    if (periodic.some(Boolean)) rejectFile(place, 'lattice_vectors are missing')
    return cellAround(positions)
  }
  const rows = listAt(value, place, 'lattice_vectors')
  if (rows.length !== 3)
    rejectValue(place, 'lattice_vectors', `${rows.length} vectors`, 'three vectors of three numbers [Å]')
  const open = (row: unknown, k: number) => !periodic[k] && Array.isArray(row) && row.every(item => item === null)
  return cellAround(
    positions,
    rows.map((row, k) => (open(row, k) ? undefined : numbersAt(row, 3, place, `lattice_vectors[${k}]`))),
  )
}
