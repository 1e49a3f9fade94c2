import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { integrate } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'
import { denseDae } from '../../src/solve/dense-dae.ts'

describe('a DAE from a residual alone', () => {
  // Heat on a rod with its flux as unknown between the nodes: u_t = −q_x, q = −u_x; interleaved, so that the band is narrow.
  const nodes = 20
  const rod = (bandwidth?: { lower: number; upper: number }) => {
    let calls = 0
    const h = 1 / nodes
    const dae = denseDae({
      size: 2 * nodes,
      differential: Array.from({ length: 2 * nodes }, (_, i) => (i % 2 === 0 ? 1 : 0)),
      ...(bandwidth && { bandwidth }),
      residual(_, y, yp, out) {
        calls++
        for (let i = 0; i < nodes; i++) {
          const left = i > 0 ? y[2 * i - 1] : 0
          const right = i < nodes - 1 ? y[2 * i + 2] : -y[2 * i]
          out[2 * i] = yp[2 * i] + (y[2 * i + 1] - left) / h
          out[2 * i + 1] = y[2 * i + 1] + (right - y[2 * i]) / h
        }
        return true
      },
    })
    return { dae, calls: () => calls }
  }
  const cooled = (bandwidth?: { lower: number; upper: number }) => {
    const { dae, calls } = rod(bandwidth)
    const y = new Float64Array(2 * nodes)
    for (let i = 0; i < nodes; i++) y[2 * i] = Math.cos((Math.PI / 2) * ((i + 0.5) / nodes))
    const yp = new Float64Array(2 * nodes)
    consistentInitial(dae, 0, y, yp)
    integrate(dae, { y, yp, start: 0, end: 0.5, rtol: 1e-7 })
    return { y, calls: calls() }
  }

  it('the banded one gives the answer of the dense one, and of the physics, for a fraction of the residuals', () => {
    const dense = cooled()
    const banded = cooled({ lower: 2, upper: 1 })
    // Decay of the first cosine on this very mesh: exact rate of the difference operator.
    const rate = (2 * nodes * Math.sin(Math.PI / 4 / nodes)) ** 2
    const exact = Math.cos(Math.PI / 4 / nodes) * Math.exp(-0.5 * rate)
    // 100 rtol: errors of ~ 100 steps.
    assert.ok(Math.abs(dense.y[0] - exact) < 1e-5, `${dense.y[0] - exact}`)
    // Both Jacobians are exact to 1e-8; what differs is round-off in the iterations.
    assert.ok(Math.abs(banded.y[0] - dense.y[0]) < 1e-6)
    assert.ok(banded.calls < dense.calls / 2, `${banded.calls} of ${dense.calls}`)
  })
})
