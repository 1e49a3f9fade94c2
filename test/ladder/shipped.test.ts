import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseYaml } from '../../src/file/yaml.ts'
import { climb } from '../../src/ladder/climb.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { folderStore, type Store, withShipped } from '../../src/ladder/store.ts'
import { ladderStudyOf, shippedOf } from '../../src/ladder/study-file.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Rungs that take no time. */
const cheap = ['lattice', 'energies']

/** Climbs a study on the rungs that come along; at the first stage that would have to be computed it stops. */
const climbed = async (study: string, shifts: Readonly<Record<string, number>> = {}) => {
  const file = join(root, 'examples/ladders', study)
  const data = ladderStudyOf(await parseYaml(readFileSync(file, 'utf8'), file), file)
  const { stages } = await stagesOf(data, { folder: dirname(file), walker: walked, shifts })
  const [own, ...others] = shippedOf(data).map(folder => folderStore(join(dirname(file), folder)))
  const { read } = withShipped(own, ...others)
  const store: Store = { read, write: async () => {}, append: async () => {}, remove: async () => {} }
  const there: string[] = []
  for await (const event of climb(stages, { store, program: 'test' })) {
    if (event.kind === 'end' && event.cached) there.push(event.stage.name)
    if (event.kind === 'start' && !cheap.includes(event.stage.name)) break
  }
  return { there, all: stages.map(stage => stage.name) }
}

for (const study of ['mo6s8.yaml', 'mo6s8-assumed-pair.yaml', 'mo6s8-slab.yaml'])
  test(`the rungs of ${study} that come along belong to its model and its settings`, async () => {
    const { there, all } = await climbed(study)
    assert.deepEqual(there, all)
  })

test('with a barrier moved by 50 meV no rung that rests on it is taken from what comes along', async () => {
  const { there } = await climbed('mo6s8.yaml', { 'Mg outer–outer': 0.05 })
  // energies come out as they were, so what rests on them alone is still good
  assert.deepEqual(there, ['thermodynamics'])
})
