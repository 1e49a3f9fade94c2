import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeStructure } from '../../src/crystal/formats/write-structure.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { latticeText } from '../../src/file/lattice/write.ts'
import { type ClimbEvent, type Climbed, climb } from '../../src/ladder/climb.ts'
import { latticeFileOf } from '../../src/ladder/lattice-file.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import type { LatticeRung } from '../../src/ladder/stages/lattice.ts'
import type { Walker } from '../../src/ladder/stages/transport.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { mapStore, type Store } from '../../src/ladder/store.ts'
import { ladderStudyOf } from '../../src/ladder/study-file.ts'
import { bottom, cubicHost, depth, eggBox, pairEnergy, spacing } from './egg-box.ts'

const folder = mkdtempSync(join(tmpdir(), 'dualion-below-'))
after(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'host.cif'), writeStructure(cubicHost, 'cif'))

const metals = { Li: bottom.Li + 1.5, Mg: bottom.Mg + 1 }
const study = ladderStudyOf(
  {
    structure: { file: 'host.cif', cell: false },
    network: { carriers: ['Li', 'Mg'], places: { corner: [0, 0, 0] }, cutoff: 4.1 },
    filling: {
      metals,
      metalsSource: 'assumed: a test',
      exclusion: 1.9,
      limit: { weights: { Li: 1, Mg: 2 }, max: 2 },
      large: [3, 0, 0, 0, 3, 0, 0, 0, 3],
      forceTolerance: 1e-3,
    },
    arrangements: {
      sizes: [
        { cells: 1, count: 'all' },
        { cells: 2, count: 'all' },
      ],
      pairs: 4.5,
    },
    barriers: {},
    lattice: { name: 'egg box', pairs: 4.5 },
  },
  'study.json',
)

/** No rung here walks. */
const noWalks: Walker = function* () {
  yield 0
  throw new Error('no walks here')
}

const run = async (store: Store, stop: (event: ClimbEvent) => boolean = () => false) => {
  let asked = 0
  const evaluate = async (structures: readonly Structure[]) => {
    asked += structures.length
    return structures.map(structure => eggBox.evaluate(structure))
  }
  const { stages } = await stagesOf(study, {
    folder,
    walker: noWalks,
    engine: { stamp: 'egg box 1' },
  })
  const steps = climb(stages, { store, program: 'test', evaluate })
  for (;;) {
    const next = await steps.next()
    if (next.done) return { climbed: next.value as Climbed, asked, stages }
    if (stop(next.value)) {
      await steps.return(undefined as never)
      return { climbed: undefined, asked, stages }
    }
  }
}

test('from a structure and an engine to a lattice model whose numbers lead to the engine', async () => {
  const files = new Map<string, string>()
  const store = mapStore(files)
  const { climbed, asked, stages } = await run(store)
  const { model } = climbed!.get('lattice')!.output as LatticeRung
  assert.deepEqual(
    model.sites?.map(site => site.sublattice),
    ['corner'],
  )
  for (const [symbol, k] of [
    ['Li', 0],
    ['Mg', 1],
  ] as const) {
    const site = model.siteEnergies!.find(one => one.carrier === symbol)!
    assert.equal(site.basis ?? model.basis, 'computed')
    assert.deepEqual(site.inputs ?? model.inputs, {
      sha256: climbed!.get('arrangements')!.outputHash,
      engine: 'egg box 1',
    })
    // the well against the metal; pairs beyond 4.5 Å, up to 30 meV a pair, are put down to what is fitted
    assert.ok(Math.abs((site.energy as number) - (bottom[symbol] - metals[symbol])) < 0.15)
    const hop = model.hops![k]
    assert.ok(Math.abs(hop.barrier - depth[symbol]) < 0.03, `${symbol} ${hop.barrier}`)
    assert.deepEqual(hop.inputs ?? model.inputs, { sha256: climbed!.get('barriers')!.outputHash, engine: 'egg box 1' })
  }
  const pair = model.pairEnergies!.find(one => one.carriers.join() === 'Li,Li')!
  assert.ok(Math.abs((pair.energy as number) - pairEnergy('Li', 'Li', spacing)) < 0.05, `${pair.energy}`)

  // the model as a file of its own: its numbers are taken for computed beside what the rungs gave, and not elsewhere
  const alone = join(folder, 'alone')
  mkdirSync(join(folder, 'stages'))
  mkdirSync(alone)
  for (const at of [folder, alone]) writeFileSync(join(at, 'model.json'), latticeText(model))
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  assert.deepEqual((await latticeFileOf('model.json', folder)).model, model)
  await assert.rejects(latticeFileOf('model.json', alone), /inputs\.sha256: .* no record beside the model/)

  const { markdown } = await ladderReport(stages, climbed!, { title: 'Egg box', program: 'test' })
  assert.match(markdown, /corner–corner 4\.000 \| 3 \| 4\.000/)
  assert.match(markdown, /computed: .*corner/)

  // nothing is asked of the engine again
  const again = await run(store)
  assert.equal(again.asked, 0)
  assert.deepEqual([...again.climbed!], [...climbed!])
  // stopped among the arrangements, and gone on with: the same, and less to do than from the start
  const other = mapStore()
  let seen = 0
  await run(
    other,
    event =>
      event.kind === 'progress' &&
      event.stage.name === 'arrangements' &&
      event.doing.startsWith('arrangement 8') &&
      ++seen > 0,
  )
  assert.equal(seen, 1)
  const rest = await run(other)
  assert.deepEqual([...rest.climbed!], [...climbed!])
  assert.ok(rest.asked < asked, `${rest.asked} of ${asked}`)
})

test('a ladder from the engine needs all of its rungs, and the metals', async () => {
  const of = (change: object) =>
    stagesOf({ ...study, ...change } as typeof study, {
      folder,
      walker: noWalks,
      engine: { stamp: 'egg box 1' },
    })
  await assert.rejects(of({ filling: undefined }), /filling: got "nothing", allowed: lattice\.model, or all of/)
  await assert.rejects(of({ filling: { ...study.filling, metals: { Li: 1 } } }), /filling\.metals\.Mg/)
  await assert.rejects(of({ lattice: { model: 'm.json' } }), /structure: got "a rung below"/)
})
