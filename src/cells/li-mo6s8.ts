/**
 * Li | LiTFSI in ether | Mo6S8: the Li-only cell.
 * Convention of this folder: a file exports `name` (its own stem), `parameters` (plain data) and `make(overrides)`;
 * overrides are one flat record of numbers, those of the materials under `host.`, `electrolyte.`, `Li.`, `Mg.`.
 * `inventory` is what the fresh cell holds of each ion per formula unit of host, computed from the record.
 */
import type { Cell } from '../cell/cell.ts'
import { inventoryOf } from '../cell/inventory.ts'
import { make as bath, parameters as bathParameters } from '../electrolytes/li-ether.ts'
import type { Overrides } from '../laws/parameter.ts'
import { buildParameters, cellParameters, mo6s8Cell } from './parts/mo6s8-cell.ts'

export const name = 'li-mo6s8'

export const parameters = cellParameters(
  {
    ...buildParameters,
    // 1.5 times what a full host takes.
    anodeLi: { ...buildParameters.anodeLi, value: 6 },
  },
  bathParameters,
)

export const make = (overrides: Overrides = {}): Cell =>
  mo6s8Cell(
    {
      name,
      title: 'Li | Mo6S8',
      parameters,
      guests: ['Li'],
      bath,
      voltageLimits: [1.2, 2.7],
    },
    overrides,
  )

export const inventory = inventoryOf(make())
