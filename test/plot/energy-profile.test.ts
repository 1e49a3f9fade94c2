import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fittedProfile } from '../../src/migration/barrier.ts'
import { energyProfile } from '../../src/plot/energy-profile.ts'

const words = 12 // height of the letters [px]

test('names of eleven paths that end at one height do not touch and stay beside the frame', () => {
  const s = [0, 1, 2]
  const svg = energyProfile(
    Array.from({ length: 11 }, (_, k) => ({
      label: `way ${k}`,
      s,
      energy: [0, 0.1 * k, k < 6 ? 0 : 0.9],
      // a curve much higher than its images: the height that names are moved apart by is that of the whole
      fitted: { s, energy: [0, k === 3 ? 6 : 0.1 * k, 0] },
      separation: [3, 4, 5],
    })),
  )
  const heights = [...svg.matchAll(/translate\([\d.]+,([\d.]+)\)"[^>]*>way /g)].map(([, y]) => Number(y))
  assert.equal(heights.length, 11)
  heights.sort((a, b) => a - b)
  for (let k = 1; k < 11; k++) assert.ok(heights[k] - heights[k - 1] >= words, `${heights}`)
  assert.ok(heights[0] > 0 && heights[10] < 0.66 * 480)
  assert.equal(svg.match(/stroke-dasharray/g)!.length, 8) // four curves with their distances: seven colours are there
})

test('a curve through forces that contradict the energies stays near the images, one through a smooth law is not changed', () => {
  const s = Float64Array.of(0, 1, 2, 3, 4)
  const rough = {
    s,
    energies: Float64Array.of(0, 0.2, 0.4, 0.2, 0),
    alongForces: Float64Array.of(0, -40, 3, 50, 0),
  }
  const swung = fittedProfile(rough).energy
  // slopes within three times the lines between images: a cubic then stays between the images at its ends
  assert.ok(Math.max(...swung) <= 0.4 + 0.15 && Math.min(...swung) >= -1e-12, `${Math.max(...swung)}`)
  const law = (x: number) => 0.2 * (1 - Math.cos((Math.PI * x) / 2))
  const smooth = {
    s,
    energies: s.map(law),
    alongForces: s.map(x => -0.1 * Math.PI * Math.sin((Math.PI * x) / 2)),
  }
  const curve = fittedProfile(smooth)
  // h⁴/384 times the fourth derivative, 0.2 (π/2)⁴ = 1.22
  curve.s.forEach((x, i) => {
    assert.ok(Math.abs(curve.energy[i] - law(x)) <= 1.22 / 384 + 1e-12)
  })
})
