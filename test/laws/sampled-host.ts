/** A host of the library sampled as lattice runs would: contents, μ and Θ, L, each with its noise. */

import type { HostTable } from '../../src/laws/table/table.ts'
import { random } from '../../src/math/random.ts'
import type { HostMaterial } from '../../src/scales.ts'

export type Sampling = {
  readonly temperatures: readonly number[]
  /** Distance of the contents along each axis, in parts of the most there is of the carrier. */
  readonly step: number
  /** Standard errors: of μ [J/mol], of Θ and of L relative. 0: exact samples. */
  readonly noise?: { readonly mu: number; readonly theta: number; readonly L: number }
  readonly seed?: number
  readonly sites: number
}

/** Nearest that a sample comes to an end, in parts of the room. */
const margin = 0.004

export const sampledHost = (host: HostMaterial, o: Sampling): HostTable => {
  const n = host.carriers.length
  const { mu: muNoise, theta: thetaNoise, L: LNoise } = o.noise ?? { mu: 0, theta: 0, L: 0 }
  const { normal } = random(o.seed ?? 1)
  const symbols = host.carriers.map(c => c.symbol)
  const [{ weights, max }] = host.limits
  const most = symbols.map(c => max / weights[c])
  const lines = Math.round(1 / o.step)
  const contents: number[][] = []
  for (let k = 0; k < (lines + 1) ** n; k++) {
    const shares = symbols.map((_, i) =>
      Math.min(Math.max((Math.floor(k / (lines + 1) ** i) % (lines + 1)) / lines, margin), 1),
    )
    const filled = shares.reduce((a, b) => a + b)
    if (filled > 1 + n * margin) continue
    const squeeze = Math.min(1, (1 - margin) / filled)
    contents.push(shares.map((s, i) => s * squeeze * most[i]))
  }
  const states = o.temperatures.flatMap(T => contents.map(x => ({ x, T })))
  const noisy = (matrix: Float64Array, errors: readonly number[]): number[] => {
    const out = [...matrix]
    for (let i = 0; i < n; i++)
      for (let j = i; j < n; j++) {
        const step = errors[i * n + j] * normal()
        out[i * n + j] += step
        if (i !== j) out[j * n + i] += step
      }
    return out
  }
  return {
    name: `${host.name}, sampled`,
    formula: host.formula,
    carriers: symbols,
    molarMass: host.molarMass,
    molarVolume: host.molarVolume,
    limits: host.limits,
    ideal: { sublattices: [{ name: 'all', sites: o.sites }] },
    thermodynamics: states.map(({ x, T }) => {
      const theta = host.thermodynamics.potentialJacobian(x, T)
      const errors = [...theta].map(v => thetaNoise * Math.abs(v))
      return {
        x,
        T,
        mu: [...host.thermodynamics.potential(x, T)].map(v => v + muNoise * normal()),
        muError: symbols.map(() => muNoise),
        theta: noisy(theta, errors),
        thetaError: errors,
      }
    }),
    transport: states.map(({ x, T }) => {
      const L = host.transport.onsager(x, T)
      const errors = [...L].map((_, k) => LNoise * Math.sqrt(L[Math.floor(k / n) * (n + 1)] * L[(k % n) * (n + 1)]))
      return { x, T, L: noisy(L, errors), LError: errors }
    }),
    kinetics: {
      exchangeCurrent: symbols.map(c => (c === 'Li' ? 1 : 0.1)),
      activationEnergy: symbols.map(() => 50e3),
      alpha: symbols.map(() => 0.5),
    },
    sources: { '*': 'computed: sampled from a host of the library' },
  }
}
