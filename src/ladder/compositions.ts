import { refuse } from '../error.ts'
import type { Lattice } from '../lattice/lattice.ts'

/** Contents at which a rung samples, and temperatures. */
export type Grid = {
  /** [K] */
  readonly temperatures: readonly number[]
  /** By carrier [per formula unit]: all combinations that the host has room for. */
  readonly amounts: Readonly<Record<string, readonly number[]>>
}

/** More points beside those of a grid, with what is another there. */
export type MorePoints = {
  readonly temperatures?: readonly number[] | undefined
  readonly amounts: Readonly<Record<string, readonly number[]>>
  readonly size?: readonly [number, number, number] | undefined
  readonly events?: number | undefined
  /** Of walks: see `TransportSettings`. Crossings are those of the points themselves, not of the grid. */
  readonly times?: number | undefined
  readonly crossings?: number | undefined
}

export type GridPoint = { readonly T: number; readonly x: readonly number[] }

/**
 * Points of a grid, in the order of the lattice's carriers; combinations beyond a limit or the sites are left out, as is the
 * empty host.
 */
export const gridPoints = (lattice: Lattice, { temperatures, amounts }: Grid, at: string): GridPoint[] => {
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  for (const name of Object.keys(amounts))
    if (!symbols.includes(name)) refuse(`${at}.amounts.${name}`, name, `carriers of the lattice: ${symbols.join(', ')}`)
  const lists = symbols.map(symbol => amounts[symbol] ?? [0])
  const compositions = lists.reduce<number[][]>((all, list) => all.flatMap(x => list.map(y => [...x, y])), [[]])
  const fits = (x: readonly number[]) =>
    x.some(y => y > 0) &&
    x.reduce((sum, y) => sum + y, 0) < lattice.sites.length / lattice.formulaUnits - 1e-9 &&
    lattice.limits.every(({ weights, max, per }) => {
      const room = per === 'cell' ? max / lattice.formulaUnits : max
      return x.reduce((sum, y, i) => sum + weights[i] * y, 0) < room - 1e-9
    })
  const inside = compositions.filter(fits)
  if (inside.length === 0) refuse(`${at}.amounts`, 'no combination', 'contents above 0 and within the limits')
  return temperatures.flatMap(T => inside.map(x => ({ T, x })))
}
