/** Where a number of the library was changed by a file, its source is that file, no longer the one of the library. */
import type { Cell } from '../cell/cell.ts'
import type { Sources } from '../scales.ts'

type Sourced = { readonly sources: Sources }

const restated = (sources: Sources, names: readonly string[], source: string): Sources => {
  const known = names.filter(name => Object.hasOwn(sources, name))
  return known.length === 0 ? sources : { ...sources, ...Object.fromEntries(known.map(name => [name, source])) }
}

/** Parameters of one part of a cell, without its name: `host.barrierMg` → `barrierMg`. */
const under = (names: readonly string[], part: string): string[] =>
  names.filter(name => name.startsWith(`${part}.`)).map(name => name.slice(part.length + 1))

/**
 * A record with the sources of its changed parameters set to `source`.
 *
 * @param names changed parameters; those of the parts of a cell under `host.`, `electrolyte.`, `Li.` …
 */
export const withGiven = <T extends Sourced>(made: T, names: readonly string[], source: string): T => {
  if (names.length === 0) return made
  const sources = restated(made.sources, names, source)
  if (!('cathode' in made)) return { ...made, sources }
  const cell = made as unknown as Cell
  const part = <P extends Sourced>(record: P, name: string): P => withGiven(record, under(names, name), source)
  const { anode, cathode, electrolyte } = cell
  return {
    ...made,
    sources,
    cathode: { ...cathode, host: part(cathode.host, 'host') },
    electrolyte: part(electrolyte, 'electrolyte'),
    anode:
      anode.kind === 'metal'
        ? { ...anode, metals: anode.metals.map(metal => part(metal, metal.carrier.symbol)) }
        : anode,
  }
}
