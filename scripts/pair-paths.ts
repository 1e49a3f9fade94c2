/**
 * Ions on their paths through Mo6S8, as the shipped potential relaxes them: scripts/pair-paths.ts SEED DRAWS OUT.extxyz
 *
 * The first ion stands anywhere along the first cell vector, mostly about a window; a second one ahead or behind, in the same
 * row of cavities or the next. The place of each along the row is held, all else relaxes to about 0.03 eV/Å and is then
 * displaced at random by up to 0.02 Å. More than half are pairs of Mg, the rest hosts, lone ions and other pairs, so that their
 * differences are seen too. `teacher/label.py` labels them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { readCif } from '../src/crystal/formats/cif.ts'
import { writeFrame } from '../src/crystal/formats/extxyz-write.ts'
import { toCartesian } from '../src/crystal/lattice.ts'
import { nearestDistance } from '../src/crystal/minimum-image.ts'
import { withAtoms } from '../src/crystal/structure.ts'
import { supercell } from '../src/crystal/supercell.ts'
import { moSLiMg } from '../src/engine/potentials/mo-s-li-mg.ts'
import { drive } from '../src/engine/search.ts'
import { random } from '../src/math/random.ts'
import { relax } from '../src/migration/index.ts'

const [seed, draws, out] = process.argv.slice(2)
const { uniform, normal } = random(Number(seed))
const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform() * list.length)]

const host = readCif(readFileSync(new URL('../potentials/mo-s-li-mg/Mo6S8.cif', import.meta.url), 'utf8'), 'Mo6S8.cif')
const engine = moSLiMg()
/** Three cavities along a row: in a column of their own, and beside one or two columns more. */
const cells = { '3': [3, 0, 0, 0, 1, 0, 0, 0, 1], '6': [3, 0, 0, 1, 1, 1, 0, -1, 1], '6b': [3, 0, 0, 0, 2, 0, 0, 0, 1] }
const names = ['3', '6', '6', '6b'] as const
const sets = ['Mg Mg', 'Mg Mg', 'Mg Mg', 'Mg Mg', 'Mg Mg', 'Mg Mg', 'Mg Mg', 'Mg', 'Mg Li', 'Li Mg', 'Li Li', 'Li', '']
/** Ions that fall together [Å] are left out. */
const closest = 2.2

const frames: string[] = []
for (let number = 0; number < Number(draws); ) {
  const name = pick(names)
  const ions = pick(sets).split(' ').filter(Boolean)
  const bare = supercell(host, cells[name])
  const first = uniform() < 0.6 ? 0.5 + 0.12 * normal() : uniform()
  const step = (uniform() < 0.5 ? -1 : 1) * (0.25 + 1.2 * uniform())
  const row =
    uniform() < 0.2
      ? pick([
          [0, 1, 0],
          [0, 0, 1],
          [0, -1, 0],
        ])
      : [0, 0, 0]
  const places = [[first, 0, 0], row.map((r, d) => r + (d === 0 ? first + step : 0))].slice(0, ions.length)
  const scattered = places.flatMap(f =>
    Array.from(toCartesian(f, host.lattice), (r, d) => (d > 0 ? r + 0.15 * normal() : r)),
  )
  const start = withAtoms(bare, ions, scattered)
  const n = start.species.length
  const fixed = new Uint8Array(3 * n)
  for (let i = bare.species.length; i < n; i++) fixed[3 * i] = 1 // the row runs along x
  const strain = uniform() < 0.3 ? 0.004 * normal() : 0
  const stretched = {
    ...start,
    fixed,
    lattice: start.lattice.map(x => x * (1 + strain)),
    positions: start.positions.map(x => x * (1 + strain)),
  }
  const found = drive(relax(stretched, { forceTolerance: 0.03, maxSteps: 40, maxStep: 0.1 }), engine)
  if (found.largestForce > 0.2) continue
  number++
  const spread = pick([0, 0.005, 0.01, 0.02])
  const positions = found.structure.positions.map(x => x + spread * normal())
  const { species, lattice } = found.structure
  const distance = nearestDistance(found.structure)(positions.slice(-6, -3), positions, positions.length - 3)
  if (ions.length === 2 && distance < closest) continue
  const config = `row${seed}_${String(number - 1).padStart(4, '0')}_c${name}_${ions.join('')}`
  frames.push(writeFrame({ structure: { species, lattice, positions }, info: { config } }))
}
writeFileSync(out, frames.join(''))
