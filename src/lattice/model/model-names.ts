/** Names in a model file to numbers in the lattice, refused with the nearest name where there is none. */
import { refuse, SimulationError } from '../../error.ts'
import { suggestion } from '../../file/nearest.ts'
import type { Place } from '../lattice.ts'
import type { SiteGeometry } from './geometry.ts'
import type { ModelPlace } from './model.ts'

export type ModelNames = {
  readonly carriers: readonly string[]
  readonly carrier: (field: string, name: string) => number
  /** Of an optional pair of fields: the one, the several, or all. */
  readonly oneOrMore: (field: string, one: string | undefined, several: readonly string[] | undefined) => number[]
  readonly sublattice: (field: string, name: string) => number
  readonly sublattices: (field: string, names: readonly string[] | undefined, count: number) => (number | undefined)[]
  readonly site: (field: string, name: string | number) => number
  readonly place: (field: string, place: ModelPlace) => Place
  /** Values by carrier, 0 where none is given, [n]. */
  readonly byCarrier: (field: string, values: Readonly<Record<string, number>>) => Float64Array
}

export const modelNames = (geometry: SiteGeometry, carriers: readonly string[]): ModelNames => {
  const find = (words: readonly string[], field: string, name: string, what: string): number => {
    const at = words.indexOf(name)
    if (at >= 0) return at
    const near = suggestion(name, words)
    throw new SimulationError(
      `${field}: got ${JSON.stringify(name.slice(0, 80))}, allowed: ${what} of the model: ${words.slice(0, 12).join(', ')}${words.length > 12 ? ', …' : ''}${near}`,
      { code: 'input', at: field },
    )
  }
  const carrier = (field: string, name: string) => find(carriers, field, name, 'a carrier')
  const sublattice = (field: string, name: string) => find(geometry.sublattices, field, name, 'a sublattice')
  const site = (field: string, name: string | number): number => {
    if (typeof name === 'string') return find(geometry.names, field, name, 'a site')
    const most = geometry.sublattice.length - 1
    if (!Number.isInteger(name) || name < 0 || name > most)
      refuse(field, name, `a site of the model by its name, or its number from 0 to ${most}`)
    return name
  }
  return {
    carriers,
    carrier,
    oneOrMore: (field, one, several) => {
      if (one !== undefined && several !== undefined)
        refuse(`${field}.carriers`, several, 'carrier or carriers, not both')
      if (one !== undefined) return [carrier(`${field}.carrier`, one)]
      if (several === undefined) return carriers.map((_, i) => i)
      const found = several.map((name, i) => carrier(`${field}.carriers.${i}`, name))
      found.forEach((c, i) => {
        if (found.indexOf(c) !== i) refuse(`${field}.carriers.${i}`, several[i], 'each carrier once')
      })
      return found
    },
    sublattice,
    sublattices: (field, names, count) => {
      if (names === undefined) return new Array(count).fill(undefined)
      if (names.length !== count) refuse(field, names, `${count} sublattices`)
      return names.map((name, i) => sublattice(`${field}.${i}`, name))
    },
    site,
    place: (field, { site: name, image = [0, 0, 0] }) => {
      if (image.length !== 3 || !image.every(Number.isInteger))
        refuse(`${field}.image`, image, 'three whole numbers of cells')
      image.forEach((n, d) => {
        if (d >= geometry.dimension && n !== 0)
          refuse(`${field}.image.${d}`, n, `0: the lattice repeats in ${geometry.dimension} directions`)
        if (Math.abs(n) > 20) refuse(`${field}.image.${d}`, n, 'at most 20 cells away')
      })
      return { site: site(`${field}.site`, name), image: [image[0], image[1], image[2]] }
    },
    byCarrier: (field, values) => {
      const out = new Float64Array(carriers.length)
      for (const [name, value] of Object.entries(values)) {
        if (!Number.isFinite(value)) refuse(`${field}.${name}`, value, 'a finite number')
        out[carrier(`${field}.${name}`, name)] = value
      }
      return out
    },
  }
}
