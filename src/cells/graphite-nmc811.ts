/** Graphite-SiOx | LiPF6 in carbonate | NMC811, the LG M50 cell; its anode is counted as graphite. Convention of this folder: see `li-mg-mo6s8-full.ts`. */
import type { Cell } from '../cell/cell.ts'
import { inventoryOf } from '../cell/inventory.ts'
import { make as graphite } from '../hosts/graphite.ts'
import { make as nmc811 } from '../hosts/nmc811.ts'
import type { Overrides } from '../laws/parameter.ts'
import bpx from './bpx/chen2020.json' with { type: 'json' }
import { bpxCell, massParameters } from './parts/bpx-cell.ts'

export const name = 'graphite-nmc811'

export const parameters = massParameters

/** Source: Chen2020 */
export const make = (overrides: Overrides<typeof parameters> = {}): Cell =>
  bpxCell({ name, bpx, file: 'chen2020.json', anode: graphite(), cathode: nmc811(), source: 'Chen2020' }, overrides)

export const inventory = inventoryOf(make())
