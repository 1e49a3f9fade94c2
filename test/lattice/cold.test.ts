import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import { ensembleOf } from '../../src/lattice/thermodynamics/ensemble.ts'
import { insertionPotential, walkerOf } from '../../src/lattice/thermodynamics/walker.ts'
import { random } from '../../src/math/random.ts'
import { kBeV } from '../../src/units.ts'
import { tinyLattice } from './tiny.ts'

test('the potential of an empty host is that of its sites, however cold: E − kT ln(sites)', () => {
  const energy = -2.1
  const chain = tinyLattice({ shape: 'chain', rates: [1], secondSite: [energy] })
  const H = hamiltonian(chain, latticeSupercell(chain, [6, 1, 1]))
  for (const temperature of [300, 4, 1, 1e-3, 1e-9]) {
    const ensemble = ensembleOf(H, { temperature, reservoirs: [{ between: 0 }] })
    const mu = insertionPotential(walkerOf({ H, ensemble, random: random(1) }), 0)
    const kT = kBeV * temperature
    // the other six sites lie 2.1 eV above: exp(−81) of them at 300 K; acceptances are Boltzmann factors within a thousandth
    assert.ok(Math.abs(mu - (energy - kT * Math.log(6))) < 1e-3 * kT + 1e-9, `${temperature} K: ${mu}`)
  }
})
