import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratch } from './scratch.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const executable = join(root, 'bin', 'dualion')
export const thinCell = join(root, 'examples', 'cells', 'li-mg-mo6s8-thin.yaml')
export const chen2020 = join(root, 'src', 'cells', 'bpx', 'chen2020.json')

/** The compiled command line as the sources are now: without this a stale dist/ would be tested. */
const built = spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), '--build'], { encoding: 'utf8' })
if (built.status !== 0) throw new Error(`the command line does not build:\n${built.stderr}`)

/** `./bin/dualion …` in the scratch folder. */
export const dualion = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [executable, ...words], {
    cwd: scratch,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, stdout, stderr }
}
