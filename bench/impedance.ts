/**
 * Impedance at 60 frequencies, 1e-4 to 1e4 Hz, DFN 20 × 20, double layer 0.2 F/m², the cell at rest as its file has it.
 * Asked: three times PyBaMM's speed (its own EISSimulation, built once).
 */
import { impedance } from '../src/cell/impedance/impedance.ts'
import { cpuOf } from './measure.ts'
import { besidePeer } from './peer.ts'
import { cellOf } from './setup.ts'

const count = 60
const frequencies = Float64Array.from({ length: count }, (_, i) => 10 ** (-4 + (8 * i) / (count - 1)))
const cell = await cellOf()
const timed = (diffusion: 'exact' | 'mesh') => () =>
  cpuOf(
    () =>
      impedance(cell, { frequencies, fidelity: 'dfn', mesh: { points: 20, shells: 20 }, doubleLayer: 0.2, diffusion }),
    { warm: 10, repeats: 15 },
  )

besidePeer({
  title: 'Impedance, 60 frequencies',
  ours: { 'exact particles': timed('exact'), 'meshed particles': timed('mesh') },
  task: 'impedance',
  input: { count, repeats: 5 },
})
