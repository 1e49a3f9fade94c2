import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Structure } from '../../src/crystal/structure.ts'
import { forceMessage, positionMessage, readForces, readPositions } from '../../src/engine/ipi/messages.ts'
import { commandWords, socketKind, splitWords } from '../../src/engine/ipi/start-files.ts'
import { fault, type Wire } from '../../src/engine/ipi/wire.ts'
import { determinant } from '../../src/math/mat3.ts'

/** Bytes that have come already; the end of them is the end of the connection. */
const wireOf = (bytes: Uint8Array): Wire => {
  let at = 0
  const read = async (count: number) => {
    if (at + count > bytes.length) throw fault('it closed the connection')
    at += count
    return Buffer.from(bytes.subarray(at - count, at))
  }
  return { read, readHeader: async () => (await read(12)).toString('latin1').trim(), write() {}, fail() {}, end() {} }
}

const number = fc.double({ min: -30, max: 30, noNaN: true })
const structures = fc
  .tuple(fc.array(number, { minLength: 9, maxLength: 9 }), fc.array(number, { minLength: 3, maxLength: 30 }))
  .filter(([cell]) => Math.abs(determinant(cell)) > 1)
  .map(([cell, places]): Structure => {
    const n = Math.floor(places.length / 3)
    return {
      species: Array.from({ length: n }, () => 'Mg'),
      lattice: Float64Array.from(cell),
      positions: Float64Array.from(places.slice(0, 3 * n)),
    }
  })

/** Two changes of units there and back: a few roundings (and whatever is left of numbers near 1e-308). */
const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  assert.equal(a.length, b.length)
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i] - b[i]) <= 1e-15 * Math.abs(b[i]) * 4 + 1e-300, `${a[i]} ${b[i]}`)
}

test('positions and forces written are read back', async () => {
  await fc.assert(
    fc.asyncProperty(structures, fc.array(number, { minLength: 40, maxLength: 40 }), async (structure, values) => {
      const n = structure.species.length
      const wire = wireOf(positionMessage(structure))
      assert.equal(await wire.readHeader(), 'POSDATA')
      const { lattice, positions } = await readPositions(wire, n)
      near(lattice, structure.lattice)
      near(positions, structure.positions)

      const [a, b, c, d, e, f] = values.slice(1).map(value => 0.01 * value + 1e-3)
      const evaluation = {
        energy: values[0],
        forces: Float64Array.from(values.slice(1, 1 + 3 * n)),
        stress: Float64Array.of(a, d, e, d, b, f, e, f, c),
      }
      const answer = wireOf(forceMessage(evaluation, structure))
      assert.equal(await answer.readHeader(), 'FORCEREADY')
      const read = await readForces(answer, structure)
      near([read.energy], [evaluation.energy])
      near(read.forces, evaluation.forces)
      near(read.stress!, evaluation.stress)
    }),
    { numRuns: 100, seed: 4 },
  )
})

test('whatever bytes come, the answer is finite or a fault is named', async () => {
  const structure: Structure = {
    species: ['Mg', 'S'],
    lattice: Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5),
    positions: new Float64Array(6),
  }
  const good = forceMessage({ energy: 1, forces: new Float64Array(6) }, structure).subarray(12)
  let faults = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 0, maxLength: 16 }),
      fc.nat({ max: good.length }),
      fc.nat({ max: good.length }),
      async (noise, where, length) => {
        const bytes = Buffer.from(good)
        bytes.set(noise.subarray(0, Math.max(0, good.length - where)), where)
        try {
          const { energy, forces } = await readForces(wireOf(bytes.subarray(0, length)), structure)
          assert.ok(Number.isFinite(energy) && forces.every(Number.isFinite))
        } catch (error) {
          assert.ok(error instanceof Error && 'again' in error, `${error}`)
          faults++
        }
      },
    ),
    { numRuns: 500, seed: 5 },
  )
  assert.ok(faults > 100)
})

test('a virial of which only one triangle is filled is symmetric', async () => {
  const structure: Structure = {
    species: ['Mg'],
    lattice: Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5),
    positions: new Float64Array(3),
  }
  const upper = { energy: 0, forces: new Float64Array(3), stress: Float64Array.of(1, 2, 3, 0, 4, 5, 0, 0, 6) }
  const { stress } = await readForces(wireOf(forceMessage(upper, structure).subarray(12)), structure)
  near(stress!, [1, 2, 3, 2, 4, 5, 3, 5, 6])
})

test('a command is parted into words as a shell would, without a shell', async () => {
  assert.deepEqual(splitWords(`python  "a b.py" --x='1 2'y {name}`), ['python', 'a b.py', '--x=1 2y', '{name}'])
  assert.deepEqual(splitWords(`x "" '{ kind: morse }'`), ['x', '', '{ kind: morse }'])
  assert.throws(() => splitWords('  '), /a command/)
  assert.equal(socketKind('x {socket}'), 'unix')
  assert.equal(socketKind('x --at {host}:{port}'), 'tcp')
  const at = { index: 1, folder: '/nowhere', structure: undefined as never }
  assert.deepEqual(await commandWords('x {name} {index}', { ...at, address: { path: '/tmp/ipi_dualion-a/1' } }), [
    'x',
    'dualion-a/1',
    '1',
  ])
  // what is filled in is not parted again
  assert.deepEqual(await commandWords('x {socket}', { ...at, address: { path: '/tmp/a b; rm c' } }), [
    'x',
    '/tmp/a b; rm c',
  ])
})
