import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meshAdmittances } from '../../src/cell/impedance/mesh-admittance.ts'
import { probedAdmittances } from '../../src/cell/impedance/probed-admittance.ts'
import { radialMesh } from '../../src/cell/mesh.ts'
import { particlesOf } from '../../src/cell/particles-of.ts'
import { oneIonCell, twoIonCell } from './cells.ts'

test('shells condensed from the residual alone equal those condensed from the linearised faces', () => {
  for (const { cathode } of [oneIonCell(), twoIonCell()]) {
    const n = cathode.host.carriers.length
    const [count, shells, T] = [3, 6, 298.15]
    const mesh = radialMesh(cathode.particleRadius, shells, 'sphere')
    const content = Float64Array.from({ length: count * (shells + 1) * n }, (_, k) => 0.2 + 0.1 * Math.sin(k))
    const wanted = meshAdmittances(cathode, mesh, content, count, T)
    const probed = probedAdmittances(particlesOf(cathode.host, mesh, count), content, count, T)
    const [re, im, re2, im2] = [0, 1, 2, 3].map(() => new Float64Array(n * n))
    for (let p = 0; p < count; p++)
      for (const s of [1e-2, 1, 1e2]) {
        wanted(p, 0.3 * s, s, re, im)
        probed(p, 0.3 * s, s, re2, im2)
        let [difference, size] = [0, 0]
        for (let k = 0; k < n * n; k++) {
          difference += (re[k] - re2[k]) ** 2 + (im[k] - im2[k]) ** 2
          size += re[k] ** 2 + im[k] ** 2
        }
        // Difference quotients good to 1e-9, magnified by D/(Δ² s) ~ 1e3 at the lowest frequency.
        assert.ok(Math.sqrt(difference / size) < 1e-5, `n = ${n}, s = ${s}: ${Math.sqrt(difference / size)}`)
      }
  }
})
