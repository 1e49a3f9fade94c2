import type { Cell } from './cell.ts'

/** Where the ions of one kind are when the cell is fresh, per formula unit of the cathode's host. */
export type Inventory = {
  readonly cathode: number
  readonly anode: number
  /** In the pores of electrodes and separator. */
  readonly pores: number
  readonly reservoir: number
  readonly total: number
}

/** Formula units of the cathode's host per electrode area [mol/m²]. */
export const hostPerArea = ({ cathode }: Cell): number =>
  (cathode.thickness * cathode.activeFraction) / cathode.host.molarVolume

/** Electrolyte in the pores per electrode area [m³/m²]. */
export const poreVolume = ({ anode, separator, cathode }: Cell): number =>
  cathode.thickness * cathode.porosity +
  separator.thickness * separator.porosity +
  (anode.kind === 'porous' ? anode.thickness * anode.porosity : 0)

/**
 * Inventory of every ion that reacts, in ions per formula unit of the cathode's host: says whether a thin electrolyte can
 * fill the host or the anode must.
 *
 * @returns by carrier symbol, in the order of the electrolyte's cations, then of the hosts' own carriers
 */
export const inventoryOf = (cell: Cell): Readonly<Record<string, Inventory>> => {
  const { anode, cathode, electrolyte } = cell
  const hosts = hostPerArea(cell)
  const inAnode = (symbol: string): number => {
    if (anode.kind === 'metal') return (anode.amount[symbol] ?? 0) / hosts
    const perArea = (anode.thickness * anode.activeFraction) / anode.host.molarVolume
    return ((anode.amount[symbol] ?? 0) * perArea) / hosts
  }
  const cations = electrolyte.species.filter(s => s.charge > 0).map(s => s.name)
  const symbols = [...new Set([...cations, ...cathode.host.carriers.map(c => c.symbol)])]
  return Object.fromEntries(
    symbols.map(symbol => {
      const k = electrolyte.species.findIndex(s => s.name === symbol)
      const c = k < 0 ? 0 : electrolyte.concentration[k]
      const parts = {
        cathode: cathode.amount[symbol] ?? 0,
        anode: inAnode(symbol),
        pores: (c * poreVolume(cell)) / hosts,
        reservoir: (c * cell.reservoir) / hosts,
      }
      return [symbol, { ...parts, total: parts.cathode + parts.anode + parts.pores + parts.reservoir }]
    }),
  )
}
