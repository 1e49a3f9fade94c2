import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { drive, evaluated, type Search } from '../../src/engine/search.ts'
import { recorded } from '../../src/study/recorded.ts'

const at = (x: number): Structure => ({
  species: ['X'],
  lattice: Float64Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9),
  positions: Float64Array.of(x, 0, 0),
})

/** Its energy is the place of the atom, so that an answer tells to which question it belongs. */
const place = () => {
  let calls = 0
  const engine: Engine = {
    name: 'place',
    elements: ['*'],
    external: true,
    evaluate: ({ positions }) => {
      calls++
      return { energy: positions[0], forces: Float64Array.of(-1, 0, 0) }
    },
  }
  return { engine, calls: () => calls }
}

test('a request that holds a structure twice gets every answer in its place, and asks once', () => {
  function* search(): Search<never, readonly number[]> {
    const answers = yield* evaluated<never>([at(1), at(2), at(1), at(3), at(2)])
    return answers.map(one => one.energy)
  }
  const { engine, calls } = place()
  const lines: string[] = []
  const energies = drive(
    recorded(search(), new Map(), line => lines.push(line)),
    engine,
  )
  assert.deepEqual(energies, [1, 2, 1, 3, 2])
  assert.equal(calls(), 3)
  assert.equal(lines.length, 3)
})
