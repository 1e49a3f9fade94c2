/** The lattice models of other hosts: they expand, lead back to their records, and have the numbers that they were given. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { latticeFileOf } from '../../src/ladder/lattice-file.ts'
import { arrangements } from '../../src/lattice/fit/enumerate.ts'
import { closePairs } from '../../src/lattice/fit/from-terms.ts'
import { type SiteGroup, siteSupercell } from '../../src/lattice/fit/site-group.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { inverse, rowsTimes } from '../../src/math/mat3.ts'

const folder = new URL('../../lattices/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const open = (name: string) => latticeFileOf(`${name}/model.json`, fileURLToPath(folder))

const hosts = ['li7pse6', 'mgco2o4', 'mo6s8-zn-al']

test('every folder of models is known here', () => {
  assert.deepEqual(
    readdirSync(folder, { withFileTypes: true })
      .filter(one => one.isDirectory())
      .map(one => one.name)
      .sort(),
    ['mo6s8', 'teacher', ...hosts].sort(),
  )
})

for (const name of hosts)
  test(`${name}: expands, can move in three directions, and says where each number comes from`, async () => {
    const { lattice, provenance, notes } = await open(name)
    assert.ok(lattice.events.length > 0)
    assert.ok(
      notes.every(note => !/cannot leave|no hops|directions only/.test(note)),
      notes.join('; '),
    )
    const teacher = sha256(read('teacher/energies.json'))
    for (const one of provenance) {
      assert.ok(one.source.length > 10, one.field)
      if (one.basis === 'computed') assert.equal(one.inputs!.sha256, teacher, one.field)
    }
  })

test('an ion of Li7PSe6 leaves its place at the measured rate', async () => {
  const { lattice } = await open('li7pse6')
  const kT = 8.617333262e-5 * 325
  // three edges a site, each both ways; seven of eight places are filled
  const ways = lattice.events.reduce((sum, one) => sum + 2 * one.attemptFrequency * Math.exp(-one.Ekra / kT), 0)
  const rate = ways / lattice.sites.length / 8
  // ν₀ is written with three digits
  assert.ok(Math.abs(rate / 1.4e5 - 1) < 5e-3, `${rate}`)
})

/** Sites of a lattice without any symmetry but its translations. */
const bareGroup = (lattice: Lattice): SiteGroup => {
  const n = lattice.sites.length
  const positions = Float64Array.from(lattice.sites.flatMap(site => [...site.position]))
  return {
    cell: lattice.cell,
    fractional: rowsTimes(positions, inverse(lattice.cell)),
    sublattice: Int32Array.from(lattice.sites, site => site.sublattice),
    operations: [{ rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] }],
    action: {
      index: Int32Array.from({ length: n }, (_, i) => i),
      shift: new Int32Array(3 * n),
      sites: n,
      operations: 1,
    },
  }
}

test('MgCo2O4 parts into spinel and rock salt: 2.9 V between them, and every arrangement between lies above', async () => {
  const { lattice } = await open('mgco2o4')
  const group = bareGroup(lattice)
  const cell = siteSupercell(group, [1, 1, 2])
  const near = lattice.clusters[0].energy[0]
  assert.equal(new Set(lattice.clusters.map(one => one.energy[0])).size, 1)
  const pairs = closePairs(group, cell, 1.8)
  // each octahedron has two tetrahedra beside it: 4 pairs a formula unit
  assert.equal(pairs.length, 4 * 2 * cell.cells)
  const units = 2 * cell.cells
  const lowest = new Map<number, number>()
  for (const sigma of arrangements(cell, { carriers: 1, primitive: false })) {
    let energy = 0
    sigma.forEach((filled, i) => {
      if (filled) energy += lattice.siteEnergy[i % 6]
    })
    for (const [i, j] of pairs) if (sigma[i] && sigma[j]) energy += near
    const x = sigma.reduce((a, b) => a + b, 0) / units
    lowest.set(x, Math.min(lowest.get(x) ?? Number.POSITIVE_INFINITY, energy / units))
  }
  const [spinel, salt] = [lowest.get(1)!, lowest.get(2)!]
  // written to 0.1 meV
  assert.ok(Math.abs((spinel - salt) / 2 - 2.9) < 1e-3, `${(spinel - salt) / 2}`)
  const between = [...lowest].filter(([x]) => x > 1 && x < 2)
  assert.equal(between.length, 3)
  for (const [x, energy] of between) assert.ok(energy > (2 - x) * spinel + (x - 1) * salt + 0.05, `${x}: ${energy}`)
})

test('Mg, Zn and Al in Mo6S8 climb from ring to ring what the engine says, which has its own Mg right', async () => {
  const { mo6s8 } = JSON.parse(read('teacher/energies.json'))
  // the teacher's own Mg: facts of the host have 0.374 eV; forces to 0.03 eV/Å leave some meV
  assert.ok(Math.abs(mo6s8.Mg.windowAboveInner - 0.374) < 0.01, `${mo6s8.Mg.windowAboveInner}`)
  const { lattice } = await open('mo6s8-zn-al')
  for (const [k, ion] of ['Mg', 'Zn', 'Al'].entries()) {
    const window = lattice.events.find(event => event.family === `${ion} outer–outer`)!
    const [inner, outer] = [0, 6].map(site => lattice.siteEnergy[3 * site + k])
    assert.ok(Math.abs(outer - inner + window.Ekra - mo6s8[ion].windowAboveInner) < 1e-3)
  }
})
