/**
 * Monte Carlo of the lattice: trials a second of CPU on fcc with 4,000 sites, three shells of pairs, and with triplets of nearest
 * neighbours besides; one carrier and two, insertions and moves; the share that was accepted stands beside. icet and smol do the
 * flips of one carrier where installed. Asked: 2 M trials/s with pairs, 0.5 M with triplets.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { hamiltonian } from '../src/lattice/hamiltonian.ts'
import { plainLattice } from '../src/lattice/model/plain.ts'
import { latticeSupercell } from '../src/lattice/supercell.ts'
import { ensembleOf } from '../src/lattice/thermodynamics/ensemble.ts'
import { walkerOf } from '../src/lattice/thermodynamics/walker.ts'
import { random } from '../src/math/random.ts'
import { cpuOf, printTable, spreadOf } from './measure.ts'
import { python } from './peer.ts'

const temperature = 600
const spacing = 4 / Math.SQRT2

const fcc = (carriers: readonly string[], triplets: boolean) =>
  plainLattice('fcc', {
    spacing,
    carriers: [...carriers],
    pairEnergies: [0.02, -0.01, 0.004].flatMap((energy, k) =>
      carriers.flatMap((a, i) =>
        carriers.slice(i).map((b, j) => ({ carriers: [a, b], shell: k + 1, energy: energy * (1 + 0.2 * (i + j)) })),
      ),
    ),
    ...(triplets
      ? {
          tripletEnergies: carriers.map(a => ({
            carriers: [a, a, a],
            distances: [spacing, spacing, spacing],
            energy: 0.005,
          })),
        }
      : {}),
  })

const peerOf = (kind: string): Record<string, { version: string; rate: number }> => {
  const script = fileURLToPath(new URL('./lattice_peer.py', import.meta.url))
  const { status, stdout, stderr, error } = spawnSync(python, [script, kind, '2'], { encoding: 'utf8' })
  if (error) return {}
  if (status !== 0) throw new Error(`lattice_peer.py: ${stderr.slice(-500)}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}

const million = (rate: number) => `${(rate / 1e6).toPrecision(3)} M/s`
for (const triplets of [false, true]) {
  const rows = [['A'], ['A', 'B']].flatMap(carriers => {
    const lattice = fcc(carriers, triplets)
    const H = hamiltonian(lattice, latticeSupercell(lattice, [20, 20, 10]))
    const n = carriers.length
    const open = ensembleOf(H, { temperature, reservoirs: carriers.map(() => ({ mu: 0.1 })) })
    const fixed = ensembleOf(H, { temperature, reservoirs: carriers.map(() => ({ amount: 0.4 / n })) })
    return (
      [
        ['insertion, removal, exchange', open, { flips: 1, near: 0, far: 0 }, 0],
        ['moves near', fixed, { flips: 0, near: 1, far: 0 }, 1],
        ['moves far', fixed, { flips: 0, near: 0, far: 1 }, 2],
      ] as const
    ).map(([label, ensemble, trials, kind]) => {
      const walker = walkerOf({ H, ensemble, random: random(1), trials })
      const sweeps = 50
      const times = cpuOf(
        () => {
          for (let k = 0; k < sweeps; k++) walker.sweep()
        },
        { warm: 4, repeats: 10 },
      )
      const rate = (sweeps * H.run.sites) / (spreadOf(times).min / 1000)
      return {
        label: `${n} carrier${n > 1 ? 's' : ''}, ${label}`,
        rate,
        accepted: walker.accepted[kind] / walker.tried[kind],
      }
    })
  })
  const peers = peerOf(triplets ? 'triplets' : 'pairs')
  const ours = rows[0].rate
  printTable(
    `Trials a second of CPU, best of ten: ${triplets ? 'pairs and triplets' : 'pairs'}`,
    ['', 'trials', 'accepted', 'ours / peer'],
    [
      ...rows.map(({ label, rate, accepted }) => [label, million(rate), `${(100 * accepted).toFixed(0)} %`]),
      ...Object.entries(peers).map(([name, { version, rate }]) => [
        `${name} ${version}, flips of one carrier`,
        million(rate),
        '',
        (ours / rate).toFixed(0),
      ]),
    ],
  )
  if (Object.keys(peers).length === 0)
    console.log(`icet and smol not installed (${python}; set DUALION_PYTHON): no ratio`)
}
