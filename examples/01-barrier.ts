/** Mg moves from one cavity of Mo6S8 to the next: the path, its barrier and the figure. */
import { readFile, writeFile } from 'node:fs/promises'
import { readStructure, supercell, toCartesian, withAtoms } from 'dualion/crystal'
import { drive } from 'dualion/engine'
import { moSLiMg } from 'dualion/engine/potentials/mo-s-li-mg'
import { barrierOf, fittedProfile, relax, relaxPath } from 'dualion/migration'
import { energyProfile } from 'dualion/plot'

const cif = new URL('../src/hosts/crystals/mo6s8.cif', import.meta.url)
const cell = readStructure(await readFile(cif, 'utf8'), { name: 'mo6s8.cif' })
const engine = moSLiMg() // eV, Å; made from SevenNet-0, see its card

const host = drive(relax(supercell(cell, [3, 0, 0, 1, 1, 1, 0, -1, 1]), { forceTolerance: 0.02 }), engine).structure
const [start, end] = [
  [0.107, -0.056, -0.045],
  [0.893, 0.056, 0.045],
].map(site => drive(relax(withAtoms(host, ['Mg'], toCartesian(site, cell.lattice)), {}), engine).structure)

const path = drive(relaxPath(start, end, { images: 7, climb: true, forceTolerance: 0.05 }), engine)
const { forward, saddleImage } = barrierOf(path)
console.log(`${path.outcome}: barrier ${forward.toFixed(3)} eV, image ${saddleImage} of 0 … ${path.images.length - 1}`)

const above = (energies: Float64Array) => energies.map(e => e - path.energies[0])
const { s, energy } = fittedProfile(path)
await writeFile(
  'barrier.svg',
  energyProfile([{ label: 'Mg', s: path.s, energy: above(path.energies), fitted: { s, energy: above(energy) } }], {
    title: 'Mg between two cavities of Mo6S8',
  }),
)
