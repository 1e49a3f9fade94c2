import { cellParameters, fractionalPositions, toCartesian } from '../lattice.ts'
import { checkStructure, type Structure, volume } from '../structure.ts'
import { checkCell } from './expand.ts'
import { checkOverlap } from './overlap.ts'
import { listAt, numbersAt, recordAt, shown } from './plain-json.ts'
import { elementOfLetters, speciesAt } from './species.ts'
import { jsonOf, mostAtoms, rejectFile, rejectValue } from './text.ts'

/** Whether parsed JSON looks like a structure of pymatgen. */
export const isPymatgen = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'lattice' in data && 'sites' in data

/**
 * A crystal from what `Structure.as_dict` of pymatgen writes: species with occupancy and oxidation number, several on a site.
 *
 * @param text  JSON
 * @param file  name, for messages
 * @throws SimulationError (`input`) with file, field and reason
 */
export const readPymatgen = (
  text: string,
  file: string,
  o: { readonly note?: (text: string) => void } = {},
): Structure => pymatgenStructure(jsonOf(text, file), file, o)

/** The same from parsed JSON. */
export const pymatgenStructure = (
  data: unknown,
  file: string,
  o: { readonly note?: (text: string) => void } = {},
): Structure => {
  const place = { file }
  const root = recordAt(data, place, 'structure')
  const cell = recordAt(root.lattice, place, 'lattice')
  const rows = listAt(cell.matrix, place, 'lattice.matrix')
  if (rows.length !== 3) rejectValue(place, 'lattice.matrix', `${rows.length} rows`, 'three rows of three numbers [Å]')
  const lattice = Float64Array.from(rows.flatMap((row, k) => numbersAt(row, 3, place, `lattice.matrix[${k}]`)))
  checkCell(lattice, place)
  const periodic = cell.pbc === undefined ? [true, true, true] : listAt(cell.pbc, place, 'lattice.pbc').map(Boolean)
  const sites = listAt(root.sites, place, 'sites')
  if (sites.length === 0 || sites.length > mostAtoms)
    rejectValue(place, 'sites', `${sites.length} sites`, `1 to ${mostAtoms} sites`)
  const species: string[] = []
  const fractional: number[] = []
  const occupancy: number[] = []
  const oxidation: (number | undefined)[] = []
  const labels: string[] = []
  sites.forEach((item, k) => {
    const site = recordAt(item, place, `sites[${k}]`)
    const at = numbersAt(site.abc, 3, place, `sites[${k}].abc`)
    const list = listAt(site.species, place, `sites[${k}].species`)
    if (list.length === 0) rejectFile(place, `sites[${k}].species: an empty list, allowed: at least one species`)
    list.forEach((entry, m) => {
      const field = `sites[${k}].species[${m}]`
      const one = recordAt(entry, place, field)
      const symbol = typeof one.element === 'string' ? elementOfLetters(one.element) : undefined
      const share = one.occu ?? 1
      if (typeof share !== 'number' || !(share > 0 && share <= 1 + 1e-8))
        rejectValue(place, `${field}.occu`, shown(share), 'a number > 0 and ≤ 1')
      const charge = one.oxidation_state
      if (charge != null && !(typeof charge === 'number' && Number.isFinite(charge)))
        rejectValue(place, `${field}.oxidation_state`, shown(charge), 'a number or null')
      species.push(symbol ?? speciesAt(String(one.element), place, `${field}.element`).symbol)
      fractional.push(...at)
      occupancy.push(Math.min(1, share as number))
      oxidation.push(charge == null ? undefined : (charge as number))
      labels.push(typeof site.label === 'string' ? site.label : species.at(-1)!)
    })
  })
  const charged = oxidation.filter(value => value !== undefined).length
  if (charged > 0 && charged < species.length)
    o.note?.(`oxidation numbers are given for ${charged} of ${species.length} species only: left out`)
  const structure: Structure = {
    species,
    lattice,
    positions: toCartesian(fractional, lattice),
    labels,
    ...(periodic.every(Boolean) ? {} : { periodic: [periodic[0], periodic[1], periodic[2]] as const }),
    ...(occupancy.some(value => value !== 1) ? { occupancy: Float64Array.from(occupancy) } : {}),
    ...(charged === species.length ? { oxidation: Float64Array.from(oxidation as number[]) } : {}),
  }
  checkOverlap(structure, place, i => `${labels[i]} (atom ${i + 1})`)
  return structure
}

/** A crystal as pymatgen's `Structure.from_dict` reads it; atoms that share a place become one site of several species. */
export const writePymatgen = (structure: Structure): string => {
  checkStructure(structure)
  const { species, lattice, positions, labels, occupancy, oxidation, periodic } = structure
  const { lengths, angles } = cellParameters(lattice)
  const f = fractionalPositions(structure)
  const triple = (values: ArrayLike<number>, i: number) => [values[3 * i], values[3 * i + 1], values[3 * i + 2]]
  const shared = new Map<string, number[]>()
  species.forEach((_, i) => {
    const key = triple(positions, i).join(' ')
    const there = shared.get(key)
    if (there && occupancy) there.push(i)
    else shared.set(there ? `${key} ${i}` : key, [i])
  })
  const sites = [...shared.values()].map(([first, ...rest]) => ({
    species: [first, ...rest].map(i => ({
      element: species[i],
      oxidation_state: oxidation?.[i] ?? null,
      occu: occupancy?.[i] ?? 1,
    })),
    abc: triple(f, first),
    xyz: triple(positions, first),
    properties: {},
    label: labels?.[first] ?? species[first],
  }))
  return `${JSON.stringify({
    '@module': 'pymatgen.core.structure',
    '@class': 'Structure',
    charge: 0,
    lattice: {
      matrix: [0, 1, 2].map(k => triple(lattice, k)),
      pbc: periodic ?? [true, true, true],
      a: lengths[0],
      b: lengths[1],
      c: lengths[2],
      alpha: angles[0],
      beta: angles[1],
      gamma: angles[2],
      volume: volume(structure),
    },
    properties: {},
    sites,
  })}\n`
}
