import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Cell } from '../../src/cell/cell.ts'
import { checkCarrier, checkElectrolyte, checkHost, checkMetal, failures } from '../../src/conformance/index.ts'
import type { Electrolyte } from '../../src/electrolyte/electrolyte.ts'
import type { Parameters } from '../../src/laws/parameter.ts'
import { isSourced } from '../../src/references.ts'
import type { Carrier, HostMaterial, Metal } from '../../src/scales.ts'

type LibraryFile<T> = { name: string; parameters: Parameters; make(overrides?: Record<string, number>): T }

const root = new URL('../../src/', import.meta.url).pathname
const stems = (folder: string) =>
  readdirSync(join(root, folder))
    .filter(f => f.endsWith('.ts'))
    .map(f => f.slice(0, -3))
const load = async <T>(folder: string, stem: string): Promise<LibraryFile<T>> =>
  import(pathToFileURL(join(root, folder, `${stem}.ts`)).href)

/** Hosts read from a fit of a measured potential: they have no RT ln x at their ends. */
const fitted = ['graphite', 'nmc811', 'lfp']

for (const folder of ['hosts', 'electrolytes', 'metals', 'cells']) {
  for (const stem of stems(folder)) {
    test(`${folder}/${stem}: name, parameters with sources and ranges, unknown overrides refused`, async () => {
      const file = await load<unknown>(folder, stem)
      assert.equal(file.name, stem)
      for (const [key, p] of Object.entries(file.parameters)) {
        assert.ok(isSourced(p.source), `${key}: ${p.source}`)
        assert.ok(p.range[0] <= p.value && p.value <= p.range[1], `${key} = ${p.value} outside ${p.range}`)
        assert.ok(p.unit.length > 0 && p.meaning.length > 0, key)
      }
      assert.throws(() => file.make({ nonsense: 1 }), /nonsense.*got 1/)
      assert.throws(() => file.make({ [Object.keys(file.parameters)[0]]: Number.NaN }), /NaN/)
      // The parameters are data: they survive a worker and a file.
      assert.deepEqual(JSON.parse(JSON.stringify(file.parameters)), structuredClone(file.parameters))
    })
  }
}

for (const stem of stems('hosts')) {
  test(`hosts/${stem} conforms`, async () => {
    const host = (await load<HostMaterial>('hosts', stem)).make()
    assert.deepEqual(failures(checkHost(host, { fitted: fitted.includes(stem) })), [])
  })
}

for (const stem of stems('electrolytes')) {
  test(`electrolytes/${stem} conforms`, async () => {
    assert.deepEqual(failures(checkElectrolyte((await load<Electrolyte>('electrolytes', stem)).make())), [])
  })
}

for (const stem of stems('metals')) {
  test(`metals/${stem} conforms`, async () => {
    assert.deepEqual(failures(checkMetal((await load<Metal>('metals', stem)).make())), [])
  })
}

for (const stem of stems('carriers')) {
  test(`carriers/${stem} conforms`, async () => {
    const carrier = (await import(pathToFileURL(join(root, 'carriers', `${stem}.ts`)).href))[stem] as Carrier
    assert.deepEqual(failures(checkCarrier(carrier)), [])
  })
}

for (const stem of stems('cells')) {
  test(`cells/${stem}: parts conform, room and inventory add up`, async () => {
    const file = await load<Cell>('cells', stem)
    const cell = file.make()
    assert.deepEqual(failures(checkElectrolyte(cell.electrolyte)), [])
    for (const electrode of [cell.anode, cell.cathode]) {
      if (electrode.kind === 'porous') {
        assert.ok(electrode.porosity + electrode.activeFraction <= 1)
        assert.ok(electrode.transportEfficiency > 0 && electrode.transportEfficiency <= electrode.porosity)
        assert.ok(electrode.host.molarMass > 0)
      } else {
        for (const metal of electrode.metals) assert.deepEqual(failures(checkMetal(metal)), [])
      }
    }
    const { inventory } = file as unknown as { inventory: Record<string, Record<string, number>> }
    for (const [ion, { total, cathode, anode, pores, reservoir }] of Object.entries(inventory)) {
      assert.ok(total > 0 && Math.abs(total - cathode - anode - pores - reservoir) < 1e-12 * total, ion)
    }
    assert.ok(cell.nominalCapacity > 0 && cell.voltageLimits[0] < cell.voltageLimits[1])
  })
}

test('the suites can fail: a host, an electrolyte and a metal with one sign wrong each', async () => {
  const host = (await load<HostMaterial>('hosts', 'mo6s8')).make()
  const wrong: HostMaterial = {
    ...host,
    thermodynamics: {
      ...host.thermodynamics,
      potential: (x, T, out) => {
        const mu = host.thermodynamics.potential(x, T, out)
        mu[0] += 1e4 * x[1]
        return mu
      },
    },
  }
  const laws = checkHost(wrong)
    .filter(c => !c.ok)
    .map(c => c.law)
  assert.ok(
    laws.includes('μ = ∂g/∂x') &&
      laws.includes('Θ = ∂μ/∂x') &&
      laws.includes('μ and Θ at many contents are those at one'),
    laws.join(),
  )
  const bath = (await load<Electrolyte>('electrolytes', 'li-mg-ether')).make()
  const flipped: Electrolyte = {
    ...bath,
    flux: (c, T, D, s) => {
      bath.flux(c, T, D, s)
      s[2] *= -1
    },
  }
  assert.ok(failures(checkElectrolyte(flipped)).some(f => f.startsWith('s = F 𝓛 z')))
  const metal = (await load<Metal>('metals', 'mg')).make()
  assert.ok(failures(checkMetal({ ...metal, monolayer: metal.monolayer * 1e3 })).length > 0)
})

test('numbers of the lithium-ion cells come from the file each was read from; molar masses are the library\u2019s', async () => {
  const { sourcesOf } = await import('../../src/cell/solution.ts')
  for (const [stem, key] of [
    ['graphite-nmc811', 'Chen2020'],
    ['graphite-lfp', 'BpxLfp18650'],
  ]) {
    const sources = sourcesOf((await load<Cell>('cells', stem)).make())
    const parts = Object.entries(sources).filter(([path]) => path.endsWith('.*'))
    assert.ok(parts.length >= 8, parts.join())
    for (const [path, source] of parts) assert.equal(source, key, `${stem}: ${path}`)
    for (const where of ['anode', 'cathode']) assert.match(sources[`${where}.host.molarMass`], /^IUPAC2021/)
  }
})
