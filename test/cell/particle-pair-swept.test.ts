import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { radialGrading, radialMesh } from '../../src/cell/mesh.ts'
import type { Particles } from '../../src/cell/particle.ts'
import { pairParticles } from '../../src/cell/particle-pair.ts'
import { sweptEntries, sweptPairParticles } from '../../src/cell/particle-pair-swept.ts'
import { make as mo6s8 } from '../../src/hosts/mo6s8.ts'
import { paddedLength, vectorMemory } from '../../src/math/vector-loop.ts'

const T = 300
const shells = 7
const count = 6
const base = 3
const host = mo6s8({})
const mesh = radialMesh(1e-6, shells, 'sphere', radialGrading, 'cell')
const size = 2 * (shells + 1)
const whole = base + count * size + 5

/** Contents by station and carrier. */
const states = {
  even: (k: number): number => (k % 2 ? 0.8 + 0.3 * Math.sin(1.7 * k) : 0.9 + 0.2 * Math.sin(0.9 * k)),
  'uneven, below zero and beyond full': (k: number): number =>
    k % 2 ? 1.02 + 1.0200001 * Math.sin(1.7 * k) : 0.9 + 0.91 * Math.sin(0.9 * k),
}

/** All that a kernel fills for a state in vectors of a kind. */
const filled = (
  kernel: Pick<Particles, 'residual' | 'jacobian' | 'factor' | 'reduce' | 'expand'>,
  vector: () => Float64Array,
  content: (k: number) => number,
) => {
  const [y, yp, out] = [vector(), vector(), vector()]
  for (let k = 0; k < whole; k++) {
    y[k] = content(k)
    yp[k] = 1e-4 * Math.cos(k)
    out[k] = -k
  }
  assert.ok(kernel.residual(y, yp, base, T, out))
  const residual = out.slice()
  const schur = new Float64Array(4 * count)
  assert.ok(kernel.jacobian(y, base, T))
  assert.ok(kernel.factor(0.1, schur))
  kernel.reduce(out, base)
  const reduced = out.slice()
  kernel.expand(out, base)
  return { residual, schur, reduced, expanded: out.slice() }
}

describe('particles of two carriers in sweeps', () => {
  const memory = vectorMemory(sweptEntries(host, shells, count) + 6 * 4 * paddedLength(whole))
  const swept = sweptPairParticles(host, mesh, count, memory)!
  const plain = pairParticles(host, mesh, count)
  for (const [name, content] of Object.entries(states))
    for (const [place, vector] of [
      ['in the memory', () => memory.vector(whole)],
      ['elsewhere', () => new Float64Array(whole)],
    ] as const)
      test(`contents ${name}, ${place}: as the plain kernel has them, and no other row`, () => {
        const expected = filled(plain, () => new Float64Array(whole), content)
        const found = filled(swept, vector, content)
        assert.deepEqual(found.residual, expected.residual)
        // Products of slopes in another order: round-off of sums whose terms are up to 1e5 times what is left of them.
        for (const [key, allowed] of [
          ['schur', 1e-8],
          ['reduced', 1e-12],
          ['expanded', 1e-8],
        ] as const) {
          const scale = Math.max(...expected[key].map(Math.abs))
          const worst = Math.max(...found[key].map((v, k) => Math.abs(v - expected[key][k]))) / scale
          assert.ok(worst <= allowed, `${key}: ${worst}`)
        }
        for (const k of [0, base - 1, base + count * size, whole - 1]) assert.equal(found.expanded[k], -k)
      })

  test('the residual after a Jacobian at the same state is the residual, once and again', () => {
    for (const content of Object.values(states)) {
      const [y, yp, out] = [0, 1, 2].map(() => new Float64Array(whole))
      for (let k = 0; k < whole; k++) {
        y[k] = content(k)
        yp[k] = 1e-4 * Math.cos(k)
      }
      swept.residual(y, yp, base, T, out)
      const expected = out.slice()
      swept.jacobian(y, base, T)
      for (const _ of [1, 2]) {
        out.fill(0, base, base + count * size)
        swept.residual(y, yp, base, T, out, true)
        assert.deepEqual(out, expected)
      }
      // Flows of another state in between are not taken for those of the Jacobian.
      swept.jacobian(y, base, T)
      swept.residual(yp, yp, base, T, out)
      swept.residual(y, yp, base, T, out, true)
      assert.deepEqual(out, expected)
    }
  })

  test('an odd number of particles, or a law without terms, is left to the plain kernel', () => {
    assert.equal(sweptPairParticles(host, mesh, 5, memory), undefined)
    assert.equal(sweptEntries(host, shells, 5), 0)
    const { diffusivityTerms: _, ...transport } = host.transport
    assert.equal(sweptPairParticles({ ...host, transport }, mesh, count, memory), undefined)
  })

  test('a state that is not a number gives none, and no slopes to factor', () => {
    const [y, yp, out] = [0, 1, 2].map(() => new Float64Array(whole).fill(0.5))
    y[base + 4] = Number.NaN
    swept.residual(y, yp, base, T, out)
    assert.ok(Number.isNaN(out[base + 4]))
    swept.jacobian(y, base, T)
    assert.equal(swept.factor(0.1, new Float64Array(4 * count)), false)
  })
})
