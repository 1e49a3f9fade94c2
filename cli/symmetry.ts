import { cellParameters, fractionalPositions } from '../src/crystal/lattice.ts'
import { volume } from '../src/crystal/structure.ts'
import { symmetryOf } from '../src/crystal/symmetry.ts'
import { head, jsonText, symmetryRecord } from './crystal-json.ts'
import { requireCrystal, type StructureOptions, structureOfFile } from './structure.ts'
import { structureSentence } from './structure-sentence.ts'
import { textTable } from './table.ts'
import { checkTargets, toFile } from './write.ts'

export type SymmetryOptions = StructureOptions & { readonly tolerance?: number; readonly json?: string }

/** `dualion symmetry FILE`: space group, primitive cell, kinds of atoms. */
export const symmetryCommand = async (file: string, o: SymmetryOptions): Promise<void> => {
  await checkTargets({ json: o.json }, file)
  const { structure, notes } = await structureOfFile(file, o)
  requireCrystal(structure, file)
  const found = symmetryOf(structure, o.tolerance === undefined ? {} : { tolerance: o.tolerance })
  if (o.json !== undefined)
    await toFile(o.json, [
      jsonText({
        ...head('dualion symmetry'),
        ...symmetryRecord(found),
        atoms: structure.species.map((species, i) => ({
          species,
          wyckoff: found.wyckoff[i],
          siteSymmetry: found.siteSymmetry[i],
          orbit: found.orbits[i],
        })),
      }),
    ])
  const out = o.json === '-' ? process.stderr : process.stdout
  const { primitive } = found
  const { lengths, angles } = cellParameters(primitive.lattice)
  const cells = Math.round(volume(structure) / volume(primitive))
  out.write(
    [
      structureSentence(structure),
      `${found.symbol} (no. ${found.number}), ${found.crystalSystem.toLowerCase()}, point group ${found.pointGroup}, Pearson ${found.pearson}; ${found.operations.length} operations`,
      `primitive cell: ${primitive.species.length} atom${primitive.species.length === 1 ? '' : 's'}, ${lengths.map(x => x.toFixed(4)).join(' × ')} Å, ${angles
        .map(x => x.toFixed(3))
        .join(' ')} degrees${cells > 1 ? `; the file holds ${cells} of them` : ''}`,
      '',
      '',
    ].join('\n'),
  )
  const f = fractionalPositions(structure)
  const kinds = [...new Set(found.orbits)].map(first => {
    const members = Array.from(found.orbits).filter(orbit => orbit === first).length
    return [
      structure.labels?.[first] ?? structure.species[first],
      structure.species[first],
      `${Math.round((members / cells) * found.centring)}${found.wyckoff[first]}`,
      found.siteSymmetry[first],
      String(members),
      ...[0, 1, 2].map(d => f[3 * first + d].toFixed(5)),
      (structure.occupancy?.[first] ?? 1).toFixed(3),
    ]
  })
  out.write(textTable([['atom', 'element', 'Wyckoff', 'site symmetry', 'atoms', 'x', 'y', 'z', 'filled'], ...kinds]))
  for (const note of notes) out.write(`note: ${note}\n`)
  if (o.json !== undefined && o.json !== '-') out.write(`wrote ${o.json}\n`)
}
