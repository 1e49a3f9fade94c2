import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** A folder that is gone after the test file. */
export const scratch = mkdtempSync(join(tmpdir(), 'dualion-cli-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
