/**
 * Writes mg-mos2.json: energies, forces and stress of CP2K 2023.1 for Mg on a sheet of MoS2, asked over the socket.
 *
 *   node --import tsx --conditions=source test/reference/cp2k/run.ts      (Debian: apt install cp2k cp2k-data; minutes)
 */
import { writeFileSync } from 'node:fs'
import type { Structure } from '../../../src/crystal/structure.ts'
import { ipi } from '../../../src/engine/ipi/index.ts'

const here = new URL('.', import.meta.url).pathname
const command = 'env OMP_NUM_THREADS=1 cp2k.psmp -E NAME={name} -E STRUCTURE={cp2k} -i mg-mos2.inp'

const a = 3.19
const height = (a * Math.sqrt(3)) / 2
const hollow = [a / 2, height / 3]

/** Mg a share s of the way from above Mo to above the hollow of the hexagon. */
const image = (s: number): Structure => ({
  species: ['Mo', 'S', 'S', 'Mg'],
  lattice: Float64Array.of(a, 0, 0, -a / 2, height, 0, 0, 0, 10),
  positions: Float64Array.from([
    0,
    0,
    4,
    0,
    (2 * height) / 3,
    5.56,
    0,
    (2 * height) / 3,
    2.44,
    s * hollow[0],
    s * hollow[1],
    7.5,
  ]),
})

const shares = [0, 0.45, 0.5, 0.55, 1]
const engine = ipi({ command, folder: here, probe: false, report: note => console.log(note) })
try {
  const images = []
  for (const s of shares) {
    const structure = image(s)
    const [{ energy, forces, stress }] = await engine.evaluateAll([structure])
    const plain = (values?: Float64Array) => Array.from(values ?? [])
    const { species, lattice, positions } = structure
    images.push({
      share: s,
      species,
      lattice: plain(lattice),
      positions: plain(positions),
      energy,
      forces: plain(forces),
      stress: plain(stress),
    })
    console.log(s, energy)
  }
  const about = {
    program: 'CP2K 2023.1 (Debian 2023.1-2)',
    input: 'mg-mos2.inp',
    units: { energy: 'eV', forces: 'eV/Å', stress: 'eV/Å³', positions: 'Å' },
  }
  writeFileSync(`${here}mg-mos2.json`, `${JSON.stringify({ ...about, images }, null, 1)}\n`)
} finally {
  await engine.close()
}
