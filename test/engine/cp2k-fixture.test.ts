/** A recorded first-principles path: Mg across a sheet of MoS2, by CP2K through our own socket (inputs beside it). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Image = {
  readonly share: number
  readonly species: readonly string[]
  readonly positions: readonly number[]
  readonly energy: number
  readonly forces: readonly number[]
  readonly stress: readonly number[]
}
const { images } = JSON.parse(readFileSync(new URL('../reference/cp2k/mg-mos2.json', import.meta.url), 'utf8')) as {
  images: readonly Image[]
}

const force = (image: Image, atom: number) => image.forces.slice(3 * atom, 3 * atom + 3)

test('CP2K, recorded: energies fit forces along the path of Mg', () => {
  const [before, middle, after] = [0.45, 0.5, 0.55].map(share => images.find(image => image.share === share)!)
  const along = (image: Image) =>
    force(image, 3).reduce((sum, f, d) => sum + f * (after.positions[9 + d] - before.positions[9 + d]), 0)
  const work = -(along(before) + 4 * along(middle) + along(after)) / 6
  const difference = after.energy - before.energy
  assert.ok(Math.abs(difference) > 5e-3, 'there is something to compare')
  // self-consistent to 1e-6 hartree, which is second order in the energy; 0.03 meV of Simpson and of the grid
  assert.ok(Math.abs(difference - work) < 3e-5, `${difference} ${work}`)
})

test('CP2K, recorded: forces sum to nothing, and across the threefold axes there are none', () => {
  for (const image of images) {
    for (const d of [0, 1, 2]) {
      const sum = [0, 1, 2, 3].reduce((total, atom) => total + force(image, atom)[d], 0)
      // atoms against a grid at 400 Ry
      assert.ok(Math.abs(sum) < 2e-3, `${image.share}: ${sum}`)
    }
  }
  // above Mo and above the hollow every atom lies on such an axis, and the odd grid of k-points keeps it
  for (const share of [0, 1]) {
    const image = images.find(one => one.share === share)!
    for (const atom of [0, 1, 2, 3])
      for (const f of force(image, atom).slice(0, 2)) assert.ok(Math.abs(f) < 1e-3, `${share}, ${atom}: ${f}`)
  }
})

test('CP2K, recorded: Mg rests above Mo and crosses towards the hollow uphill', () => {
  const energies = images.map(image => image.energy - images[0].energy)
  assert.deepEqual(
    images.map(image => image.species.join()),
    images.map(() => 'Mo,S,S,Mg'),
  )
  for (let i = 1; i < 4; i++) assert.ok(energies[i] > energies[i - 1])
  assert.ok(Math.max(...energies) > 0.05 && Math.max(...energies) < 1)
})
