import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import { plainLattice } from '../../src/lattice/model/plain.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import { potentialMap } from '../../src/lattice/thermodynamics/potential-map.ts'
import { F } from '../../src/units.ts'

test('a pilot too short to see both counts of an ion is made longer until it knows its μ', () => {
  const lattice = plainLattice('simple-cubic', {
    spacing: 3,
    carriers: ['A', 'B'],
    siteEnergies: [
      { carrier: 'A', energy: -1 },
      { carrier: 'B', energy: -2 },
    ],
    // A bound to B: where an ion of B sits decides, and how often it is seen to come and go
    pairEnergies: [{ carriers: ['A', 'B'], energy: -0.2 }],
  })
  const H = hamiltonian(lattice, latticeSupercell(lattice, [4, 4, 4]))
  // a fifth of five sweeps is one: it has one count of each ion at most
  const [sample] = potentialMap({ H, temperatures: [300], amounts: [[0.3, 0.1]], seed: 1, sweeps: 5 })
  for (const [i, energy] of [-1, -2].entries()) {
    const mu = sample.mu[i]! / F
    // between the lone ion's and the ion's with all six neighbours, 0.2 eV each
    assert.ok(mu < energy + 0.05 && mu > energy - 6 * 0.2 - 0.2, `${mu}`)
  }
})
