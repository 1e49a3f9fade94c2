import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ParticleShape } from '../../src/cell/cell.ts'
import { type RadialMesh, radialMesh } from '../../src/cell/mesh.ts'
import { coupledParticles } from '../../src/cell/particle-coupled.ts'
import { gradientParticles } from '../../src/cell/particle-gradient.ts'
import { growthOf } from '../../src/cell/particle-instability.ts'
import { make } from '../../src/hosts/mo6s8-phase-separating.ts'
import type { HostMaterial } from '../../src/scales.ts'
import { follow, type OneParticle, oneParticle, solveError, uniform } from './one-particle.ts'

const T = 298.15
/** Li alone: a symmetric regular solution about x = 2; and both ions. */
const host = make({}, ['Li'])
const both = make()

const particle = (
  h: HostMaterial,
  o: { radius: number; shells: number; shape?: ParticleShape; flux?: readonly number[]; surfaceCell?: boolean },
): OneParticle & { readonly mesh: RadialMesh } => {
  const mesh = radialMesh(o.radius, o.shells, o.shape ?? 'plate', 0, o.surfaceCell ? 'cell' : 'value')
  return { ...oneParticle(gradientParticles(h, mesh, 1), { flux: o.flux ?? h.carriers.map(() => 0) }), mesh }
}

/** Contents of the shells, [shells, n]. */
const contents = (dae: OneParticle, y: Float64Array): Float64Array =>
  y.filter((_, k) => k % (2 * dae.n) < dae.n).slice(0, -dae.n)

/** State with contents of the shells as given, the rest left to the consistent start. */
const profile = (dae: OneParticle, x: (shell: number, carrier: number) => number): Float64Array =>
  Float64Array.from({ length: dae.size }, (_, k) => {
    const [station, within] = [Math.floor(k / (2 * dae.n)), k % (2 * dae.n)]
    return within < dae.n ? x(Math.min(station, dae.size / (2 * dae.n) - 2), within) : 0
  })

/** ∫ (g + ½ K |∇x|²) dV over the outer surface, times V_m [J·m/mol]. */
const energy = (h: HostMaterial, mesh: RadialMesh, x: Float64Array): number => {
  const n = h.carriers.length
  const K = h.gradient!
  let sum = 0
  for (let s = 0; s < mesh.shells; s++) {
    sum += mesh.volume[s] * h.thermodynamics.freeEnergy(x.subarray(s * n, (s + 1) * n), T)
    if (s === mesh.shells - 1) continue
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [di, dj] = [i, j].map(l => x[(s + 1) * n + l] - x[s * n + l])
        sum += (0.5 * K[i * n + j] * di * dj * mesh.area[s]) / mesh.distance[s]
      }
  }
  return sum
}

for (const [label, h] of [
  ['one ion', host],
  ['two ions', both],
] as const)
  for (const surfaceCell of [false, true])
    test(`Jacobian of the gradient kernel: ${label}${surfaceCell ? ', with a surface cell' : ''}`, () => {
      const dae = particle(h, {
        radius: 60e-9,
        shells: 6,
        shape: 'sphere',
        flux: h.carriers.map(() => 1e-9),
        surfaceCell,
      })
      const { size, n } = dae
      const isContent = (k: number): boolean => k % (2 * n) < n
      const y = Float64Array.from({ length: size }, (_, k) =>
        isContent(k) ? 1 / n + 0.3 * Math.sin(1.7 * k) : 500 * Math.cos(k),
      )
      // Steps 1e-6 and 1e-2 J/mol: truncation 1e-12, round-off 1e-10 times the stiffness of w against x, 1e5.
      const error = solveError(dae, y, 1e3, k => (isContent(k) ? 1e-6 : 1e-2))
      console.log(`# ${label}: ${error.toExponential(1)}`)
      assert.ok(error < 1e-4, `${error}`)
    })

test('without gradient energy the kernel is the coupled one', () => {
  const convex = { ...make({ frumkin: -3 }), gradient: new Float64Array(4) }
  const mesh = radialMesh(1e-7, 7, 'sphere', 2)
  const x = Float64Array.from({ length: 16 }, (_, k) => 0.6 + 0.3 * Math.sin(2 * k))
  const y = Float64Array.from({ length: 32 }, (_, k) => (k % 4 < 2 ? x[2 * Math.floor(k / 4) + (k % 4)] : 0))
  const [plain, general] = [coupledParticles(convex, mesh, 1), gradientParticles(convex, mesh, 1)]
  const [a, b] = [new Float64Array(16), new Float64Array(32)]
  plain.residual(x, new Float64Array(16), 0, T, a)
  general.residual(y, new Float64Array(32), 0, T, b)
  const kept = b.filter((_, k) => k % 4 < 2)
  const size = Math.max(...a.map(Math.abs))
  a.forEach((v, i) => {
    assert.ok(Math.abs(v - kept[i]) < 1e-13 * size, `${i}: ${v}, ${kept[i]}`)
  }) // the same sums
  assert.ok(size > 0)
})

// A wave of wavenumber q in a closed plate grows as V_m L q² (−Θ − K q²), q = m π/R. Second order in r: (q h)²/12 ~ 1e-4.
test('the fastest mode of a closed plate grows at the rate of linear theory', () => {
  const radius = 300e-9
  const shells = 150
  const mesh = radialMesh(radius, shells, 'plate', 0)
  const grows = growthOf(host, mesh)
  const x = Float64Array.of(2)
  const mobility = host.molarVolume * host.transport.onsager(x, T)[0]
  const theta = host.thermodynamics.potentialJacobian(x, T)[0]
  const rate = (m: number): number => {
    const q = (m * Math.PI) / radius
    return mobility * q * q * (-theta - host.gradient![0] * q * q)
  }
  const fastest = Math.max(...Array.from({ length: 20 }, (_, m) => rate(m)))
  const y = new Float64Array(2 * (shells + 1)).map((_, k) => (k % 2 === 0 ? 2 : 0))
  assert.ok(fastest > 0)
  assert.equal(grows(y, 0, 2, T, fastest * 1.002), false)
  assert.equal(grows(y, 0, 2, T, fastest * 0.998), true)
  // Outside the spinodal nothing grows, however slowly.
  assert.equal(
    grows(
      y.map(v => 0.4 * v),
      0,
      2,
      T,
      1e-12,
    ),
    false,
  )

  // And it does: a ripple of the fastest mode, over a time in which it grows twentyfold.
  const m = Array.from({ length: 20 }, (_, k) => k).find(k => rate(k) === fastest)!
  const dae = particle(host, { radius, shells })
  const ripple = (s: number): number => Math.cos((m * Math.PI * (s + 0.5)) / shells)
  const start = profile(dae, s => 2 + 1e-4 * ripple(s))
  const { y: end } = follow(dae, start, Math.log(20) / fastest, { rtol: 1e-8 })
  const amplitude = contents(dae, end).reduce((sum, v, s) => sum + (2 / shells) * (v - 2) * ripple(s), 0)
  console.log(`# growth ${(amplitude / 1e-4).toFixed(3)} of 20`)
  // Second order of the amplitude (1e-4·20)² and (q h)²: below 1 %.
  assert.ok(Math.abs(amplitude / 1e-4 / 20 - 1) < 0.01, `${amplitude}`)
})

for (const [label, h, x] of [
  ['one ion', host, [2]],
  ['two ions', both, [0.9, 0.5]],
] as const)
  for (const shape of ['plate', 'sphere'] as const)
    test(`the free energy of a closed ${shape} falls until its phases have parted: ${label}`, () => {
      const dae = particle(h, { radius: 250e-9, shells: 80, shape })
      const start = profile(dae, (s, i) => x[i] * (1 + 0.01 * Math.sin(0.37 * s * s + i)))
      const at = (y: Float64Array): number => energy(h, dae.mesh, contents(dae, y))
      const before = new Float64Array(x.length)
      dae.particles.mean(start, 0, 0, before)
      const { y, rows } = follow(dae, start, 10, { rtol: 1e-5, observe: at })
      const gained = rows[0][1] - rows[rows.length - 1][1]
      const rise = Math.max(...rows.slice(1).map(([, v], k) => v - rows[k][1]))
      console.log(
        `# ${label}, ${shape}: ${rows.length} steps, largest rise ${(rise / gained).toExponential(1)} of the fall`,
      )
      assert.ok(gained > 0)
      // The flux is that of Θ at a face, not of a difference of μ: the discrete energy falls but for what rtol and (h/λ)² of
      // the last, slow part leave; a flux up the gradient of μ + w would raise it by all of the fall.
      assert.ok(rise < 1e-5 * gained, `${rise} of ${gained}`)
      const xs = contents(dae, y)
      const filling = Array.from({ length: dae.mesh.shells }, (_, s) =>
        h.carriers.reduce((sum, c, i) => sum + c.charge * xs[s * dae.n + i], 0),
      )
      assert.ok(Math.max(...filling) - Math.min(...filling) > 1.5, 'two phases')
      const after = new Float64Array(x.length)
      dae.particles.mean(y, 0, 0, after)
      after.forEach((v, i) => {
        assert.ok(Math.abs(v - before[i]) < 1e-11, `ion ${i} conserved: ${v - before[i]}`)
      })
    })

/** Contents of the two phases of the Li host, symmetric about 2, and Δg above their common tangent. */
const phases = (() => {
  const g = (x: number): number => host.thermodynamics.freeEnergy([x], T)
  const mu = (x: number): number => host.thermodynamics.potential([x], T)[0]
  const tangent = mu(2)
  let [low, high] = [1e-3, 1.0]
  for (let k = 0; k < 80; k++) {
    const middle = 0.5 * (low + high)
    if (mu(middle) < tangent) low = middle
    else high = middle
  }
  const poor = 0.5 * (low + high)
  return { poor, tangent, excess: (x: number): number => g(x) - g(poor) - tangent * (x - poor) }
})()

test('an interface at rest is the solution of ½ K x′² = Δg', () => {
  const radius = 400e-9
  // r(x) from the middle by Gauss–Legendre of 1/√(2Δg/K): smooth between 2 and the phase.
  const distance = (x: number): number => {
    const steps = 2000
    let r = 0
    for (let k = 0; k < steps; k++) {
      const at = 2 + ((x - 2) * (k + 0.5)) / steps
      r += (x - 2) / steps / Math.sqrt((2 * phases.excess(at)) / host.gradient![0])
    }
    return r
  }
  const errors = [40, 80].map(shells => {
    const dae = particle(host, { radius, shells })
    const start = profile(dae, s => 2 + 1.2 * Math.tanh((s + 0.5 - shells / 2) / (shells / 16)))
    const x = contents(dae, follow(dae, start, 100).y)
    const h = radius / shells
    let worst = 0
    for (let s = 0; s < shells; s++) {
      if (Math.abs(x[s] - 2) > 1.2) continue
      worst = Math.max(worst, Math.abs((s + 0.5 - shells / 2) * h - distance(x[s])))
    }
    return worst
  })
  console.log(`# interface displaced by ${errors.map(e => `${(e * 1e9).toFixed(3)} nm`).join(', ')} of 48 nm`)
  // Shells of 10 nm and 5 nm in an interface of 48 nm: second order, (h/λ)² ~ 1e-2 of it at the finer.
  assert.ok(errors[1] < 0.5e-9, `${errors}`)
  assert.ok(errors[0] / errors[1] > 3, `${errors}`)
})

for (const surfaceCell of [false, true])
  test(`order in r with a front inside, and nothing oscillates behind it${surfaceCell ? ', with a surface cell' : ''}`, () => {
    const radius = 200e-9
    const runs = [30, 60, 120].map(shells => {
      // Fast enough that the front moves in while diffusion smooths: 1 s to fill.
      const dae = particle(host, { radius, shells, shape: 'sphere', flux: [(-4 * radius) / 3], surfaceCell })
      // From the poor phase with a front already begun: a nucleation out of noise has no order in r.
      const start = profile(
        dae,
        s => phases.poor + (4 - 2 * phases.poor) / (1 + Math.exp((0.8 - (s + 0.5) / shells) / 0.04)),
      )
      const { y } = follow(dae, start, 0.2, { rtol: 1e-8 })
      const x = contents(dae, y)
      for (let s = 1; s < shells; s++)
        assert.ok(x[s] > x[s - 1] - 1e-7, `shell ${s} of ${shells}: ${x[s - 1]} → ${x[s]}`)
      return y[y.length - 2]
    })
    const order = Math.log2(Math.abs((runs[0] - runs[1]) / (runs[1] - runs[2])))
    console.log(`# surface ${runs.map(v => v.toFixed(6)).join(', ')}, order ${order.toFixed(2)}`)
    assert.ok(order >= 1.9, `order ${order}`)
  })

test('ions are conserved to round-off through a spinodal', () => {
  const radius = 200e-9
  const G = -1e-10
  const dae = particle(both, { radius, shells: 60, shape: 'sphere', flux: [G, 0.2 * G], surfaceCell: true })
  const seconds = 300
  const start = uniform(dae, [0.2, 0.1])
  const { y, rows } = follow(dae, start, seconds, { rtol: 1e-4 })
  const mean = new Float64Array(2)
  dae.particles.mean(y, 0, 0, mean)
  const expected = [0.2, 0.1].map((x, i) => x - (3 / radius) * G * seconds * [1, 0.2][i])
  const x = contents(dae, y)
  console.log(`# ${rows.length} steps, contents ${x[0].toFixed(3)} inside, ${x[x.length - 2].toFixed(3)} outside`)
  assert.ok(Math.abs(x[0] - x[x.length - 2]) > 0.5, 'phases have parted')
  expected.forEach((v, i) => {
    assert.ok(Math.abs(mean[i] - v) < 1e-10, `ion ${i}: ${mean[i] - v}`)
  })
})
