/** The engines, the crystals and the search for paths in a browser: bundled for one, run with nothing of Node in reach. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import type { Structure } from '../../src/crystal/structure.ts'
import { moSLiMg } from '../../src/engine/potentials/mo-s-li-mg.ts'
import { drive } from '../../src/engine/search.ts'
import { relax } from '../../src/migration/relax.ts'

const source = `
export { moSLiMg } from 'dualion/engine/potentials/mo-s-li-mg'
export * from 'dualion/engine'
export * from 'dualion/migration'
export * from 'dualion/crystal'`

const cluster: Structure = {
  species: ['Mo', 'S', 'S', 'Li', 'Mg'],
  lattice: Float64Array.of(8, 0, 0, 0, 8, 0, 0, 0, 8),
  positions: Float64Array.of(0, 0, 0, 2.4, 0, 0, 0, 2.5, 0, 2.4, 2.4, 0.3, 0.2, 2.4, 2.6),
}

for (const [conditions, what] of [
  [['source'], 'sources'],
  [[], 'compiled library'],
] as const)
  test(`a bundle of the ${what} for a browser holds no module of Node, and gives the energies that Node gives`, async () => {
    const built = await build({
      stdin: { contents: source, resolveDir: fileURLToPath(new URL('../../', import.meta.url)) },
      bundle: true,
      write: false,
      platform: 'browser', // an import of node:… is an error
      format: 'iife',
      globalName: 'dualion',
      conditions: [...conditions],
      loader: { '.wasm': 'binary' },
      logLevel: 'silent',
    })
    const browser = { TextDecoder, TextEncoder }
    const run = (words: string) =>
      runInNewContext(`${built.outputFiles[0].text}\n;${words}`, { ...browser, structure: cluster })
    const answer = run(
      'const engine = dualion.moSLiMg(); const { energy, forces } = engine.evaluate(structure); ({ energy, forces: [...forces], end: dualion.drive(dualion.relax(structure, { maxSteps: 5 }), engine).energy })',
    )
    const here = moSLiMg().evaluate(cluster)
    assert.equal(answer.energy, here.energy)
    assert.deepEqual([...answer.forces], [...here.forces])
    assert.equal(answer.end, drive(relax(cluster, { maxSteps: 5 }), moSLiMg()).energy)
  })
