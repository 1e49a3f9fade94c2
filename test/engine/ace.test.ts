import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEngine, failures } from '../../src/conformance/index.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { type AceBasis, blocksOf, radialOf } from '../../src/engine/ace/basis.ts'
import { coupling } from '../../src/engine/ace/coupling.ts'
import { aceEngine } from '../../src/engine/ace/engine.ts'
import { harmonicCount, realHarmonics } from '../../src/engine/ace/harmonics.ts'
import { fromPotentialFile, toPotentialFile } from '../../src/engine/ace/potential-file.ts'
import { primitives } from '../../src/engine/ace/radial.ts'
import { SimulationError } from '../../src/error.ts'
import { alloy, basisFor, displaced, madeUp, rough } from './ace-examples.ts'

const degree = 5
const harmonics = realHarmonics(degree)
const at = (u: readonly number[]) => {
  const values = new Float64Array(harmonicCount(degree))
  const slopes = new Float64Array(3 * harmonicCount(degree))
  harmonics(u[0], u[1], u[2], values, slopes)
  return { values, slopes }
}
const unit = (random: () => number): number[] => {
  const v = [random(), random(), random()]
  const length = Math.hypot(...v)
  return v.map(x => x / length)
}
const legendre = (l: number, z: number): number => {
  let [before, p] = [0, 1]
  for (let k = 1; k <= l; k++) [before, p] = [p, ((2 * k - 1) * z * p - (k - 1) * before) / k]
  return p
}

test('harmonics obey the addition theorem Σ_m C_lm(u) C_lm(v) = P_l(u·v), and so are complete and normalised', () => {
  const random = rough(1)
  for (let k = 0; k < 20; k++) {
    const [u, v] = [unit(random), unit(random)]
    const [a, b] = [at(u).values, at(v).values]
    const cosine = u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
    for (let l = 0; l <= degree; l++) {
      let sum = 0
      for (let c = l * l; c < (l + 1) * (l + 1); c++) sum += a[c] * b[c]
      assert.ok(Math.abs(sum - legendre(l, cosine)) < 1e-13, `l = ${l}: ${sum - legendre(l, cosine)}`) // round-off of ten products
    }
  }
})

test('slopes of harmonics are those of their values', () => {
  const u = unit(rough(2))
  const { slopes } = at(u)
  const h = 1e-5 // error h² times a third derivative of order l³ ~ 1e-8
  for (let d = 0; d < 3; d++) {
    const up = at(u.map((x, k) => (k === d ? x + h : x))).values
    const down = at(u.map((x, k) => (k === d ? x - h : x))).values
    for (let c = 0; c < up.length; c++)
      assert.ok(Math.abs((up[c] - down[c]) / (2 * h) - slopes[3 * c + d]) < 1e-7, `component ${d} of ${c}`)
  }
})

/** Turns and mirrors: an orthogonal matrix from Gram–Schmidt, of determinant −1 for odd k. */
const orthogonal = (random: () => number, mirror: boolean): number[][] => {
  const a = unit(random)
  const raw = unit(random)
  const dot = a[0] * raw[0] + a[1] * raw[1] + a[2] * raw[2]
  const b = raw.map((x, d) => x - dot * a[d])
  const size = Math.hypot(...b)
  const e = b.map(x => x / size)
  const c = [0, 1, 2].map(d => a[(d + 1) % 3] * e[(d + 2) % 3] - a[(d + 2) % 3] * e[(d + 1) % 3])
  return [a, e, mirror ? c.map(x => -x) : c]
}

test('couplings of three harmonics do not turn with the axes and do not change in a mirror', () => {
  const random = rough(3)
  for (const [l1, l2, l3] of [
    [0, 0, 0],
    [0, 2, 2],
    [1, 1, 2],
    [1, 2, 3],
    [2, 2, 2],
    [2, 3, 3],
    [1, 3, 4],
  ]) {
    const { m1, m2, m3, weight } = coupling(l1, l2, l3)
    const value = (vectors: readonly (readonly number[])[]) => {
      const [a, b, c] = vectors.map(v => at(v).values)
      let sum = 0
      for (let t = 0; t < weight.length; t++)
        sum += weight[t] * a[l1 * l1 + m1[t]] * b[l2 * l2 + m2[t]] * c[l3 * l3 + m3[t]]
      return sum
    }
    const vectors = [unit(random), unit(random), unit(random)]
    const here = value(vectors)
    assert.ok(Math.abs(here) > 1e-4, 'not 0 = 0')
    for (let k = 0; k < 4; k++) {
      const Q = orthogonal(random, k % 2 === 1)
      const turned = vectors.map(v => Q.map(row => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]))
      assert.ok(Math.abs(value(turned) - here) < 1e-13, `${l1} ${l2} ${l3}: ${value(turned) - here}`)
    }
  }
  assert.throws(() => coupling(1, 1, 1), /no even invariant/)
})

test('radial functions and their slopes go to zero at the cutoff and fit each other', () => {
  const functions = primitives({ cutoff: 5, bond: 2.4, count: 8 })
  const [g, dg, up, down, spare] = Array.from({ length: 5 }, () => new Float64Array(8))
  functions(4.9999, g, dg)
  // f_c falls as (1 − r²/r_c²)²: (4e-5)² and its slope
  assert.ok(Math.max(...g.map(Math.abs)) < 1e-8 && Math.max(...dg.map(Math.abs)) < 1e-3)
  for (const r of [0.3, 1.7, 2.4, 4.4]) {
    functions(r, g, dg)
    functions(r + 1e-5, up, spare)
    functions(r - 1e-5, down, spare)
    for (let k = 0; k < 8; k++) assert.ok(Math.abs((up[k] - down[k]) / 2e-5 - dg[k]) < 1e-6, `g_${k}(${r})`)
  }
})

const structure = alloy(1)
const basis = basisFor([structure, alloy(2)])
const potential = madeUp(basis)
const engine = aceEngine(potential)

test('the made-up potential has terms of all bodies on every kind', () => {
  for (const { blocks, count } of basis.terms) {
    const bodies = Array.from({ length: count }, (_, t) => [0, 1, 2].filter(k => blocks[3 * t + k] >= 0).length)
    assert.deepEqual([...new Set(bodies)].sort(), [1, 2, 3])
  }
})

test('a linear expansion conforms: forces, stress, turns, mirrors, order, supercells', () => {
  assert.deepEqual(failures(checkEngine(engine, structure)), [])
})

/** The plain twin: sums over all pairs of images within a box, harmonics of three-body terms by Legendre's polynomials. */
const energyNaive = (s: Structure, of: AceBasis, coefficients: Float64Array): number => {
  const { cutoff, count: K } = of.primitives
  const functions = primitives(of.primitives)
  const g = new Float64Array(K)
  const spare = new Float64Array(K)
  const n = s.species.length
  let energy = 0
  let offset = 0
  const starts = of.terms.map(terms => {
    const start = offset
    offset += 1 + terms.count
    return start
  })
  for (let i = 0; i < n; i++) {
    const centre = of.species.indexOf(s.species[i])
    const around: { kind: number; r: number; u: number[] }[] = []
    for (let j = 0; j < n; j++)
      for (let a = -2; a <= 2; a++)
        for (let b = -2; b <= 2; b++)
          for (let c = -3; c <= 3; c++) {
            const d = [0, 1, 2].map(
              k =>
                s.positions[3 * j + k] -
                s.positions[3 * i + k] +
                a * s.lattice[k] +
                b * s.lattice[3 + k] +
                c * s.lattice[6 + k],
            )
            const r = Math.hypot(...d)
            if (r > 1e-9 && r < cutoff) around.push({ kind: of.species.indexOf(s.species[j]), r, u: d.map(x => x / r) })
          }
    const blocks = blocksOf(of, centre)
    const radial = (block: number, neighbour: (typeof around)[number]): number => {
      const { kind, l, n: index } = blocks[block]
      if (kind !== neighbour.kind) return 0
      functions(neighbour.r, g, spare)
      const W = radialOf(of, centre, kind, l)
      let sum = 0
      for (let k = 0; k < K; k++) sum += W[index * K + k] * g[k]
      return sum
    }
    energy += coefficients[starts[centre]]
    const { blocks: list, count } = of.terms[centre]
    for (let t = 0; t < count; t++) {
      const c = coefficients[starts[centre] + 1 + t]
      const [p, q, r] = [list[3 * t], list[3 * t + 1], list[3 * t + 2]]
      let value = 0
      if (q < 0) for (const one of around) value += radial(p, one)
      else if (r < 0)
        for (const one of around)
          for (const two of around) {
            const cosine = one.u[0] * two.u[0] + one.u[1] * two.u[1] + one.u[2] * two.u[2]
            value += radial(p, one) * radial(q, two) * legendre(blocks[p].l, cosine)
          }
      else {
        const [l1, l2, l3] = [p, q, r].map(block => blocks[block].l)
        const { m1, m2, m3, weight } = coupling(l1, l2, l3)
        const density = [p, q, r].map(block => {
          const A = new Float64Array(2 * blocks[block].l + 1)
          for (const one of around) {
            const Y = at(one.u).values
            for (let m = 0; m < A.length; m++) A[m] += radial(block, one) * Y[blocks[block].l ** 2 + m]
          }
          return A
        })
        for (let k = 0; k < weight.length; k++)
          value += weight[k] * density[0][m1[k]] * density[1][m2[k]] * density[2][m3[k]]
      }
      energy += c * value
    }
  }
  return energy
}

test('the engine equals the sums written out', () => {
  const soft = { ...potential, repulsion: { strength: 0, range: potential.repulsion.range } }
  const expected = energyNaive(structure, basis, potential.coefficients)
  const { energy } = aceEngine(soft).evaluate(structure)
  assert.ok(Math.abs(expected) > 1)
  assert.ok(Math.abs(energy - expected) < 1e-11 * Math.abs(expected), `${energy - expected}`) // 1e4 terms of either sign
})

test('kinds that are absent cost nothing and change nothing', () => {
  const host: Structure = { ...structure, species: structure.species.map(symbol => (symbol === 'Li' ? 'S' : symbol)) }
  const without = basis.terms.map(({ blocks, count }, s) => {
    const li = basis.species.indexOf('Li')
    const known = blocksOf(basis, s)
    return Array.from({ length: count }, (_, t) =>
      [0, 1, 2].some(k => blocks[3 * t + k] >= 0 && known[blocks[3 * t + k]].kind === li),
    )
  })
  let offset = 0
  const coefficients = potential.coefficients.slice()
  for (const guests of without) {
    guests.forEach((guest, t) => {
      if (guest) coefficients[offset + 1 + t] = 1e6
    })
    offset += 1 + guests.length
  }
  assert.equal(aceEngine({ ...potential, coefficients }).evaluate(host).energy, engine.evaluate(host).energy)
})

test('hard cores keep atoms apart: energy and force rise without bound as two of them meet', () => {
  const close = (r: number): Structure => ({
    species: ['Li', 'Li'],
    lattice: Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20),
    positions: Float64Array.of(0, 0, 0, r, 0, 0),
  })
  const energies = [1.0, 0.5, 0.25, 0.125].map(r => engine.evaluate(close(r)).energy)
  for (let k = 1; k < energies.length; k++) assert.ok(energies[k] > energies[k - 1] + 10, energies.join(', '))
  assert.deepEqual(failures(checkEngine(engine, close(2.2), { repeats: false })), [])
})

test('a potential written and read again gives the same energies', () => {
  const content = JSON.parse(JSON.stringify(toPotentialFile(potential, { teacher: 'none' })))
  const again = aceEngine(fromPotentialFile(content, 'file'))
  for (const seed of [3, 4]) {
    const s = alloy(seed)
    const [a, b] = [engine.evaluate(s), again.evaluate(s)]
    // coefficients are written with twelve figures
    assert.ok(Math.abs(a.energy - b.energy) < 1e-9 * Math.abs(a.energy))
    const worst = Math.max(...a.forces.map((f, k) => Math.abs(f - b.forces[k])))
    assert.ok(worst < 1e-8, `${worst}`)
  }
})

test('what is no potential, or an element it does not know, is refused by name', () => {
  const file = toPotentialFile(potential, {})
  for (const [broken, message] of [
    [{ ...file, format: 'other' }, /file: format/],
    [{ ...file, formatVersion: 9 }, /formatVersion/],
    [{ ...file, coefficients: file.coefficients.slice(1) }, /coefficients: got \d+, allowed: \d+ entries/],
    [{ ...file, coefficients: file.coefficients.map((c, k) => (k === 3 ? Number.NaN : c)) }, /coefficients\[3\]/],
  ] as const)
    assert.throws(
      () => fromPotentialFile(broken, 'file'),
      (e: unknown) => e instanceof SimulationError && message.test(e.message),
    )
  assert.throws(() => engine.evaluate({ ...structure, species: structure.species.map(() => 'Na') }), /Na.*allowed.*Mo/)
})

test('displacing atoms changes the energy as the forces say, to second order', () => {
  // a guard of its own against a wrong sign that the conformance suite would share with the engine
  const moved = displaced(structure, 1e-3, 5)
  const [a, b] = [engine.evaluate(structure), engine.evaluate(moved)]
  let work = 0
  moved.positions.forEach((x, k) => {
    work -= 0.5 * (a.forces[k] + b.forces[k]) * (x - structure.positions[k])
  })
  assert.ok(Math.abs(work) > 1e-6)
  assert.ok(Math.abs(b.energy - a.energy - work) < 1e-3 * Math.abs(work)) // trapezoid: third order in the step
})
