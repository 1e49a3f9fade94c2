import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../examples/', import.meta.url))
const tsx = import.meta.resolve('tsx')

for (const name of readdirSync(folder).filter(file => file.endsWith('.ts'))) {
  test(`${name}: fits on a screen, runs, prints a number and writes what it says`, () => {
    const text = readFileSync(join(folder, name), 'utf8')
    assert.ok(text.trimEnd().split('\n').length <= 40, 'longer than 40 lines')
    const scratch = mkdtempSync(join(tmpdir(), 'dualion-example-'))
    try {
      const run = spawnSync(process.execPath, ['--import', tsx, '--conditions=source', join(folder, name)], {
        cwd: scratch,
        encoding: 'utf8',
      })
      assert.equal(run.status, 0, run.stderr)
      assert.match(run.stdout, /\d/)
      assert.doesNotMatch(run.stdout, /NaN|undefined/)
      for (const [, file] of text.matchAll(/writeFile\('([\w.-]+)'/g)) {
        assert.match(
          readFileSync(join(scratch, file), 'utf8'),
          file.endsWith('.svg') ? /^<svg[\s\S]*<\/svg>\s*$/ : /\S/,
        )
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  })
}
