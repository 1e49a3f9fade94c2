import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ParticleShape } from '../../src/cell/cell.ts'
import { radialMesh } from '../../src/cell/mesh.ts'
import type { Particles } from '../../src/cell/particle.ts'
import { coupledParticles } from '../../src/cell/particle-coupled.ts'
import { pairParticles } from '../../src/cell/particle-pair.ts'
import { singleParticles } from '../../src/cell/particle-single.ts'
import type { HostMaterial } from '../../src/scales.ts'
import { idealHost, ion } from './cells.ts'
import { follow, oneParticle, solveError, uniform } from './one-particle.ts'

const T = 298.15
const radius = 1e-6
const D = 1e-14
const shapes: readonly ParticleShape[] = ['plate', 'cylinder', 'sphere']

const oneIon = idealHost({ carriers: [ion('A', 1)], potential: [3], diffusivity: [D] })
/** The same with D(x) in closed form. */
const withDiffusivity = (D: (x: number) => number, constant = false): HostMaterial => ({
  ...oneIon,
  transport: {
    ...oneIon.transport,
    constant,
    diffusivity(x, _T, out = new Float64Array(1)) {
      out[0] = D(x[0])
      return out
    },
  },
})
const fick = withDiffusivity(() => D, true)
const varying = withDiffusivity(x => D * (0.2 + x + 2 * x * x))
/** Linear in x: Simpson's mean over a face, which the single kernel takes, is the value at the middle. */
const linear = withDiffusivity(x => D * (0.2 + x))
const twoIons = idealHost({
  carriers: [ion('A', 1), ion('B', 2)],
  potential: [3, 2.5],
  diffusivity: [D, 0.1 * D],
  coupling: [D, 0.8 * D, 0.8 * D, D],
})
const threeIons = idealHost({
  carriers: [ion('A', 1), ion('B', 2), ion('C', 3)],
  potential: [3, 2.5, 2],
  diffusivity: [D, 0.1 * D, 0.3 * D],
  coupling: [D, 0.8 * D, 0, 0.8 * D, D, 0.1 * D, 0, 0.1 * D, D],
})

type Kernel = readonly [label: string, host: HostMaterial, kernel: typeof coupledParticles]
const kernels: readonly Kernel[] = [
  ['single', varying, singleParticles],
  ['single, constant D', fick, singleParticles],
  ['coupled, one ion', varying, coupledParticles],
  ['coupled, two ions', twoIons, coupledParticles],
  ['coupled, three ions', threeIons, coupledParticles],
  ['pair', twoIons, pairParticles],
]

/** Contents of every station somewhere inside the room, the same for every kernel. */
const bumpy = (particles: Particles, n: number): Float64Array =>
  Float64Array.from({ length: particles.size }, (_, k) => (0.7 / n) * (0.6 + 0.35 * Math.sin(1.7 * k + (k % n))))

// The elimination against a difference quotient of the residual: truncation (h/x)² ~ 1e-10, round-off 1e-16/1e-6 times
// what a shell of 1e-8 m amplifies, 1e-8 in all; a slope of D̃ left out or a wrong sign gives 1e-2 and more.
for (const [label, host, kernel] of kernels)
  for (const surfaceCell of [false, true])
    test(`Jacobian of the kernel: ${label}${surfaceCell ? ', with a surface cell' : ''}`, () => {
      const particles = kernel(host, radialMesh(radius, 6, 'sphere', 2, surfaceCell ? 'cell' : 'value'), 1)
      const dae = oneParticle(particles, { flux: host.carriers.map(() => 1e-9) })
      const error = solveError(dae, bumpy(particles, dae.n), 0.1, () => 1e-6)
      console.log(`# ${label}: ${error.toExponential(1)}`)
      assert.ok(error < 1e-5, `${error}`)
    })

test('one carrier: the single kernel is the coupled one; two carriers: the pair kernel is the coupled one', () => {
  for (const [host, special] of [
    [linear, singleParticles],
    [twoIons, pairParticles],
  ] as const)
    for (const surfaceCell of [false, true]) {
      const count = 3
      const mesh = radialMesh(radius, 7, 'sphere', 3, surfaceCell ? 'cell' : 'value')
      const [a, b] = [special(host, mesh, count), coupledParticles(host, mesh, count)]
      const n = host.carriers.length
      const y = Float64Array.from({ length: count * a.size }, (_, k) => (0.7 / n) * (0.6 + 0.35 * Math.sin(1.7 * k)))
      const yp = y.map((_, k) => 1e-3 * Math.cos(k))
      const results = [a, b].map(kernel => {
        const out = new Float64Array(y.length)
        const schur = new Float64Array(count * n * n)
        kernel.residual(y, yp, 0, T, out)
        const residual = out.slice()
        kernel.jacobian(y, 0, T)
        kernel.factor(0.3, schur)
        kernel.reduce(out, 0)
        kernel.expand(out, 0)
        const mean = new Float64Array(n)
        kernel.mean(y, 0, 1, mean)
        return { residual, schur, solved: out, mean }
      })
      for (const key of ['residual', 'schur', 'solved', 'mean'] as const) {
        const [one, other] = results.map(r => r[key])
        const size = Math.max(...one.map(Math.abs))
        // Sums in another order: round-off. Slopes of D̃ by another difference quotient: 1e-7 of them.
        const allowed = key === 'schur' || key === 'solved' ? 1e-6 : 1e-13
        one.forEach((v, i) => {
          assert.ok(Math.abs(v - other[i]) <= allowed * size, `${key}[${i}]: ${v}, ${other[i]}`)
        })
        assert.ok(size > 0)
      }
    }
})

/** Roots of J0. */
const besselRoots = [2.404825557695773, 5.520078110286311, 8.653727912911013, 11.791534439014281, 14.930917708487787]
/** Share of the final uptake at τ = D t/R² after a step of the surface content: Crank's series. */
const uptake = (shape: ParticleShape, tau: number): number => {
  let rest = 0
  if (shape === 'cylinder') for (const q of besselRoots) rest += (4 / (q * q)) * Math.exp(-q * q * tau)
  else
    for (let k = 0; k < 40; k++) {
      const q = shape === 'sphere' ? (k + 1) * Math.PI : (k + 0.5) * Math.PI
      rest += ((shape === 'sphere' ? 6 : 2) / (q * q)) * Math.exp(-q * q * tau)
    }
  return 1 - rest
}

// L ~ x x_v and Θ ~ 1/(x x_v) cancel: Fick's law from empty to full. Second order in r: measured errors 2e-4 at 40 shells.
for (const shape of shapes)
  test(`an ideal lattice gas filling from 1e-9 to 1 follows Fick's series: ${shape}`, () => {
    const tau = 0.08
    const errors = [20, 40].map(shells => {
      const particles = coupledParticles(oneIon, radialMesh(radius, shells, shape), 1)
      const dae = oneParticle(particles, { content: [1 - 1e-9] })
      const { y } = follow(dae, uniform(dae, [1e-9]), (tau * radius * radius) / D)
      const mean = new Float64Array(1)
      particles.mean(y, 0, 0, mean)
      return mean[0] - uptake(shape, tau)
    })
    console.log(`# ${shape}: ${errors.map(e => e.toExponential(1)).join(', ')}`)
    assert.ok(Math.abs(errors[1]) < 1e-3)
    assert.ok(Math.abs(errors[0] / errors[1]) > 3, `second order: ${errors}`)
  })

/** Contents at the surface under a constant flux, at four times, by number of shells; [times, n]. */
const surfaceUnderFlux = (host: HostMaterial, kernel: typeof coupledParticles, shells: number): Float64Array => {
  const particles = kernel(host, radialMesh(radius, shells, 'sphere', 3), 1)
  const n = host.carriers.length
  const dae = oneParticle(particles, { flux: host.carriers.map((_, i) => -(i === 0 ? 4e-9 : 5e-10)) })
  let y = uniform(
    dae,
    host.carriers.map(() => 0.1),
  )
  return Float64Array.from(
    [5, 10, 15, 20].flatMap(() => {
      y = follow(dae, y, 5, { rtol: 1e-8 }).y
      return [...y.slice(particles.size - n)]
    }),
  )
}

for (const [label, host, kernel] of kernels.filter(([label]) => label !== 'single, constant D'))
  test(`order in r on a graded mesh, diffusivity varying: ${label}`, () => {
    const [a, b, c] = [15, 30, 60].map(shells => surfaceUnderFlux(host, kernel, shells))
    const apart = (one: Float64Array, other: Float64Array): number => Math.hypot(...one.map((v, i) => v - other[i]))
    const order = Math.log2(apart(a, b) / apart(b, c))
    console.log(
      `# ${label}: ${apart(a, b).toExponential(1)}, ${apart(b, c).toExponential(1)}, order ${order.toFixed(2)}`,
    )
    assert.ok(order >= 1.9, `order ${order}`)
  })

/** D(x) of `varying` with its integral, as a measured host has it. */
const measured: HostMaterial = {
  ...varying,
  transport: {
    ...varying.transport,
    diffusivityIntegral: {
      value: x => D * (0.2 * x + x ** 2 / 2 + (2 / 3) * x ** 3),
      derivative: x => D * (0.2 + x + 2 * x * x),
    },
  },
}

// Within a transient: fourth order, third at least where the surface closes a graded mesh. Lumped rows have 2.
for (const [label, host] of [
  ['constant D', fick],
  ['D(x) by its integral', measured],
] as const)
  for (const shape of shapes)
    test(`compact mesh: of high order at the surface of a ${shape}, ${label}`, () => {
      const surface = (shells: number): number => {
        const particles = singleParticles(host, radialMesh(radius, shells, shape, 1, 'compact'), 1)
        const dae = oneParticle(particles, { flux: [-4e-9] })
        return follow(dae, uniform(dae, [0.1]), 10, { rtol: 1e-10 }).y[particles.size - 1]
      }
      const [a, b, c] = [10, 20, 40].map(surface)
      const order = Math.log2(Math.abs((a - b) / (b - c)))
      console.log(
        `# ${shape}, ${label}: ${(a - b).toExponential(1)}, ${(b - c).toExponential(1)}, order ${order.toFixed(2)}`,
      )
      assert.ok(order >= 2.7, `order ${order}`)
    })

test('compact mesh: elimination, conservation and agreement with the lumped rows', () => {
  for (const host of [fick, measured]) {
    const mesh = radialMesh(radius, 12, 'sphere', 1, 'compact')
    const particles = singleParticles(host, mesh, 1)
    const dae = oneParticle(particles, { flux: [-4e-9] })
    // The spread within a shell is left out of the Jacobian: of second order in its width.
    const error = solveError(dae, bumpy(particles, 1), 0.1, () => 1e-6)
    assert.ok(error < (host === fick ? 1e-5 : 0.5), `${error}`)
    const { y } = follow(dae, uniform(dae, [0.1]), 10)
    const mean = new Float64Array(1)
    particles.mean(y, 0, 0, mean)
    assert.ok(Math.abs(mean[0] - (0.1 + (3 / radius) * 4e-9 * 10)) < 1e-12)
    const plain = singleParticles(host, radialMesh(radius, 80, 'sphere', 2), 1)
    const fine = oneParticle(plain, { flux: [-4e-9] })
    const surface = follow(fine, uniform(fine, [0.1]), 10).y[plain.size - 1]
    assert.ok(Math.abs(y[particles.size - 1] - surface) < 2e-4, `${y[particles.size - 1]}, ${surface}`)
  }
})

test('the depth of a surface jam converges with the mesh', () => {
  // Mobility that vanishes as the host fills: the surface fills and shuts the way in behind it.
  const jamming = withDiffusivity(x => D * (0.01 + (1 - Math.min(x, 1)) ** 3))
  const depth = [20, 40, 80].map(shells => {
    const particles = singleParticles(jamming, radialMesh(radius, shells, 'sphere'), 1)
    const dae = oneParticle(particles, { content: [0.99] })
    const { y } = follow(dae, uniform(dae, [1e-6]), 20)
    const mean = new Float64Array(1)
    particles.mean(y, 0, 0, mean)
    return mean[0]
  })
  const [first, second] = [Math.abs(depth[1] - depth[0]), Math.abs(depth[2] - depth[1])]
  console.log(`# uptake ${depth.map(d => d.toFixed(5)).join(', ')}`)
  // Smooth but steep, D falls a hundredfold over the jam: second order sets in, at least 2.5 of the four per halving.
  assert.ok(second < first / 2.5, `${first}, ${second}`)
  assert.ok(second < 0.01 * depth[2])
})

test('a constant flux fills every kernel by exactly what flowed', () => {
  for (const [label, host, kernel] of kernels)
    for (const surfaceCell of [false, true]) {
      const particles = kernel(host, radialMesh(radius, 8, 'sphere', 2, surfaceCell ? 'cell' : 'value'), 1)
      const flux = host.carriers.map((_, i) => -(i + 1) * 3e-10)
      const dae = oneParticle(particles, { flux })
      const seconds = 50
      const { y } = follow(
        dae,
        uniform(
          dae,
          host.carriers.map(() => 0.1),
        ),
        seconds,
        { rtol: 1e-3 },
      )
      const mean = new Float64Array(dae.n)
      particles.mean(y, 0, 0, mean)
      flux.forEach((G, i) => {
        // A sphere has 3/R of outer surface per volume. Rows telescope: round-off over some ten steps, whatever rtol.
        const expected = 0.1 - (3 / radius) * G * seconds
        assert.ok(Math.abs(mean[i] - expected) < 1e-12, `${label}: ${mean[i]} of ${expected}`)
      })
    }
})

test('a coulomb of an ion of charge z brings 1/(z F) moles, in every kernel', () => {
  const two = idealHost({ carriers: [ion('B', 2)], potential: [3], diffusivity: [D] })
  const mesh = radialMesh(radius, 4, 'sphere', 2)
  for (const [label, host, kernel] of [...kernels, ['single, charge 2', two, singleParticles]] satisfies Kernel[])
    kernel(host, mesh, 1).reaction.forEach((content, i) => {
      const moles = host.molarVolume / (host.carriers[i].charge * 96485.33212)
      assert.ok(Math.abs(content / moles - 1) < 1e-9, `${label}, ${host.carriers[i].symbol}: ${content}`)
    })
})
