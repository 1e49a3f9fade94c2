import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import { committeeEngines, disagreement, mostDoubtful, pathCandidates } from '../../src/distil/committee.ts'
import { random } from '../../src/math/random.ts'
import { alloy, basisFor, displaced, madeUp } from '../engine/ace-examples.ts'

const basis = basisFor([alloy(1), alloy(2)])
const potential = madeUp(basis)

test('members that agree do not disagree; of two, the spread is the difference over √2', () => {
  const same = committeeEngines({ potential, committee: [potential.coefficients, potential.coefficients.slice()] })
  const structure = alloy(3)
  assert.deepEqual(disagreement(same, structure), { energy: 0, force: 0 })
  const other = potential.coefficients.map((c, k) => (k % 3 === 0 ? 1.1 * c : c))
  const two = committeeEngines({ potential, committee: [potential.coefficients, other] })
  const [a, b] = two.map(engine => engine.evaluate(structure))
  const found = disagreement(two, structure)
  const n = structure.species.length
  assert.ok(Math.abs(found.energy / (Math.abs(a.energy - b.energy) / Math.SQRT2 / n) - 1) < 1e-6) // from squares: half the digits
  let worst = 0
  for (let i = 0; i < 3 * n; i += 3)
    worst = Math.max(worst, Math.hypot(...[0, 1, 2].map(d => a.forces[i + d] - b.forces[i + d])) / Math.SQRT2)
  assert.ok(Math.abs(found.force / worst - 1) < 1e-6)
  const ranked = mostDoubtful(two, [structure, alloy(4), alloy(5), alloy(6)], 3)
  assert.equal(ranked.length, 3)
  for (let k = 1; k < 3; k++) assert.ok(ranked[k].doubt.force <= ranked[k - 1].doubt.force)
})

test('candidates lie on the straight line by the shortest images, also across the border of the cell', () => {
  const cell = (x: number): Structure => ({
    species: ['Li'],
    lattice: Float64Array.of(10, 0, 0, 0, 10, 0, 0, 0, 10),
    positions: Float64Array.of(x, 1, 1),
  })
  const { normal } = random(1)
  const options = { between: 3, copies: 0, displacement: 0, normal }
  const along = pathCandidates([cell(9.6), cell(0.4)], options).map(({ positions }) => positions[0])
  assert.deepEqual(
    along.map(x => Math.round(1e9 * x) / 1e9),
    [9.6, 9.8, 10, 10.2, 0.4],
  )
  // other atoms, no line between them
  assert.equal(pathCandidates([cell(1), displaced(alloy(1), 0, 1)], options).length, 2)
  assert.equal(pathCandidates([cell(1), cell(2)], { ...options, copies: 2, displacement: 0.1 }).length, 15)
})
