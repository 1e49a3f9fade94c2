/** Graphite | LiPF6 in carbonate | LFP, the 18650 cell of the BPX standard's own example. Convention of this folder: see `li-mg-mo6s8-full.ts`. */
import type { Cell } from '../cell/cell.ts'
import { inventoryOf } from '../cell/inventory.ts'
import { make as graphite } from '../hosts/graphite.ts'
import { make as lfp } from '../hosts/lfp.ts'
import type { Overrides } from '../laws/parameter.ts'
import bpx from './bpx/lfp-18650.json' with { type: 'json' }
import { bpxCell, massParameters } from './parts/bpx-cell.ts'

export const name = 'graphite-lfp'

export const parameters = massParameters

/** Source: BpxLfp18650 */
export const make = (overrides: Overrides<typeof parameters> = {}): Cell =>
  bpxCell({ name, bpx, file: 'lfp-18650.json', anode: graphite(), cathode: lfp(), source: 'BpxLfp18650' }, overrides)

export const inventory = inventoryOf(make())
