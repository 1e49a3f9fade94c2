import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell, Mesh } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { checkPhases, interfaceWidth, spinodalOf } from '../../src/cell/phase-stability.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as liCell } from '../../src/cells/li-mo6s8.ts'
import { checkCell } from '../../src/file/check-cell.ts'
import { make as lfp } from '../../src/hosts/lfp.ts'
import { make as mo6s8 } from '../../src/hosts/mo6s8.ts'
import { make } from '../../src/hosts/mo6s8-phase-separating.ts'
import type { HostMaterial } from '../../src/scales.ts'
import { F } from '../../src/units.ts'

const T = 298.15

const cellOf = (host: HostMaterial, radius: number): Cell => {
  const cell = liCell()
  const { cathode } = cell
  return {
    ...cell,
    cathode: { ...cathode, host, particleRadius: radius, areaDensity: (3 * cathode.activeFraction) / radius },
  }
}

/** The same host with a diffusivity of its own, not L Θ V_m. */
const measured = (o: { gradient?: undefined } = {}): HostMaterial => {
  const { gradient, ...host } = make({}, ['Li'])
  const transport = { ...host.transport, diffusivity: () => Float64Array.of(1e-14) }
  return { ...host, transport, ...('gradient' in o || !gradient ? {} : { gradient }) }
}

test('the spinodal of a regular solution: its content, its shortest wave and the width of its interface', () => {
  const host = make({}, ['Li'])
  const found = spinodalOf(host, T)
  // θ = ½ is the steepest: Θ = RT (4 + g)/4 for four sites and room for four; sampled 256 times, so within (1/256)².
  const theta = host.thermodynamics.potentialJacobian([2], T)[0]
  assert.ok(found && Math.abs(found.content[0] - 2) < 0.02)
  assert.ok(Math.abs(found.wavenumber / Math.sqrt(-theta / host.gradient![0]) - 1) < 1e-3)
  assert.equal(interfaceWidth(found), 2 / found.wavenumber)
  // Two ions: K has rank one and still stabilises every content; an attraction below the critical one has no spinodal.
  assert.ok((spinodalOf(make(), T)?.wavenumber ?? 0) < 1e9)
  assert.equal(spinodalOf(make({ frumkin: -3.9 }, ['Li']), T), undefined)
  assert.equal(spinodalOf(mo6s8(), T), undefined)
  // Fick's law as measured does not part, whatever the slope of the fitted potential.
  assert.equal(spinodalOf(measured({ gradient: undefined }), T), undefined)
  assert.equal(spinodalOf(lfp(), T), undefined)
})

test('a host that parts into phases is refused without K, naming content and temperature', () => {
  const { gradient: _, ...bare } = make()
  const cell = cellOf(bare, 1e-7)
  const refusal = { code: 'input', message: /cathode\.host.*not convex at Li [\d.]+, Mg [\d.]+, 298\.15 K.*gradient/ }
  assert.throws(() => modelOf(cell, { mesh: { points: 4, shells: 100 } }), refusal)
  assert.throws(() => checkCell(cell, 'cell.yaml'), { ...refusal, message: /^cell\.yaml: cathode\.host.*not convex/ })
  // K along Li alone leaves waves of Mg unstable at any length.
  const partly = { ...make(), gradient: Float64Array.of(2e-13, 0, 0, 0) }
  assert.throws(() => modelOf(cellOf(partly, 1e-7)), { code: 'input', message: /do not stabilise/ })
  const skew = { ...make(), gradient: Float64Array.of(1, 2, 3, 4) }
  assert.throws(() => modelOf(cellOf(skew, 1e-7)), { code: 'input', message: /gradient.*symmetric/ })
  assert.throws(() => modelOf(cellOf(measured(), 1e-7)), { code: 'input', message: /diffusivity of its own/ })
})

test('a mesh too coarse for the interface is refused with the mesh needed, which is then taken', () => {
  const cell = cellOf(make({}, ['Li']), 5e-7)
  const mesh: Mesh = { points: 7, shells: 20 }
  // 5 shells over 36 nm in 500 nm: 70.
  assert.throws(() => checkPhases(cell, mesh), {
    code: 'input',
    message: /got 20, allowed: at least 70, as in --mesh 7x70/,
  })
  checkPhases(cell, { ...mesh, shells: 70 })
  assert.throws(() => checkPhases(cell, { ...mesh, shells: 69 }))
})

test('a slow cycle runs along the common tangent, a faster one with hysteresis about it', () => {
  const host = make({}, ['Li'])
  const cell = cellOf(host, 2e-7)
  const tangent = -host.thermodynamics.potential([2], T)[0] / F
  const halfway = (rate: string): [number, number] => {
    const model = modelOf(cell, { fidelity: 'spm', mesh: { points: 4, shells: 40 } })
    const run = cycle(model, parseProtocol([`Discharge at ${rate} until 1.5 V`, `Charge at ${rate} until 2.6 V`]), {
      rtol: 1e-4,
    })
    assert.equal(run.steps.length, 2)
    const { voltage } = run.columns
    const amount = run.columns['amount[Li]']
    const surface = run.columns['surface[Li]']
    const at = ({ start, end }: { start: number; end: number }): number => {
      let k = start
      while (k < end && (amount[k] - 2) * (amount[start + 1] - 2) > 0) k++
      assert.ok(Math.abs(surface[k] - amount[k]) > 0.4, `two phases halfway: ${surface[k]}, mean ${amount[k]}`)
      return voltage[k]
    }
    const lost = Math.max(...Object.values(run.conservation))
    // Diffusion over a shell of 5 nm is 1e8 times faster than C/20 fills it: round-off of 1e-16 grows by that, over 1e3 steps.
    assert.ok(lost < 2e-9, `conserved to ${lost}`)
    return [at(run.steps[0]), at(run.steps[1])]
  }
  const [slowDown, slowUp] = halfway('C/20')
  const [fastDown, fastUp] = halfway('1C')
  const millivolts = (V: number): string => (1e3 * (V - tangent)).toFixed(1)
  console.log(
    `# against the tangent ${tangent.toFixed(4)} V: C/20 ${millivolts(slowDown)}, ${millivolts(slowUp)} mV; 1C ${millivolts(fastDown)}, ${millivolts(fastUp)} mV`,
  )
  // At C/20 what is left is the curvature of the front, 2γ V_m/r of the order of 5 mV in 200 nm, and kinetics under 2 mV.
  assert.ok(Math.abs(slowDown - tangent) < 10e-3 && Math.abs(slowUp - tangent) < 10e-3)
  assert.ok(fastDown < slowDown && slowUp < fastUp)
  assert.ok(fastUp - fastDown > 3 * (slowUp - slowDown))
})
