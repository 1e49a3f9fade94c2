/** Shells of several ions of which one is empty, or full: nothing is drawn out of the first or put into the second. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { drained } from '../../src/cell/drained.ts'
import { radialMesh } from '../../src/cell/mesh.ts'
import { coupledParticles } from '../../src/cell/particle-coupled.ts'
import { pairParticles } from '../../src/cell/particle-pair.ts'
import { make as mo6s8 } from '../../src/hosts/mo6s8.ts'
import { oneParticle, solveError } from './one-particle.ts'

const T = 298.15
const host = mo6s8()
const mesh = radialMesh(1e-6, 2, 'plate', 0, 'cell')
const kernels = [pairParticles, coupledParticles]

/** Contents (Li, Mg) of two shells and the surface. */
const state = (...contents: readonly (readonly [number, number])[]): Float64Array => Float64Array.from(contents.flat())

/** What each ion loses to the other side: the rows of the core are its fluxes, as nothing changes there. */
const outOfTheCore = (kernel: typeof pairParticles, y: Float64Array): number[] => {
  const out = new Float64Array(y.length)
  kernel(host, mesh, 1).residual(y, new Float64Array(y.length), 0, T, out)
  return Array.from(out.subarray(0, 2))
}

describe('a shell that holds next to nothing', () => {
  it('gives none of it away, whatever the gradient of another ion', () => {
    for (const kernel of kernels) {
      // Mg is outside, and the room too, towards which the mean of the face would take Mg out of a core without any.
      const [, even] = outOfTheCore(kernel, state([3.9, 0.1], [0.2, 0.1], [0.2, 0.1]))
      const [, most] = outOfTheCore(kernel, state([3.9, 0], [0.2, 0.1], [0.2, 0.1]))
      assert.ok(even > 0)
      // Cut to 2 s, s = 1e-7/(0.1 x̄): what counts as nothing.
      assert.ok(Math.abs(most) < 1e-4 * even, `${most} of ${even}`)
      // Below zero it gets back what it lacks.
      assert.ok(outOfTheCore(kernel, state([3.9, -1e-6], [0.2, 0.1], [0.2, 0.1]))[1] < 0)
    }
  })

  it('takes nothing in where it is full', () => {
    for (const kernel of kernels) {
      const [some] = outOfTheCore(kernel, state([3, 0], [0.9, 1.5], [0.9, 1.5]))
      const [least] = outOfTheCore(kernel, state([3, 0], [1, 1.5], [1, 1.5]))
      assert.ok(some > 0)
      assert.ok(Math.abs(least) < 1e-4 * some, `${least} of ${some}`)
      assert.ok(outOfTheCore(kernel, state([3, 0], [1.001, 1.5], [1.001, 1.5]))[0] < 0)
    }
  })

  it('has the Jacobian of its residual, in both kernels', () => {
    const states = [
      state([3.9, 0.002], [0.2, 0.1], [0.3, 0.0005]),
      state([3.9, -0.001], [0.2, 0.1], [0.2, 0.1]),
      state([3, 0.1], [0.98, 1.5], [0.5, 0.01]),
    ]
    for (const kernel of kernels)
      for (const y of states) {
        const dae = oneParticle(kernel(host, mesh, 1), { flux: [0, 0] })
        // As in particle.test.ts; slopes left out give 1e-2 and more.
        const error = solveError(dae, y, 0.1, () => 1e-7)
        assert.ok(error < 1e-4, `${error}`)
      }
  })

  it('is met by no face whose ends lie within a factor of nineteen, and sets in without a break or a bend', () => {
    assert.equal(drained(1, 18.99), 1)
    assert.equal(drained(2, 1), 1)
    assert.ok(drained(1, 20) < 1)
    // h = 1 − (1 − s)² beyond: 1e-3 past the edge it is 1 to 1e-6.
    assert.ok(1 - drained(1, 19.02) < 2e-6)
    assert.ok(drained(0, 1) < 1e-5)
    assert.equal(drained(-1, 100), Math.max((2 * (-1 + 1e-7)) / (0.1 * (49.5 + 1e-7)), -2))
  })
})
