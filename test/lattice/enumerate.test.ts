import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { arrangements, canonical, contentOf } from '../../src/lattice/fit/enumerate.ts'
import { distinctSupercells, type SiteSupercell, siteSupercell } from '../../src/lattice/fit/site-group.ts'
import { random } from '../../src/math/random.ts'
import { pythonWith } from '../python.ts'
import { groupOf } from './site-groups.ts'

type Counts = {
  readonly structure: string
  readonly sites: number
  readonly carriers: readonly string[]
  readonly counts: readonly {
    size: number
    supercells: number
    arrangements: number
    contents: Readonly<Record<string, number>>
  }[]
}
const read = (name: string) => JSON.parse(readFileSync(new URL(`../reference/casm/${name}`, import.meta.url), 'utf8'))
const peer = read('enumerate.json') as readonly Counts[]
/** (1/|G|) Σ_g k^{cycles of g}. */
const burnside = ({ permutations }: SiteSupercell, kinds: number): number => {
  let sum = 0
  for (const to of permutations) {
    const seen = new Uint8Array(to.length)
    let cycles = 0
    for (let i = 0; i < to.length; i++) {
      if (seen[i]) continue
      cycles++
      for (let j = i; !seen[j]; j = to[j]) seen[j] = 1
    }
    sum += kinds ** cycles
  }
  return sum / permutations.length
}

for (const { structure, sites, carriers, counts } of peer)
  test(`arrangements of ${carriers.join(', ')} on ${sites} sites of ${structure} are as many as CASM finds`, () => {
    const group = groupOf(structure, sites)
    for (const { size, supercells, arrangements: all, contents } of counts) {
      const cells = distinctSupercells(group.operations, size)
      const found: Record<string, number> = {}
      let number = 0
      for (const matrix of cells)
        for (const sigma of arrangements(siteSupercell(group, matrix), { carriers: carriers.length })) {
          const key = contentOf(sigma, 2).join(' ')
          found[key] = (found[key] ?? 0) + 1
          number++
        }
      // a supercell in which every arrangement repeats with a smaller cell is none of the peer's
      assert.ok(cells.length >= supercells, `${cells.length} supercells of size ${size}, CASM has ${supercells}`)
      assert.equal(number, all, `size ${size}`)
      assert.deepEqual(found, contents)
    }
  })

test('without limits there are as many as Burnside counts, in every supercell, repeating ones included', () => {
  for (const [name, count, largest, carriers] of [
    ['rockSalt', 1, 5, 2],
    ['chevrel', 6, 1, 2],
    ['chevrel', 12, 1, 1],
    ['fccBoth', 3, 2, 1],
  ] as const) {
    const group = groupOf(name, count)
    for (let size = 1; size <= largest; size++)
      for (const matrix of distinctSupercells(group.operations, size)) {
        const cell = siteSupercell(group, matrix)
        const number = [...arrangements(cell, { carriers, primitive: false })].length
        assert.equal(number, burnside(cell, carriers + 1), `${name} ${matrix.join()}`)
      }
  }
})

test('distinct supercells: without symmetry Σ d σ(d), by the group of fcc 2, 3, 7, 5, 10 of sizes 2 to 6', () => {
  const identity = [{ rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] }]
  const sigma = (n: number) => Array.from({ length: n }, (_, k) => k + 1).reduce((s, d) => s + (n % d ? 0 : d), 0)
  for (let n = 1; n <= 8; n++) {
    const expected = Array.from({ length: n }, (_, k) => k + 1).reduce((s, d) => s + (n % d ? 0 : d * sigma(d)), 0)
    assert.equal(distinctSupercells(identity, n).length, expected)
  }
  const fcc = groupOf('rockSalt', 1).operations
  assert.deepEqual(
    [2, 3, 4, 5, 6].map(n => distinctSupercells(fcc, n).length),
    [2, 3, 7, 5, 10],
  )
})

test('limits, exclusions and sites that a carrier may not take hold for every arrangement, and none that obeys is missing', () => {
  const group = groupOf('chevrel', 12)
  const cell = siteSupercell(group, [1, 1, 1])
  const exclusions: [number, number][] = []
  for (let i = 0; i < 6; i++) for (let j = 0; j < i; j++) exclusions.push([i, j])
  const options = { carriers: 2, exclusions, limits: [{ weights: [1, 2], max: 3 }], primitive: false }
  const found = [...arrangements(cell, options)]
  // by hand: all 3^12 words, those that obey, one of each class
  const classes = new Set<string>()
  const word = new Uint8Array(12)
  for (let k = 0; k < 3 ** 12; k++) {
    let rest = k
    let [charge, inner] = [0, 0]
    for (let i = 0; i < 12; i++) {
      word[i] = rest % 3
      rest = Math.floor(rest / 3)
      charge += word[i]
      if (i < 6 && word[i] > 0) inner++
    }
    if (charge <= 3 && inner <= 1) classes.add(canonical(cell, word).join())
  }
  assert.equal(found.length, classes.size)
  assert.deepEqual(new Set(found.map(one => one.join())), classes)
  const only = [...arrangements(cell, { ...options, allowed: (site, carrier) => carrier === 1 || site < 6 })]
  assert.ok(only.length < found.length && only.every(one => one.every((c, i) => c < 2 || i < 6)))
})

test('an arrangement and its images have one canonical form', () => {
  const group = groupOf('chevrel', 12)
  const cell = siteSupercell(group, [1, 1, 0, 0, 1, 0, 0, 0, 2])
  const { uniform } = random(3)
  for (let t = 0; t < 20; t++) {
    const sigma = Uint8Array.from({ length: cell.cells * cell.sites }, () => Math.floor(3 * uniform() ** 3))
    const standard = canonical(cell, sigma).join()
    for (const to of cell.permutations) {
      const image = new Uint8Array(sigma.length)
      to.forEach((j, i) => {
        image[j] = sigma[i]
      })
      assert.equal(canonical(cell, image).join(), standard)
    }
  }
})

test('a supercell with too many sites is refused before it runs for ever', () => {
  const cell = siteSupercell(groupOf('chevrel', 12), [2, 2, 1])
  assert.throws(
    () => [...arrangements(cell, { carriers: 2, mostTried: 1000 })],
    /supercell.*48 sites.*more than 1000 arrangements/,
  )
})

test('CASM still counts what is on record', {
  skip: process.env.DUALION_SLOW === '1' ? false : 'DUALION_SLOW=1 installs libcasm and counts again',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dualion-casm-'))
  try {
    const fresh = join(folder, 'enumerate.json')
    const script = fileURLToPath(new URL('../reference/casm/enumerate.py', import.meta.url))
    execFileSync(pythonWith('casm', ['libcasm-configuration==2.3.1']), [script, fresh], { stdio: 'pipe' })
    assert.deepEqual(JSON.parse(readFileSync(fresh, 'utf8')), peer)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
