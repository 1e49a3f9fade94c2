import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNetwork } from '../../src/crystal/network.ts'
import { findSites } from '../../src/crystal/sites.ts'
import { withAtoms } from '../../src/crystal/structure.ts'
import { drive } from '../../src/engine/search.ts'
import { chooseArrangements } from '../../src/ladder/choose-arrangements.ts'
import { type FitLatticeOptions, fitLattice, latticeEnergy, latticeTerms } from '../../src/ladder/fit-lattice.ts'
import { hopBarriers } from '../../src/ladder/hop-barriers.ts'
import { hopLaws } from '../../src/ladder/hop-laws.ts'
import { pairRequests, placesAbout, singleRequests, surroundingRequests } from '../../src/ladder/hop-requests.ts'
import { latticeModelOf } from '../../src/ladder/lattice-model.ts'
import { relaxedEnergies } from '../../src/ladder/relaxed-energies.ts'
import { siteGroupOf } from '../../src/lattice/fit/site-group.ts'
import { expandLattice } from '../../src/lattice/model/expand.ts'
import '../crystal/prototypes.ts'
import { bottom, cubicHost, depth, eggBox, pairEnergy, spacing } from './egg-box.ts'

const carriers = ['Li', 'Mg'] as const
const sites = {
  ...findSites(withAtoms(cubicHost, ['Li'], [0, 0, 0]), { carriers: ['Li'] }),
  carriers,
}
const group = siteGroupOf(sites)
const network = findNetwork(sites, { cutoff: 4.1 })
const engineOptions = {
  carriers,
  metals: [bottom.Li + 1.5, bottom.Mg + 1],
  empty: 0,
  formulaUnits: 1,
  exclusion: 1.9,
  cell: false,
  forceTolerance: 1e-4,
}
const fitOptions: FitLatticeOptions = {
  carriers,
  sublattices: ['corner'],
  formulaUnits: 1,
  exclusion: 1.9,
  pairs: 7,
  meanField: [],
  holdOut: 6,
}
const chosen = chooseArrangements(group, {
  ...fitOptions,
  limit: { weights: [1, 2], max: 2 },
  sizes: [
    { cells: 1, count: 'all' },
    { cells: 2, count: 'all' },
    { cells: 3, count: 'all' },
    { cells: 4, count: 24 },
  ],
  draws: 200,
})
const energies = drive(relaxedEnergies(cubicHost, group, chosen.requests, engineOptions), eggBox)
const fitted = fitLattice(group, energies, fitOptions)
const cube = [3, 0, 0, 0, 3, 0, 0, 0, 3]
const H = latticeEnergy(group, fitOptions, fitted.fit.coefficients)

test('arrangements are chosen by size, each once, and end where they began in a host of deep wells', () => {
  const [one, two, three, four] = chosen.sizes
  assert.deepEqual([one.taken, two.supercells, three.supercells], [2, 3, 3])
  assert.ok(four.taken === 24 && four.candidates > 24 && four.lastLeverage! > 0)
  const keys = chosen.requests.map(({ matrix, arrangement }) => `${matrix.join()} ${arrangement}`)
  assert.equal(new Set(keys).size, keys.length)
  assert.ok(energies.every(({ moved, ended, furthest }) => !moved && ended !== undefined && furthest! < 0.2))
})

test('the fit finds the wells and the repulsion of the host that it was given', () => {
  const value = (label: string) => fitted.fit.terms.find(term => term.label === label)!.value
  // ions yield to unlike neighbours: with a slope of 0.03 eV/Å and a curvature of 0.4 eV/Å², by 1 meV at most; what a pair beyond
  // 7 Å adds is under 0.1 meV each
  for (const [k, symbol] of carriers.entries())
    assert.ok(Math.abs(value(`${symbol} corner`) - (bottom[symbol] - engineOptions.metals[k])) < 5e-3)
  for (const [a, b] of [
    ['Li', 'Li'],
    ['Li', 'Mg'],
    ['Mg', 'Mg'],
  ] as const)
    for (const r of [spacing, spacing * Math.SQRT2])
      assert.ok(
        Math.abs(value(`${a} corner–${b} corner ${r.toFixed(3)}`) - pairEnergy(a, b, r)) < 4e-3,
        `${a}–${b} ${r}: ${value(`${a} corner–${b} corner ${r.toFixed(3)}`)} ${pairEnergy(a, b, r)}`,
      )
  assert.ok(fitted.fit.errors.heldOut!.perFormulaUnit < 3e-3)
  assert.equal(fitted.counts.moved, 0)
})

const alone = drive(hopBarriers(cubicHost, group, singleRequests(network, carriers, cube, 3), engineOptions), eggBox)
const about = drive(
  hopBarriers(
    cubicHost,
    group,
    surroundingRequests(group, network.hops[0], carriers, cube, { reach: 4.6, exclusion: 1.9 }),
    engineOptions,
  ),
  eggBox,
)
const laws = hopLaws(group, { alone, about, amounts: [], pairs: [] }, H, {
  carriers,
  formulaUnits: 1,
  reach: 4.6,
})

test('barriers, attempt frequencies and what a neighbour adds are those of the egg box', () => {
  assert.equal(laws.singles.length, 2)
  for (const [k, symbol] of carriers.entries()) {
    const law = laws.singles[k]
    // the saddle is by symmetry half way: A. Images of the ion, 12 Å off, are beyond the repulsion
    assert.ok(Math.abs(law.Ekra - depth[symbol]) < 1e-3, `${symbol} ${law.Ekra}`)
    assert.ok(law.why.includes('first-order'))
    // one mode is lost at the saddle and the others are as before: ν₀ = √(A/2)·(2π/a)/2π√m
    const mass = symbol === 'Li' ? 6.94 : 24.305
    const omega = Math.sqrt((depth[symbol] / 2 / mass) * 9.6485e27) * ((2 * Math.PI) / spacing)
    assert.ok(Math.abs(law.attemptFrequency! / (omega / (2 * Math.PI)) - 1) < 0.02, `${law.attemptFrequency}`)
  }
  // an ion beside the way: E_KRA rises by V at the saddle less the mean of V at both ends, both ions at rest
  const sideways = laws.singles[0].surroundings.find(one => one.carrier === 1 && one.distance < 4.6)!
  const V = (r: number) => pairEnergy('Li', 'Li', r)
  const [x, y, z] = sideways.places[0].slice(1).map(n => n * spacing)
  const [{ to }] = laws.singles[0].movers
  const end = to.slice(1).map(n => n * spacing)
  const r = (p: readonly number[]) => Math.hypot(x - p[0], y - p[1], z - p[2])
  const expected = V(r(end.map(c => c / 2))) - (V(r([0, 0, 0])) + V(r(end))) / 2
  assert.ok(Math.abs(sideways.energy - expected) < 5e-3, `${sideways.energy} ${expected}`)
})

test('places about a hop: all of them once, equal by the operations that keep or turn it', () => {
  const [{ to }] = laws.singles[0].movers
  const { places, distances } = placesAbout(group, [[0, 0, 0, 0], to], 4.6)
  // around the middle of an edge: eight corners beside it at √(2² + 4²) Å; the two ends themselves are left out
  assert.deepEqual(
    places.map((orbit, k) => [orbit.length, Number(distances[k].toFixed(3))]),
    [[8, 4.472]],
  )
})

test('two ions that follow each other are two singles where the first leaves before the second comes', () => {
  const requests = pairRequests(network, carriers, cube, [3.9, 4.1])
  const pairs = drive(hopBarriers(cubicHost, group, requests.slice(0, 3), engineOptions), eggBox)
  const verdicts = hopLaws(group, { alone: [], about: [], amounts: [], pairs }, H, {
    carriers,
    formulaUnits: 1,
    reach: 4.6,
  }).pairs
  // in an egg box both ions at once climb both wells, over a point with two modes downhill: there is no such event
  assert.ok(
    verdicts.length > 0 && verdicts.every(({ event, why }) => !event && why.startsWith('two singles')),
    JSON.stringify(verdicts),
  )
})

test('the model file of all that expands to a lattice with the same energies and a hop for each edge', () => {
  const stamp = { sha256: '0'.repeat(64), engine: 'egg box' }
  const model = latticeModelOf(group, latticeTerms(group, fitOptions).clusters, fitted, laws, {
    name: 'egg box',
    about: '',
    carriers: [
      { symbol: 'Li', charge: 1 },
      { symbol: 'Mg', charge: 2 },
    ],
    sublattices: ['corner'],
    formulaUnits: 1,
    exclusion: 1.9,
    limit: { weights: [1, 2], max: 2 },
    meanField: [],
    inputs: { energies: stamp, barriers: stamp },
    usualFrequency: { value: 1e13, source: 'assumed' },
    insideOf: [],
  })
  const { lattice } = expandLattice(JSON.parse(JSON.stringify(model)))
  assert.equal(lattice.sites.length, 1)
  // three edges a cell, for each carrier
  assert.equal(lattice.events.length, 6)
  for (const event of lattice.events) assert.equal(event.surroundings.length, 8)
  const nearest = lattice.clusters.filter(one => one.places.length === 2 && Number.isFinite(one.energy[0]))
  const sum = (index: number) => nearest.reduce((s, one) => s + one.energy[index], 0)
  // one carrier on every site: sites and all pairs, written to 0.1 meV each
  const full = H(cube, '1'.repeat(27)) / 27
  assert.ok(Math.abs(lattice.siteEnergy[0] + sum(0) - full) < 2e-3)
})
