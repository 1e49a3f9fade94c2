import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neighbourList } from '../../src/crystal/neighbours.ts'
import { type Structure, withPositions } from '../../src/crystal/structure.ts'
import { morse } from '../../src/engine/morse.ts'
import { drive } from '../../src/engine/search.ts'
import type { SimulationError } from '../../src/error.ts'
import { assignment } from '../../src/math/assignment.ts'
import { multiply } from '../../src/math/mat3.ts'
import { symmetricEigen } from '../../src/math/symmetric-eigen.ts'
import { barrierOf } from '../../src/migration/barrier.ts'
import { idppPath, straightPath } from '../../src/migration/first-guess.ts'
import { matchAtoms } from '../../src/migration/match.ts'
import { lowestModes } from '../../src/migration/modes.ts'
import { type PathOptions, relaxPath } from '../../src/migration/path.ts'
import { frequencies, partialHessian, vibrationalPrefactor } from '../../src/migration/prefactor.ts'
import { relax } from '../../src/migration/relax.ts'
import { findSaddle } from '../../src/migration/saddle.ts'
import { e, NA } from '../../src/units.ts'

/** Copper-like Morse crystal, fcc, one atom taken out; its neighbour hops into the hole. */
const engine = morse({ cutoff: 6, pairs: { 'Cu-Cu': { depth: 0.34, steepness: 1.36, length: 2.87 } } })
const a = 3.62
const fcc = (cells: number): Structure => {
  const positions: number[] = []
  for (let i = 0; i < cells; i++)
    for (let j = 0; j < cells; j++)
      for (let k = 0; k < cells; k++)
        for (const [x, y, z] of [
          [0, 0, 0],
          [0, 0.5, 0.5],
          [0.5, 0, 0.5],
          [0.5, 0.5, 0],
        ])
          positions.push((i + x) * a, (j + y) * a, (k + z) * a)
  const L = cells * a
  return {
    species: positions.slice(0, positions.length / 3).map(() => 'Cu'),
    lattice: Float64Array.of(L, 0, 0, 0, L, 0, 0, 0, L),
    positions: Float64Array.from(positions),
  }
}
const crystal = fcc(2)
/** Bonds so short that only nearest neighbours feel them: a crystal that is stable against every strain. */
const bonds = morse({ cutoff: 6, pairs: { 'Cu-Cu': { depth: 0.34, steepness: 2.2, length: 2.8 } } })
/** Atom 0 is the hole; atom 1 (now 0) hops from (0, ½, ½) to (0, 0, 0). */
const start = { ...crystal, species: crystal.species.slice(1), positions: crystal.positions.slice(3) }
const final = withPositions(
  start,
  start.positions.map((x, k) => (k < 3 ? 0 : x)),
)
const options: PathOptions = { images: 5, forceTolerance: 0.01 }
const relaxed = [start, final].map(s => drive(relax(s, { forceTolerance: 1e-3 }), engine))
const run = (s: Structure, f: Structure, o: PathOptions = options) => drive(relaxPath(s, f, o), engine)
const known = run(relaxed[0].structure, relaxed[1].structure)
const height = barrierOf(known).forward

test('hop into a vacancy: symmetric, one saddle half way, as high from either side', () => {
  assert.equal(known.outcome, 'converged')
  assert.equal(known.climber, 2)
  const { forward, backward, kineticallyResolved, difference, fitted, minima } = barrierOf(known)
  assert.ok(forward > 0.3 && forward < 2)
  assert.ok(Math.abs(forward - backward) < 1e-4 && Math.abs(difference) < 1e-4)
  assert.ok(Math.abs(kineticallyResolved - (forward + backward) / 2) < 1e-12)
  // the climbing image is the top of the fitted curve: off by force² over curvature
  assert.ok(Math.abs(fitted.forward - forward) < 1e-3)
  assert.equal(minima.length, 0)
})

test('atoms in another order, in other cells of the lattice, and turned with the cell: the same barrier', () => {
  const n = start.species.length
  const order = Array.from({ length: n }, (_, i) => (i * 7 + 3) % n)
  const L = start.lattice[0]
  const shuffled = withPositions(
    start,
    Float64Array.from(
      order.flatMap((i, k) => [0, 1, 2].map(d => relaxed[1].structure.positions[3 * i + d] + L * (((k + d) % 3) - 1))),
    ),
  )
  // the same images to round-off, so the same search
  assert.ok(Math.abs(barrierOf(run(relaxed[0].structure, shuffled)).forward - height) < 1e-6)
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)]
  const Q = multiply([c, s, 0, -s, c, 0, 0, 0, 1], [1, 0, 0, 0, c, s, 0, -s, c])
  const turned = relaxed.map(({ structure }) => {
    const positions = new Float64Array(3 * n)
    for (let i = 0; i < n; i++)
      for (let d = 0; d < 3; d++)
        for (let k = 0; k < 3; k++) positions[3 * i + d] += structure.positions[3 * i + k] * Q[3 * k + d]
    return withPositions(structure, positions, multiply(structure.lattice, Q))
  })
  assert.ok(Math.abs(barrierOf(run(turned[0], turned[1])).forward - height) < 1e-6)
})

test('more images, a string, FIRE, a straight guess: the same saddle', () => {
  const variants: PathOptions[] = [
    { images: 8 },
    { method: 'string' },
    { optimiser: 'fire' },
    { firstGuess: 'straight' },
  ]
  for (const variant of variants) {
    const path = run(relaxed[0].structure, relaxed[1].structure, { ...options, ...variant })
    assert.equal(path.outcome, 'converged', JSON.stringify(variant))
    // force 0.01 over a curvature of some 1 eV/Å², squared: 1e-4 eV
    assert.ok(Math.abs(barrierOf(path).forward - height) < 3e-4, JSON.stringify(variant))
  }
})

test('reversed, the two barriers change places', () => {
  const uneven = withPositions(relaxed[1].structure, relaxed[1].structure.positions.slice())
  const asymmetric = morse({ cutoff: 6, pairs: { 'Cu-Cu': { depth: 0.34, steepness: 1.36, length: 2.87 } } })
  const tilted = {
    ...asymmetric,
    evaluate: (s: Structure) => {
      // a field along y on the atom that hops
      const { energy, forces } = asymmetric.evaluate(s)
      const F = forces.slice()
      F[1] -= 0.05
      return { energy: energy + 0.05 * s.positions[1], forces: F }
    },
  }
  const ends = [relaxed[0].structure, uneven].map(s =>
    drive(relax(s, { forceTolerance: 1e-3, fixed: [40 % 31] }), tilted),
  )
  const both = [ends, ends.toReversed()].map(([x, y]) =>
    barrierOf(drive(relaxPath(x.structure, y.structure, { ...options, fixed: [40 % 31] }), tilted)),
  )
  assert.ok(Math.abs(both[0].forward - both[0].backward) > 0.05)
  assert.ok(Math.abs(both[0].forward - both[1].backward) < 2e-4)
  assert.ok(Math.abs(both[0].backward - both[1].forward) < 2e-4)
})

test('end states are evaluated once, or not at all where they are known', () => {
  let calls = 0
  const counted = {
    ...engine,
    evaluate: (s: Structure) => {
      calls++
      return engine.evaluate(s)
    },
  }
  const fresh = drive(relaxPath(relaxed[0].structure, relaxed[1].structure, options), counted)
  assert.equal(calls, fresh.forceCalls)
  assert.equal(calls, 2 + 3 * (fresh.steps + 1))
  calls = 0
  const ends = [relaxed[0].evaluation, relaxed[1].evaluation] as const
  drive(relaxPath(relaxed[0].structure, relaxed[1].structure, { ...options, ends }), counted)
  assert.equal(calls, 3 * (fresh.steps + 1))
})

test('a straight path through another atom is bent around it', () => {
  // two unlike atoms change places along one line
  const box: Structure = {
    species: ['A', 'B'],
    lattice: Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20),
    positions: Float64Array.of(8, 10, 10, 11, 10, 10),
  }
  const swapped = withPositions(box, Float64Array.of(11, 10, 10, 8, 10, 10))
  const closest = (band: { R: Float64Array; images: number }) =>
    Math.min(
      ...Array.from({ length: band.images }, (_, i) =>
        Math.hypot(...[0, 1, 2].map(d => band.R[6 * i + d] - band.R[6 * i + 3 + d])),
      ),
    )
  assert.ok(closest(straightPath(box, swapped, 7)) < 1e-9)
  assert.ok(closest(idppPath(box, swapped, 7)) > 2)
  // and in the crystal: no atom nearer to another than nine tenths of the nearest in the end states
  const band = idppPath(relaxed[0].structure, relaxed[1].structure, 7)
  for (let i = 0; i < 7; i++) {
    const image = withPositions(start, band.R.slice(i * band.size, (i + 1) * band.size))
    const list = neighbourList(image, 3)
    const nearest = Math.min(...list.distance.subarray(0, list.start[start.species.length]))
    assert.ok(nearest > 2, `image ${i}: ${nearest}`)
  }
})

test('atoms of any order and cell are matched to where they were', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), seed => {
      let state = seed
      const next = () => {
        state = (state * 48271) % 2147483647
        return state / 2147483647
      }
      const n = crystal.species.length
      const order = Array.from({ length: n }, (_, i) => i)
      for (let i = n - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        ;[order[i], order[j]] = [order[j], order[i]]
      }
      const positions = Float64Array.from(
        order.flatMap(i =>
          [0, 1, 2].map(d => crystal.positions[3 * i + d] + 0.8 * (next() - 0.5) + 2 * a * Math.floor(5 * next() - 2)),
        ),
      )
      const matched = matchAtoms(crystal, withPositions(crystal, positions))
      const v = new Float64Array(3)
      for (let i = 0; i < n; i++) {
        for (let d = 0; d < 3; d++) v[d] = matched.positions[3 * i + d] - crystal.positions[3 * i + d]
        assert.ok(Math.hypot(...v) < 0.7) // 0.4·√3: the displacement, not another atom 2.56 Å away
      }
    }),
    { numRuns: 30, seed: 5 },
  )
})

test('the assignment costs no more than any permutation', () => {
  const permutations = (list: number[]): number[][] =>
    list.length <= 1 ? [list] : list.flatMap((x, i) => permutations(list.toSpliced(i, 1)).map(rest => [x, ...rest]))
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 25, maxLength: 25 }), numbers => {
      const cost = Float64Array.from(numbers)
      const total = (columns: ArrayLike<number>) =>
        Array.from(columns).reduce((sum, column, row) => sum + cost[5 * row + column], 0)
      const best = Math.min(...permutations([0, 1, 2, 3, 4]).map(total))
      const found = assignment(cost, 5)
      assert.equal(new Set(found).size, 5)
      assert.equal(total(found), best)
    }),
    { numRuns: 50, seed: 1 },
  )
})

test('lowest modes by Davidson are those of the whole Hessian', () => {
  const top = known.images[known.climber]
  const size = top.positions.length
  const H = drive(partialHessian(top, { atoms: top.species.map((_, i) => i) }), engine)
  symmetricEigen(H, size, new Float64Array(size * size))
  const exact = Array.from({ length: size }, (_, i) => H[i * size + i]).sort((x, y) => x - y)
  const modes = drive(lowestModes(top, { count: 2, tolerance: 0.01 }), engine)
  assert.equal(modes.outcome, 'converged')
  assert.ok(exact[0] < -0.1 && exact[1] > -0.01)
  // an eigenvalue is off by the square of the residual over the gap
  assert.ok(Math.abs(modes.curvatures[0] - exact[0]) < 2e-3)
  assert.ok(modes.forceCalls < 2 * size, `${modes.forceCalls} against ${2 * size}`)
})

test('from near the saddle the dimer finds the climbing image', () => {
  const top = known.images[known.climber]
  const off = withPositions(
    top,
    top.positions.map((x, k) => x + 0.1 * Math.sin(5 * k)),
  )
  const found = drive(findSaddle(off, { forceTolerance: 5e-3 }), engine)
  assert.equal(found.outcome, 'converged')
  assert.ok(Math.abs(found.energy - known.energies[known.climber]) < 2e-4)
})

test('prefactor of springs: the ratio of their frequencies, in 1/s', () => {
  // at the start all springs have kMinimum; at the saddle the first is −kDown, the others kSaddle
  const [kMinimum, kDown, kSaddle, mass] = [5, 2, 3, 24.3]
  const springs = {
    name: 'springs',
    elements: ['*'],
    external: true,
    evaluate: ({ positions: r }: Structure) => {
      const saddle = r[0] > 5
      const forces = new Float64Array(3)
      for (let d = 0; d < 3; d++)
        forces[d] = -(saddle ? (d === 0 ? -kDown : kSaddle) : kMinimum) * (r[d] - (saddle && d === 0 ? 10 : 0))
      return { energy: 0, forces }
    },
  }
  const at = (x: number): Structure => ({
    species: ['X'],
    lattice: Float64Array.of(30, 0, 0, 0, 30, 0, 0, 0, 30),
    positions: Float64Array.of(x, 0, 0),
  })
  const {
    attemptFrequency,
    start: below,
    saddle,
  } = drive(vibrationalPrefactor(at(0), at(10), { atoms: [0], mass: { X: mass } }), springs)
  const nu = (k: number) => Math.sqrt((k * e * 1e20) / ((mass * 1e-3) / NA)) / (2 * Math.PI)
  // central differences of linear forces are exact but for round-off
  assert.ok(Math.abs(attemptFrequency / (nu(kMinimum) ** 3 / nu(kSaddle) ** 2) - 1) < 1e-9)
  assert.ok(Math.abs(below[0] / nu(kMinimum) - 1) < 1e-9 && Math.abs(saddle[0] / -nu(kDown) - 1) < 1e-9)
  assert.ok(Math.abs(frequencies(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [1])[0] / 1.56333e13 - 1) < 1e-5) // 521.47 cm⁻¹
})

test('atoms and cell relax to one energy, whatever strain they start from, with no force and no stress left', () => {
  const energies = [
    [1.1, 0, 0, 0, 1.1, 0, 0, 0, 1.1],
    [1.11, 0.01, 0, 0.01, 1.1, 0, 0, 0.01, 1.1],
  ].map(strain => {
    const lattice = multiply(crystal.lattice, strain)
    const positions = new Float64Array(crystal.positions.length)
    for (let i = 0; i < crystal.species.length; i++)
      for (let d = 0; d < 3; d++)
        for (let k = 0; k < 3; k++)
          positions[3 * i + d] += (crystal.positions[3 * i + k] / (2 * a)) * lattice[3 * k + d]
    const found = drive(
      relax(withPositions(crystal, positions, lattice), { cell: true, forceTolerance: 1e-4, stressTolerance: 1e-6 }),
      bonds,
    )
    assert.equal(found.outcome, 'converged')
    const { forces, stress } = bonds.evaluate(found.structure)
    assert.ok(Math.max(...forces.map(Math.abs)) <= 1e-4 && Math.max(...stress!.map(Math.abs)) <= 1e-6)
    return found.energy
  })
  // stress² V / 2 C is 1e-9 eV
  assert.ok(Math.abs(energies[0] - energies[1]) < 1e-6, `${energies}`)
})

test('coordinates that a structure holds stay, in relaxations and in paths', () => {
  const fixed = Uint8Array.from(start.positions, (_, k) => (k >= 30 || k === 4 ? 1 : 0))
  const [s, f] = [start, final].map(one => drive(relax({ ...one, fixed }, { forceTolerance: 0.01 }), engine))
  const path = run(s.structure, f.structure, { ...options, images: 3 })
  for (const image of [s.structure, ...path.images])
    for (let k = 0; k < fixed.length; k++) if (fixed[k]) assert.equal(image.positions[k], start.positions[k])
  assert.ok(s.structure.positions.some((x, k) => Math.abs(x - start.positions[k]) > 1e-3))
})

test('what cannot be searched is refused, and an engine that answers NaN is a failure of the method', () => {
  const input = (run: () => unknown, pattern: RegExp) =>
    assert.throws(run, (error: SimulationError) => error.code === 'input' && pattern.test(error.message))
  input(() => run(start, crystal), /31 atoms/)
  input(() => run(start, final, { images: 2 }), /images: got 2/)
  input(() => run(start, { ...final, species: final.species.map((s, i) => (i === 4 ? 'Au' : s)) }), /Cu|Au/)
  input(() => run(start, { ...final, lattice: final.lattice.map(x => x * 1.01) }), /cell of the start/)
  input(() => drive(relax(start, { fixed: [99] }), engine), /fixed: got 99/)
  const broken = { ...engine, evaluate: () => ({ energy: Number.NaN, forces: new Float64Array(93) }) }
  assert.throws(
    () => drive(relaxPath(start, final), broken),
    (error: SimulationError) => error.code === 'method',
  )
  const noStress = {
    ...engine,
    evaluate: (s: Structure) => ({ energy: 0, forces: new Float64Array(3 * s.species.length) }),
  }
  input(() => drive(relax(start, { cell: true }), noStress), /stress/)
})
