import { cellParameters } from '../src/crystal/lattice.ts'
import { composition, type Structure } from '../src/crystal/structure.ts'

/** `Mo6S8: 14 atoms, 6.502 × 6.502 × 6.502 Å, 92.16 92.16 92.16 degrees` */
export const structureSentence = (structure: Structure): string => {
  const { lengths, angles } = cellParameters(structure.lattice)
  const formula = Object.entries(composition(structure))
    .map(([symbol, count]) => `${symbol}${Math.abs(count - 1) < 1e-9 ? '' : Number(count.toPrecision(6))}`)
    .join('')
  const open = structure.periodic?.filter(repeats => !repeats).length ?? 0
  return [
    `${formula}: ${structure.species.length} atom${structure.species.length === 1 ? '' : 's'}`,
    `${lengths.map(value => value.toFixed(3)).join(' × ')} Å`,
    `${angles.map(value => Number(value.toFixed(2))).join(' ')} degrees`,
    ...(structure.occupancy ? ['sites filled in part'] : []),
    ...(structure.oxidation ? ['with oxidation numbers'] : []),
    ...(open > 0 ? [`open in ${open} direction${open === 1 ? '' : 's'}`] : []),
  ].join(', ')
}
