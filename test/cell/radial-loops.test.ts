import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compactGrading, radialMesh } from '../../src/cell/mesh.ts'
import { radialBalances, radialEntries } from '../../src/cell/radial-loops.ts'
import { paddedLength, vectorMemory } from '../../src/math/vector-loop.ts'

const shells = 5
const size = shells + 1
const count = 3
const base = 7
const whole = base + count * size + 4

/** The rows of one particle, shell by shell. */
const plainRows = (
  mesh: ReturnType<typeof radialMesh>,
  x: Float64Array,
  yp: Float64Array,
  d: number,
  at: number,
): number[] => {
  const { volume, area, distance, massInside, massOutside, surfaceVolume } = mesh
  const rows: number[] = []
  let before = 0
  for (let k = 0; k < shells; k++) {
    const mass = massInside[k] * yp[at + k] + massOutside[k] * yp[at + k + 1]
    const flux = mass - d * (area[k] / distance[k]) * (x[at + k + 1] - x[at + k])
    rows.push(volume[k] * yp[at + k] + flux - before)
    before = flux
  }
  return [...rows, before - surfaceVolume * yp[at + shells]]
}

describe('balances of shells as loops', () => {
  const d = 0.3
  for (const kind of ['compact', 'cell'] as const) {
    const mesh = radialMesh(1, shells, 'sphere', compactGrading, kind)
    const memory = vectorMemory(radialEntries(count * size) + 3 * paddedLength(whole))
    const balances = radialBalances(mesh, count, memory)
    const here = [0, 1, 2].map(() => memory.vector(whole))
    const elsewhere = [0, 1, 2].map(() => new Float64Array(whole))
    for (const [place, [y, yp, out]] of [
      ['in the memory', here],
      ['elsewhere', elsewhere],
    ] as const)
      test(`${kind} mesh, state ${place}: bit for bit, and no other row`, () => {
        for (let k = 0; k < whole; k++) {
          y[k] = 0.5 + 0.3 * Math.sin(2.1 * k)
          yp[k] = Math.cos(1.3 * k)
          out[k] = -k
        }
        balances.fill(y, yp, base, d, out)
        for (let p = 0; p < count; p++) {
          const at = base + p * size
          assert.deepEqual([...out.subarray(at, at + size)], plainRows(mesh, y, yp, d, at))
        }
        for (const k of [0, base - 1, base + count * size, whole - 1]) assert.equal(out[k], -k)
      })

    test(`${kind} mesh: contents given as Θ`, () => {
      const [y, yp, out] = here
      for (let k = 0; k < count * size; k++) balances.theta[k] = y[base + k] ** 2
      balances.fill(undefined, yp, base, 1, out)
      const squares = y.map(v => v * v)
      for (let p = 0; p < count; p++) {
        const at = base + p * size
        assert.deepEqual([...out.subarray(at, at + size)], plainRows(mesh, squares, yp, 1, at))
      }
    })
  }
})
