/**
 * Mg | Mg(TFSI)2 in ether | Mo6S8: the Mg-only cell.
 * Convention of this folder: a file exports `name` (its own stem), `parameters` (plain data) and `make(overrides)`;
 * overrides are one flat record of numbers, those of the materials under `host.`, `electrolyte.`, `Li.`, `Mg.`.
 * `inventory` is what the fresh cell holds of each ion per formula unit of host, computed from the record.
 */
import type { Cell } from '../cell/cell.ts'
import { inventoryOf } from '../cell/inventory.ts'
import { make as bath, parameters as bathParameters } from '../electrolytes/mg-ether.ts'
import type { Overrides } from '../laws/parameter.ts'
import { buildParameters, cellParameters, mo6s8Cell } from './parts/mo6s8-cell.ts'

export const name = 'mg-mo6s8'

export const parameters = cellParameters(
  {
    ...buildParameters,
    // 1.5 times what a full host takes.
    anodeMg: { ...buildParameters.anodeMg, value: 3 },
  },
  bathParameters,
)

export const make = (overrides: Overrides = {}): Cell =>
  mo6s8Cell(
    {
      name,
      title: 'Mg | Mo6S8',
      parameters,
      guests: ['Mg'],
      bath,
      voltageLimits: [0.4, 1.9],
    },
    overrides,
  )

export const inventory = inventoryOf(make())
