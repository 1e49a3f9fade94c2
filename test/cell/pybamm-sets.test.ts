/**
 * Cells that are not BPX files: parameter sets of another program, its laws written out as expressions, on curves of its
 * own extrapolated to zero mesh width (test/reference/pybamm/sets.py).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compared } from '../validation/curves.ts'

/**
 * The curves are good to a microvolt; what is seen is our mesh and, where the voltage is flat, our tolerance of time: at rtol
 * 1e-5 a voltage of 4 V is good to 40 µV, and the end of a charge at 0.15 mV/s to 0.3 s. Measured: rms 0.0019, 0.0027 and
 * 0.0015 mV, ends 0.0000, 0.08 and 0.006 s.
 */
const cases: readonly (readonly [what: string, name: string, rms: number, end: number])[] = [
  // A wrong effective conductivity of the solid (0.08 S/m here) or of the electrolyte is worth millivolts.
  ['LFP | graphite, a cathode that hardly conducts', 'prada2013-set-1c', 0.01, 0.01],
  ['NMC | graphite charges from its empty end', 'mohtat2020-set-charge', 0.01, 0.3],
  // The planar metal: its exchange current, its sign, the salt's gradient at its face.
  ['NMC against lithium metal', 'xu2019-half-cell-1c', 0.01, 0.05],
]

for (const [what, name, rms, end] of cases) {
  test(`${what}: the curve of PyBaMM`, async () => {
    const one = await compared(name)
    assert.ok(one.rows > 100)
    assert.ok(1e3 * one.rms < rms, `rms ${1e3 * one.rms} mV`)
    assert.ok(Math.abs(one.durations[0]) < end, `end ${one.durations[0]} s off`)
  })
}
