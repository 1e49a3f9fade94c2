import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withPositions } from '../../src/crystal/structure.ts'
import { designer } from '../../src/distil/design.ts'
import { type Distilled, distil } from '../../src/distil/distil.ts'
import { groupOf, type Labelled, labelled } from '../../src/distil/labelled.ts'
import { addEquations, addRows, normalEquations, residualSquares } from '../../src/distil/normal-equations.ts'
import { holdOut, type Recipe, recipeFrom, scatter, usualRecipe } from '../../src/distil/recipe.ts'
import { rowWeights } from '../../src/distil/weights.ts'
import { aceEngine } from '../../src/engine/ace/engine.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { morse } from '../../src/engine/morse.ts'
import { alloy, basisFor, madeUp, rough, smallSize } from '../engine/ace-examples.ts'

const labelledBy = (engine: Engine, seed: number, label: string): Labelled => {
  const structure = alloy(seed)
  const { energy, forces, stress } = engine.evaluate(structure)
  return { structure, energy, forces, ...(stress ? { stress } : {}), label }
}

const recipe: Recipe = {
  ...usualRecipe,
  size: smallSize,
  folds: 2,
  priors: [{ strength: 1e-12, power: 2 }],
  heldOutEvery: 0,
  heldOut: [{ kind: 'unseen', match: '^test' }],
}

const seeds = Array.from({ length: 30 }, (_, k) => 10 + k)
const isTest = (k: number) => k % 5 === 4
// of the frames trained on alone, so that the fit chooses the same radial functions
const basis = basisFor(seeds.filter((_, k) => !isTest(k)).map(seed => alloy(seed)))
const soft = { strength: 0, range: new Array<number>(9).fill(0) }
const truth = aceEngine({ ...madeUp(basis), repulsion: soft })
const exact = seeds.map((seed, k) => labelledBy(truth, seed, `${isTest(k) ? 'test' : 'train'}${k}`))

test('the columns of a design, summed with coefficients, are the energy, forces and virial of the engine', () => {
  const potential = madeUp(basis)
  const found = aceEngine({ ...potential, repulsion: soft }).evaluate(exact[0].structure)
  const { rows, active, columns } = designer(basis)(exact[0].structure)
  const sums = new Float64Array(rows)
  active.forEach((coefficient, c) => {
    for (let r = 0; r < rows; r++) sums[r] += potential.coefficients[coefficient] * columns[c * rows + r]
  })
  const V = Math.abs(found.stress![0]) > 0 ? sums[rows - 6] / found.stress![0] : Number.NaN
  const expected = [found.energy, ...found.forces, ...[0, 4, 8, 5, 2, 1].map(k => V * found.stress![k])]
  const scale = Math.max(...expected.map(Math.abs))
  const worst = Math.max(...expected.map((value, r) => Math.abs(value - sums[r]))) / scale
  assert.ok(worst < 1e-12, `${worst}`)
})

const again: Distilled = distil(exact, recipe)

test('a fit finds the potential that made the data, on structures it never saw', () => {
  const { unseen, trained } = again.errors
  assert.equal(unseen.frames, 6)
  assert.ok(unseen.forceSize > 0.5, 'forces of a size')
  // prior of 1e-12 in the normal equations, whose condition number squares that of the data
  assert.ok(unseen.force < 1e-4 * unseen.forceSize, `${unseen.force}`)
  assert.ok(unseen.energy < 1e-4 && trained.energy < 1e-5, `${unseen.energy}`)
  assert.ok(unseen.stress < 1e-5, `${unseen.stress}`)
})

test('the order in which frames come, and parts added up, change nothing but round-off', () => {
  const design = designer(basis)
  const add = (frames: readonly Labelled[]) => {
    const equations = normalEquations(basis.terms.reduce((sum, { count }) => sum + count + 1, 0))
    for (const frame of frames) {
      const target = Float64Array.from([frame.energy, ...frame.forces, 0, 0, 0, 0, 0, 0])
      addRows(equations, design(frame.structure), target, rowWeights({ ...frame, forces: frame.forces }, recipe.noise))
    }
    return equations
  }
  const frames = exact.slice(0, 8)
  const whole = add(frames)
  const parts = add(frames.slice(5).reverse())
  addEquations(parts, add(frames.slice(0, 5)), 1)
  const scale = Math.max(...whole.matrix.map(Math.abs))
  let worst = 0
  whole.matrix.forEach((value, k) => {
    worst = Math.max(worst, Math.abs(value - parts.matrix[k]))
  })
  assert.ok(worst < 1e-13 * scale, `${worst / scale}`)
  assert.equal(parts.rows, whole.rows)
  // squares of the residual from the equations equal those row by row
  const c = Float64Array.from({ length: whole.size }, (_, k) => 1e-2 * Math.sin(k))
  let direct = 0
  for (const frame of frames) {
    const { rows, active, columns } = design(frame.structure)
    const weights = rowWeights(frame, recipe.noise)
    const target = [frame.energy, ...frame.forces, 0, 0, 0, 0, 0, 0]
    for (let r = 0; r < rows; r++) {
      let sum = -target[r]
      active.forEach((k, at) => {
        sum += c[k] * columns[at * rows + r]
      })
      direct += (weights[r] * sum) ** 2
    }
  }
  assert.ok(Math.abs(residualSquares(whole, c) / direct - 1) < 1e-9)
})

test('another law of forces is approached as the basis grows, and the prior is chosen by frames left out', () => {
  const bond = { depth: 0.6, steepness: 1.4, length: 2.7 }
  const pairs = Object.fromEntries(['Mo-Mo', 'Mo-S', 'Li-Mo', 'S-S', 'Li-S', 'Li-Li'].map(pair => [pair, bond]))
  const engine = morse({ pairs, cutoff: 4.2 })
  const frames = Array.from({ length: 48 }, (_, k) => labelledBy(engine, 100 + k, `${k % 4 === 3 ? 'test' : 'a'}${k}`))
  const errors = [3, 9].map(radial => {
    const size = {
      ...smallSize,
      primitives: { ...smallSize.primitives, count: 9 },
      radial: [radial, 1],
      rare: [radial, 1],
      three: 1,
    }
    const { four: _four, ...pairsOnly } = size
    return distil(frames, {
      ...recipe,
      size: pairsOnly,
      priors: [1e-2, 1e-5, 1e-8].map(strength => ({ strength, power: 2 })),
    })
  })
  const [coarse, fine] = errors.map(({ errors: { unseen } }) => unseen.force / unseen.forceSize)
  assert.ok(fine < coarse / 2 && fine < 0.2, `${coarse} → ${fine}`)
  const { trials, prior } = errors[1].fit
  assert.equal(trials.length, 3)
  assert.equal(prior.strength, trials.toSorted((a, b) => a.error - b.error)[0].prior.strength)
})

test('the extrapolation grade is at most 1 in training, near it on the like, and grows outside', () => {
  const { potential } = again
  const engine = aceEngine(potential)
  const trained = exact.filter(({ label }) => label.startsWith('train'))
  const grades = trained.map(({ structure }) => engine.evaluate(structure).extrapolation!)
  // the farthest atom of the training has grade 1 by definition
  assert.ok(Math.abs(Math.max(...grades) - 1) < 1e-9, `${Math.max(...grades)}`)
  const squeezed = [1, 0.9, 0.8, 0.7].map(factor => {
    const { structure } = trained[0]
    const lattice = structure.lattice.map(x => factor * x)
    return engine.evaluate(
      withPositions(
        structure,
        structure.positions.map(x => factor * x),
        lattice,
      ),
    ).extrapolation!
  })
  for (let k = 1; k < squeezed.length; k++) assert.ok(squeezed[k] > squeezed[k - 1], squeezed.join(', '))
  assert.ok(squeezed[3] > 2, squeezed.join(', '))
  const torn = engine.evaluate({
    species: ['Mo', 'S'],
    lattice: Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20),
    positions: Float64Array.of(0, 0, 0, 2.4, 0, 0),
  })
  assert.ok(torn.extrapolation! > 1, `${torn.extrapolation}`)
})

test('steps of one relaxation and images of one band are one group', () => {
  for (const [label, group] of [
    ['pair_MgLi_0.1,0.4_s12', 'pair_MgLi_0.1,0.4'],
    ['LMconc4A_i2_s0', 'LMconc4A'],
    ['LMconc4A_end16', 'LMconc4A'],
    ['md_300K_LiMg', 'md_300K_LiMg'],
    ['', ''],
  ])
    assert.equal(groupOf(label), group)
  const kind = holdOut({ ...usualRecipe, heldOut: [{ kind: 'window', match: '_0\\.5' }], heldOutEvery: 0 })
  assert.equal(kind('lone_Mg_0.5', 'lone_Mg_0.5'), 'window')
  assert.equal(kind('lone_Mg_0.4', 'lone_Mg_0.4'), undefined)
  // an eighth of many groups, within four standard deviations of a binomial
  const random = rough(4)
  const labels = Array.from({ length: 2000 }, () => `run_${random()}`)
  const share = labels.filter(label => scatter(label, 'held out') % 8 === 0).length
  assert.ok(Math.abs(share - 250) < 4 * Math.sqrt(2000 * 0.125 * 0.875), `${share}`)
})

test('recipes and data that cannot be used are refused by name', () => {
  for (const [fields, message] of [
    [{ cutoff: 5 }, /cutoff.*allowed.*size/],
    [{ folds: 1 }, /folds: got 1/],
    [{ size: { ...usualRecipe.size, rare: [1] } }, /size\.rare/],
    [[], /an object/],
    [JSON.parse('{ "__proto__": { "folds": 3 } }'), /__proto__.*allowed: name/],
    [{ specis: ['Mo'] }, /recipe\.json: specis.*did you mean "species"/],
    [{ species: 'Mo' }, /species: got "Mo", allowed: a list/],
    [{ species: [5] }, /species\[0\]: got 5/],
    [{ size: 5 }, /size: got 5, allowed: an object with primitives/],
    [{ size: {} }, /size\.primitives: got "nothing"/],
    [{ size: { ...usualRecipe.size, radal: [1] } }, /size\.radal.*did you mean "radial"/],
    [{ size: { ...usualRecipe.size, radial: ['2'], rare: [1] } }, /size\.radial\[0\]: got "2"/],
    [
      { size: { ...usualRecipe.size, radial: [-2], rare: [1] } },
      /size\.radial\[0\]: got -2, allowed: a whole number, 0/,
    ],
    [
      { size: { ...usualRecipe.size, primitives: { cutoff: 4, bond: 2.4, count: 1e9 } } },
      /primitives\.count: got 1000000000/,
    ],
    [{ size: { ...usualRecipe.size, primitives: { cutoff: Number.NaN, bond: 2.4, count: 4 } } }, /cutoff: got NaN/],
    [{ size: { ...usualRecipe.size, four: { degree: 99, angular: 9, radial: 9 } } }, /four\.degree: got 99/],
    [{ noise: { energy: 0 } }, /noise\.energy: got 0, allowed: two numbers/],
    [{ noise: { ...usualRecipe.noise, force: [0, 0.1] } }, /noise\.force\[0\]: got 0, allowed: a number > 0/],
    [{ priors: 5 }, /priors: got 5/],
    [{ priors: [] }, /priors: got "an empty list"/],
    [{ priors: [{ strength: 0, power: 2 }] }, /priors\[0\]\.strength: got 0/],
    [{ heldOut: [{ kind: 'a', match: '(' }] }, /heldOut\[0\]\.match: got "\(", allowed: a regular expression/],
    [{ heldOutEvery: 1 }, /heldOutEvery: got 1.*nothing to train on/],
    [{ differences: [{ name: 'x', from: 'a' }] }, /differences\[0\]\.to.*missing/],
    [{ repulsion: { strength: -1, share: 0.5 } }, /repulsion\.strength: got -1/],
    [{ card: 5 }, /card: got 5/],
  ] as const)
    assert.throws(() => recipeFrom(fields, 'recipe.json'), message)
  const { structure } = exact[0]
  const atoms = structure.species.length
  const label = (frame: object) => labelled({ structure, info: {}, columns: {}, ...frame }, 'data.xyz frame 3')
  assert.throws(() => label({ forces: new Float64Array(3 * atoms) }), /frame 3: energy: got "nothing"/)
  assert.throws(() => label({ energy: -1 }), /frame 3: forces: got "nothing"/)
  for (const wrong of [Number.NaN, 1e300])
    assert.throws(
      () => label({ energy: -1, forces: new Float64Array(3 * atoms).fill(wrong, 4) }),
      /frame 3: force on atom 2: got (NaN|1e\+300)/,
    )
  assert.throws(() => distil(exact.slice(0, 1), recipe), /at least 2/)
  assert.throws(() => distil(exact, { ...recipe, species: ['Mo', 'S'] }), /Li.*the elements of the recipe/)
})
