/** The note on stability: sums of recorded energies that balance, refused where they do not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { climb } from '../../src/ladder/climb.ts'
import type { Stage } from '../../src/ladder/stage.ts'
import { type StabilityRung, type StabilitySettings, stabilityStage } from '../../src/ladder/stages/stability.ts'
import { mapStore } from '../../src/ladder/store.ts'

const phase = (name: string, energy: number, volume: number) => ({ name, where: `here: ${name}`, energy, volume })
const settings: StabilitySettings = {
  phases: [
    phase('Mo6S8', -100, 270),
    phase('ZnMo6S8', -101.5, 275.4),
    phase('Zn', -1, 15),
    phase('ZnS', -7, 40),
    phase('MoS2', -21, 60),
    phase('MoS2 other', -20.5, 61),
    phase('Mo', -10, 16),
  ],
  volumes: [['Mo6S8', 'ZnMo6S8']],
  products: [
    { of: 'ZnMo6S8', into: { Mo6S8: 1, Zn: 1 } },
    { of: 'ZnMo6S8', into: { ZnS: 1, MoS2: 3.5, Mo: 2.5 } },
    { of: 'Mo6S8', beside: { Zn: 8 }, into: { ZnS: 8, Mo: 6 } },
  ],
  records: { here: { engine: 'none', sha256: '0'.repeat(64) } },
  basis: 'assumed',
  notes: [],
}

const climbed = async (stage: Stage<StabilityRung>): Promise<StabilityRung> => {
  const steps = climb([stage as unknown as Stage], { store: mapStore(), program: 'test' })
  for (;;) {
    const next = await steps.next()
    if (next.done) return next.value.get('stability')!.output as StabilityRung
  }
}

test('energies and volumes add up', async () => {
  const { volumes, products } = await climbed(stabilityStage(settings))
  assert.ok(Math.abs(volumes[0].change - 0.02) < 1e-12)
  assert.ok(Math.abs(products[0].above - 0.5) < 1e-9)
  assert.ok(Math.abs(products[1].above - (-7 - 73.5 - 25 + 101.5)) < 1e-9)
  assert.ok(Math.abs(products[2].above - (8 * -7 - 60 + 8 + 100)) < 1e-9)
  assert.equal(products[2].of, 'Mo6S8 with 8 Zn')
  assert.equal(products[1].into, 'ZnS + 3.5 MoS2 + 2.5 Mo')
})

test('another phase of the same formula balances, other atoms do not; unknown phases are named', () => {
  const with_ = (into: Readonly<Record<string, number>>) => () =>
    stabilityStage({ ...settings, products: [{ of: 'ZnMo6S8', into }] })
  assert.doesNotThrow(with_({ ZnS: 1, 'MoS2 other': 3.5, Mo: 2.5 }))
  assert.throws(with_({ ZnS: 1, MoS2: 4, Mo: 2 }), /\+1 S.*as many S/)
  assert.throws(with_({ Mo6S8: 1 }), /−1 Zn/)
  assert.throws(with_({ Mo6S8: 1, Zinc: 1 }), /Zinc.*stability.phases/)
  assert.throws(() => stabilityStage({ ...settings, volumes: [['Mo6S8', 'Zn2Mo6S8']] }), /Zn2Mo6S8/)
})
