/**
 * Labelled frames in few bytes: FILE… OUT.extxyz.gz. Positions to 1e-5 Å, forces to 1e-4 eV/Å, energies to 1e-4 eV, stresses
 * to 1e-6 eV/Å³: each a hundredth or less of what a fit leaves over. Frames whose largest force exceeds 25 eV/Å are dropped.
 */
import { createReadStream, writeFileSync } from 'node:fs'
import { createGunzip, gzipSync } from 'node:zlib'
import { readFramesAsync } from '../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../src/crystal/formats/extxyz-write.ts'

const mostForce = 25
const [out, ...files] = process.argv.slice(2).reverse()
if (!out?.endsWith('.gz') || files.length === 0) throw new Error('scripts/compact-frames.ts FILE… OUT.extxyz.gz')

const rounded = (values: Float64Array, unit: number) => values.map(value => Math.round(value * unit) / unit + 0)
const pieces: string[] = []
let dropped = 0
for (const file of files.reverse()) {
  const bytes = createReadStream(file)
  const text = (file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes).setEncoding('utf8')
  for await (const frame of readFramesAsync(text as AsyncIterable<string>, file)) {
    const { structure, energy = Number.NaN, forces = new Float64Array(0), stress, info } = frame
    if (Math.max(...forces.map(Math.abs)) > mostForce || !Number.isFinite(energy)) {
      dropped++
      continue
    }
    pieces.push(
      writeFrame({
        structure: {
          species: structure.species,
          lattice: rounded(structure.lattice, 1e6),
          positions: rounded(structure.positions, 1e5),
        },
        energy: Math.round(energy * 1e4) / 1e4,
        forces: rounded(forces, 1e4),
        ...(stress ? { stress: rounded(stress, 1e6) } : {}),
        info: { config: String(info.config ?? '') },
      }),
    )
  }
}
writeFileSync(out, gzipSync(pieces.join(''), { level: 9 }))
console.log(`${out}: ${pieces.length} frames${dropped > 0 ? `, ${dropped} dropped` : ''}`)
