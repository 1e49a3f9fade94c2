/** What the compiled product finds beside itself. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { root } from './dualion.ts'

test('lattice models are built with the records they rest on, and their rungs; scripts of Python stay', () => {
  const missing = readdirSync(join(root, 'lattices'), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && !entry.name.endsWith('.py'))
    .map(entry => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter(file => !existsSync(join(root, 'dist', file)))
  assert.deepEqual(missing, [])
})
