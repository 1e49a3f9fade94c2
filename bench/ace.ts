/**
 * The shipped potential, with its four-body terms and without: µs of CPU an atom and call from 14 to about 3,000 atoms of
 * Mo6S8 with a Mg in every cell. Asked: at most 150 µs with four-body terms and 60 without, and a cost linear in the atoms.
 */
import { withAtoms, withPositions } from '../src/crystal/structure.ts'
import { supercell } from '../src/crystal/supercell.ts'
import { type AcePotential, aceEngine } from '../src/engine/ace/index.ts'
import { moSLiMgPotential } from '../src/engine/potentials/mo-s-li-mg.ts'
import { cpuOf, printTable, spreadOf } from './measure.ts'
import { mo6s8 } from './mo6s8.ts'

const full = moSLiMgPotential()
const lean: AcePotential = { ...full, coefficients: full.coefficients.slice() }
let offset = 0
for (const { blocks, count } of lean.basis.terms) {
  for (let t = 0; t < count; t++) if (blocks[3 * t + 2] >= 0) lean.coefficients[offset + 1 + t] = 0
  offset += 1 + count
}
const { grade: _grade, ...gradeless } = full
const engines = {
  'with four-body terms': aceEngine(full),
  'without the grade': aceEngine(gradeless),
  'three-body terms only, without the grade': aceEngine({ ...gradeless, coefficients: lean.coefficients }),
}
const cell = withAtoms(mo6s8(), ['Mg'], [0.6, 0.1, -0.5])
const sizes = [1, 2, 3, 4, 6].map(n => supercell(cell, [n, n, n]))
const cost = sizes.map(structure => {
  const n = structure.species.length
  // off their places, as in any search
  const shaken = withPositions(
    structure,
    structure.positions.map((x, k) => x + 0.05 * Math.sin(12.9898 * k)),
  )
  return Object.values(engines).map(engine => {
    const calls = Math.max(1, Math.round(600 / n))
    const times = cpuOf(
      () => {
        for (let k = 0; k < calls; k++) engine.evaluate(shaken)
      },
      { warm: 5, repeats: 10 },
    )
    return (1e3 * spreadOf(times).min) / calls / n
  })
})
printTable(
  'Energy, forces and stress [µs an atom, least of ten]',
  ['atoms', ...Object.keys(engines)],
  sizes.map(({ species }, k) => [String(species.length), ...cost[k].map(us => us.toFixed(1))]),
)
const slope = (k: number) => {
  const [a, b] = [1, sizes.length - 1]
  return 1 + Math.log(cost[b][k] / cost[a][k]) / Math.log(sizes[b].species.length / sizes[a].species.length)
}
console.log(
  `cost ∝ atoms^p, p = ${Object.keys(engines)
    .map((_, k) => slope(k).toFixed(2))
    .join(', ')} (from ${sizes[1].species.length} to ${sizes[sizes.length - 1].species.length} atoms)`,
)
