import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { drive } from '../../src/engine/search.ts'
import { barrierOf } from '../../src/migration/barrier.ts'
import { type Gap, overMinima } from '../../src/migration/partings.ts'
import { type PathOptions, relaxPath } from '../../src/migration/path.ts'
import { relax } from '../../src/migration/relax.ts'
import { relaxRoute } from '../../src/migration/relax-route.ts'
import { extrapolationOf, joined } from '../../src/migration/route.ts'
import { checkSaddle, findSaddle } from '../../src/migration/saddle.ts'
import { coupledDoubleWell, coupledDoubleWellSaddle, leps, muellerBrown } from '../engine/surfaces.ts'

const box = Float64Array.of(50, 0, 0, 0, 50, 0, 0, 0, 50)
const at = (...positions: number[]): Structure => ({
  species: ['A', 'B', 'C'].slice(0, positions.length / 3), // none may change places
  lattice: box,
  positions: Float64Array.from(positions),
  periodic: [false, false, false],
})

/** Curvatures of Müller and Brown's surface reach 4000 and its saddles' are above 100: 1e-4 of force is 1e-6 of length. */
const tight: PathOptions = { images: 9, forceTolerance: 1e-4, maxSteps: 1000, firstGuess: 'straight', maxStep: 0.1 }
const minima = [
  [-0.558224, 1.441726, -146.699517],
  [-0.050011, 0.466694, -80.767818],
  [0.623499, 0.028038, -108.166724],
] as const

test('Müller–Brown: minima by relaxation', () => {
  for (const [x, y, energy] of minima) {
    const found = drive(relax(at(x + 0.05, y - 0.03, 0.01), { forceTolerance: 1e-5, maxStep: 0.05 }), muellerBrown())
    assert.equal(found.outcome, 'converged')
    // six digits of the places are known: half a unit of the last, and curvature 4000/2 times its square is below 1e-8
    assert.ok(Math.hypot(found.structure.positions[0] - x, found.structure.positions[1] - y) < 1e-6)
    assert.ok(Math.abs(found.energy - energy) < 1e-6)
  }
})

const saddles = [
  { from: 1, to: 2, x: 0.212487, y: 0.292988, energy: -72.24894 },
  { from: 0, to: 1, x: -0.822002, y: 0.624313, energy: -40.664844 },
] as const

for (const method of ['neb', 'string'] as const)
  test(`Müller–Brown: both saddles to 1e-5 by ${method}, one image climbing`, () => {
    const engine = muellerBrown()
    for (const { from, to, x, y, energy } of saddles) {
      const [a, b] = [from, to].map(i => at(minima[i][0], minima[i][1], 0))
      const path = drive(relaxPath(a, b, { ...tight, method }), engine)
      assert.equal(path.outcome, 'converged')
      const [X, Y] = path.images[path.climber].positions
      assert.ok(Math.hypot(X - x, Y - y) < 1e-5, `(${X}, ${Y})`)
      assert.ok(Math.abs(path.energies[path.climber] - energy) < 1e-5)
      const check = drive(
        checkSaddle(path.images[path.climber], { forces: path.forces[path.climber], forceTolerance: 1e-4 }),
        engine,
      )
      assert.ok(check.verified && check.negativeModes === 1, check.why)
    }
  })

test('Müller–Brown from the first to the last minimum: parted at the one between, both saddles found', () => {
  const engine = muellerBrown()
  const [a, b] = [0, 2].map(i =>
    drive(relax(at(minima[i][0], minima[i][1], 0), { forceTolerance: 1e-5, maxStep: 0.05 }), engine),
  )
  const route = drive(relaxRoute(a, b, { ...tight, images: 15, forceTolerance: 1e-3 }), engine)
  assert.equal(route.paths.length, 2)
  assert.ok(Math.abs(route.states[1].energy - minima[1][2]) < 1e-5)
  const tops = route.paths.map(path => path.energies[path.climber])
  assert.ok(Math.abs(tops[0] - saddles[1].energy) < 1e-5 && Math.abs(tops[1] - saddles[0].energy) < 1e-5, `${tops}`)
  assert.ok(Math.abs(route.forward - (saddles[1].energy - minima[0][2])) < 2e-5)
  assert.ok(route.saddles.every(one => one?.verified))
})

test('extrapolation is that of the states and the images in the end, not of first guesses; far outside a path ends early', () => {
  const bare = muellerBrown()
  let most = 0
  // higher means further outside: the straight guess crosses higher ground than the path it becomes
  const graded = (scale: number) => ({
    ...bare,
    evaluate: (structure: Structure) => {
      const answer = bare.evaluate(structure)
      const extrapolation = (answer.energy + 150) / scale
      most = Math.max(most, extrapolation)
      return { ...answer, extrapolation }
    },
  })
  const between = (scale: number) => {
    const engine = graded(scale)
    const [a, b] = [0, 1].map(i => drive(relax(at(minima[i][0], minima[i][1], 0), { maxStep: 0.05 }), engine))
    return drive(relaxRoute(a, b, { ...tight, forceTolerance: 1e-3 }), engine)
  }
  const route = between(100)
  assert.equal(route.outcome, 'converged')
  const highest = Math.max(...route.paths.flatMap(path => path.images.map(image => bare.evaluate(image).energy)))
  assert.equal(extrapolationOf(route), (highest + 150) / 100)
  assert.ok(most > extrapolationOf(route)! + 0.01)
  // the saddle's grade is (−40.66 + 150)/20 = 5.5
  const lost = between(20)
  assert.equal(lost.outcome, 'outside the potential')
  assert.ok(lost.saddles[0] === undefined && lost.forceCalls < route.forceCalls)
})

test('LEPS: the collinear saddle to 1e-5, from a rough band along a path with a sharp corner', () => {
  const engine = leps()
  const path = drive(
    relaxPath(at(-4, 0, 0, 0, 0, 0, 0.742, 0, 0), at(-0.742, 0, 0, 0, 0, 0, 4, 0, 0), {
      ...tight,
      images: 11,
      forceTolerance: 0.05,
    }),
    engine,
  )
  assert.equal(path.outcome, 'converged')
  const saddle = drive(findSaddle(path.images[path.climber], { forceTolerance: 1e-5, maxStep: 0.05 }), engine)
  assert.equal(saddle.outcome, 'converged')
  const r = saddle.structure.positions
  const distance = (i: number, j: number) => Math.hypot(...[0, 1, 2].map(d => r[3 * j + d] - r[3 * i + d]))
  // softest curvature at the saddle 0.9 eV/Å², so 1e-5 of force is 1e-5 of length
  assert.ok(Math.abs(distance(0, 1) - 1.149378) < 1e-5 && Math.abs(distance(1, 2) - 0.862469) < 1e-5, `${r}`)
  assert.ok(Math.abs(saddle.energy + 3.176913) < 1e-6)
  const apart = engine.evaluate(at(-10, 0, 0, 0, 0, 0, 0.742, 0, 0)).energy
  assert.ok(Math.abs(saddle.energy - apart - 0.4739) < 1e-4) // four digits are known
})

test('coupled double well: concerted above k = 1, one ahead of the other below, stepwise below 2/3, as the closed form says', () => {
  for (const k of [0.1, 0.3, 0.5, 0.62, 0.72, 0.85, 0.95, 1.05, 1.5, 3]) {
    const engine = coupledDoubleWell(k)
    const known = coupledDoubleWellSaddle(k)
    const [a, b] = [-1, 1].map(x => drive(relax(at(x, 0, 0, x, 0, 0), { forceTolerance: 1e-6 }), engine))
    const route = drive(relaxRoute(a, b, { ...tight, images: 9, forceTolerance: 1e-4, depth: 1e-3 }), engine)
    const found =
      route.paths.length > 1 ? 'stepwise' : asynchronous(route.paths[0]) > 0.05 ? 'asynchronous' : 'concerted'
    assert.equal(found, known.mechanism, `k = ${k}`)
    // force 1e-4 over the softest curvature across the path near the change-over, 0.2: 1e-8 of energy
    assert.ok(Math.abs(route.forward - known.energy) < 1e-5, `k = ${k}: ${route.forward} against ${known.energy}`)
    assert.ok(
      route.saddles.every(one => one?.verified),
      route.saddles.map(one => one?.why).join(),
    )
  }
})

const asynchronous = (path: { images: readonly Structure[]; climber: number }): number => {
  const r = path.images[path.climber].positions
  return Math.abs(r[0] - r[3])
}

/** An engine from U(r) and its slopes by central differences of 1e-5: their error, 1e-10, is far below any tolerance here. */
const surface = (U: (r: Float64Array) => number): Engine => ({
  name: 'surface',
  elements: ['*'],
  external: true,
  evaluate: ({ positions }) => {
    const h = 1e-5
    const slope = (_: number, k: number) => {
      const [up, down] = [h, -h].map(by => U(positions.map((x, i) => (i === k ? x + by : x))))
      return -(up - down) / (2 * h)
    }
    return { energy: U(positions), forces: positions.map(slope) }
  },
})

test('a band at rest in a hollow between two tops that its images miss: more of them find the tops', () => {
  // tops near 0.7 and a hollow at 0, 17 meV deep: too shallow for a state of its own
  const along = (x: number) => 0.25 * (1 + Math.cos((Math.PI * x) / 3)) - 0.1 * Math.exp(-((x / 0.5) ** 2))
  const engine = surface(([x, y, z]) => along(x) + y * y + z * z)
  const top = Math.max(...Array.from({ length: 3001 }, (_, k) => along(k / 1000)))
  const [a, b] = [-3, 3].map(x => drive(relax(at(x, 0, 0), { forceTolerance: 1e-6 }), engine))
  const options = { ...tight, images: 5, forceTolerance: 1e-3 }
  const coarse = drive(relaxPath(a.structure, b.structure, options), engine)
  const hollow = drive(checkSaddle(coarse.images[2], { forces: coarse.forces[2] }), engine)
  assert.equal(hollow.negativeModes, 0)
  const route = drive(relaxRoute(a, b, options), engine)
  // force 1e-3 over the curvature at the tops, 0.4: 2e-6
  assert.ok(Math.abs(route.forward - top) < 1e-5, `${route.forward} against ${top}`)
  assert.ok(route.forward > coarse.energies[2] + 0.004)
  assert.ok(
    route.saddles.every(one => one?.verified),
    route.saddles.map(one => one?.why).join(),
  )
})

test('where one stands in the way of the other, the minima below the images of a band say in which order they move', () => {
  // A rests at x = −4, 0 and 4, with 0.4 between; B at y = 0 and 2, with 0.3 between; on one place they cannot be
  const engine = surface(([xA, yA, zA, xB, yB, zB]) => {
    const apart = (xA - xB) ** 2 + (yA - yB) ** 2 + (zA - zB) ** 2
    const [A, B] = [0.2 * (1 - Math.cos((Math.PI * xA) / 2)), 0.3 * yB ** 2 * (yB - 2) ** 2]
    return A + B + yA ** 2 + zA ** 2 + xB ** 2 + zB ** 2 + 5 * Math.exp(-apart / 0.36)
  })
  const [a, b] = [-4, 4].map(x => drive(relax(at(x, 0, 0, 0, 0, 0), { forceTolerance: 1e-6 }), engine))
  const options = { ...tight, images: 7, forceTolerance: 1e-3 }
  const past = [0, 1, 2, 3, 4, 5, 6].map(k => at((8 * k) / 6 - 4, 0, 0, 0, 1.7 * Math.sin((Math.PI * k) / 6), 0))
  const band = drive(relaxPath(a.structure, b.structure, { ...options, from: past, maxSteps: 1 }), engine)
  const gap: Gap = {
    start: a,
    end: b,
    name: 'past',
    options,
    spent: () => {},
    onwards: (from, to, how) => relaxRoute(from, to, { ...options, ...how }),
  }
  const routes = drive(overMinima(gap, band), engine)!
  const route = joined(routes)
  const places = route.states.map(({ structure: { positions: r } }) => `${Math.round(r[0])} ${Math.round(r[4])}`)
  assert.deepEqual([places[0], places.at(-1)], ['-4 0', '4 0'])
  assert.ok(places.includes('0 2'), places.join(', ')) // B aside while A is where B was
  // one after the other: the higher of the two barriers, from a state as low as the start. What a Gaussian of 0.36 Å²
  // leaves between them at 2 Å and more is 5 exp(−11) = 0.1 meV
  assert.ok(Math.abs(route.forward - 0.4) < 1e-3, `${route.forward}`)
  assert.ok(
    route.saddles.every(one => one?.verified),
    route.saddles.map(one => one?.why).join(),
  )
})

test('the dimer finds the saddle that the climbing image finds', () => {
  const engine = muellerBrown()
  for (const { x, y, energy } of saddles) {
    const found = drive(
      findSaddle(at(x + 0.06, y + 0.05, 0.02), { forceTolerance: 1e-4, maxStep: 0.05, maxSteps: 200 }),
      engine,
    )
    assert.equal(found.outcome, 'converged')
    assert.ok(found.curvature < 0)
    assert.ok(Math.abs(found.energy - energy) < 1e-5, `${found.energy}`)
  }
})

test('the fitted barrier converges with the fourth power of the spacing of images', () => {
  const engine = coupledDoubleWell(3) // through (0, 0), U along the way (s²/2 − 1)²·2 exactly
  // an even number of images: none stands on the saddle
  const errors = [4, 8, 16].map(images => {
    const path = drive(
      relaxPath(at(-1, 0, 0, -1, 0, 0), at(1, 0, 0, 1, 0, 0), { ...tight, images, climb: false, forceTolerance: 1e-6 }),
      engine,
    )
    return Math.abs(barrierOf(path).fitted.forward - 2)
  })
  const orders = [
    Math.log2(errors[0] / errors[1]) / Math.log2(7 / 3),
    Math.log2(errors[1] / errors[2]) / Math.log2(15 / 7),
  ]
  for (const order of orders) assert.ok(order > 3.5 && order < 4.5, `${orders}, errors ${errors}`)
})
