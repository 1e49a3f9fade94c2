/** Kinetic Monte Carlo beside the exact master equation of the same cluster, with pair hops of all kinds. */
import assert from 'node:assert/strict'
import { transport } from '../../src/lattice/kinetics/diffusion.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { kB, NA } from '../../src/units.ts'
import { exactTransport } from './exact-transport.ts'
import type { Held } from './statistics.ts'
import type { TinyOptions } from './tiny.ts'

/** Rates [1/s] in `tiny.ts` are given at this temperature [K]. */
export const temperature = 300

/** L [mol²/(J·m·s)] and D* [m²/s] of a run beside the exact ones. */
export const against = (o: {
  readonly name: string
  readonly lattice: Lattice
  readonly size: readonly [number, number, number]
  readonly numbers: readonly number[]
  readonly events: number
  readonly seed: number
}): Held[] => {
  const { name, lattice, size, numbers, events, seed } = o
  const cells = size[0] * size[1] * size[2]
  const units = cells * lattice.formulaUnits
  const exact = exactTransport(lattice, { repeats: size, temperature, numbers })
  const amounts = numbers.map(count => count / units)
  const got = transport({ lattice, size, temperature, amounts, images: 'count', events, seed })
  assert.deepEqual(got.ions, numbers)
  // B [Å²/s] → L
  const scale = 1e-20 / (cells * lattice.volume * 1e-30 * kB * temperature * NA ** 2)
  const n = numbers.length
  const results: Held[] = []
  for (let i = 0; i < n; i++) {
    const symbol = (k: number) => lattice.carriers[k].symbol
    const { value, error } = got.Dtr[i]
    results.push({ what: `${name}: D* ${symbol(i)}`, got: value, error, exact: exact.tracer[i] * 1e-20 })
    for (let j = 0; j <= i; j++) {
      const { value, error } = got.L[i * n + j]
      const one = { got: value, error, exact: exact.collective[i * n + j] * scale }
      results.push({ what: `${name}: L ${symbol(j)}${symbol(i)}`, ...one })
    }
  }
  return results
}

const interactions = { pair: [0.02, -0.03, -0.03, 0.05], triplet: [0.01, 0, 0, 0.02, 0, -0.01, 0.015, 0] }
const base: TinyOptions = { shape: 'square', rates: [1, 0.2], Ekra: 0.3 }

/** Ratios of pair hops to the faster single hop, both kinds, without and with energies, and barriers that see what is near. */
export const pairHopCases: readonly { readonly name: string; readonly options: TinyOptions }[] = (
  ['follow', 'together'] as const
).flatMap(kind =>
  [0, 0.1, 1, 10].flatMap(ratio => {
    if (ratio === 0 && kind === 'together') return []
    const events = {
      [kind]: [
        [0, 1, ratio],
        [0, 0, ratio],
      ],
    }
    const options: TinyOptions = ratio === 0 ? base : { ...base, ...events }
    const name = ratio === 0 ? 'no pairs' : `${kind} ${ratio}`
    const near = { surroundings: [0.02, -0.03], byAmount: [0.05, -0.02] }
    return [
      { name, options },
      { name: `${name}, interacting`, options: { ...options, ...interactions } },
      ...(ratio === 0 || ratio === 1
        ? [
            {
              name: `${name}, interacting, barriers by surroundings`,
              options: { ...options, ...interactions, ...near },
            },
          ]
        : []),
    ]
  }),
)
