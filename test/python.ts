/** Python peers of the slow tests, in a folder of the user's cache that is made on first use. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Path of a Python that has these packages (pinned, as `ase==3.29.0`).
 *
 * @param name  of the folder; tests that share it must name the same packages
 */
export const pythonWith = (name: string, packages: readonly string[]): string => {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dualion-test')
  const folder = join(cache, name)
  const done = join(folder, 'bin', 'python-is-complete')
  if (!existsSync(done)) {
    mkdirSync(cache, { recursive: true })
    rmSync(folder, { recursive: true, force: true })
    run('python3', ['-m', 'venv', folder])
    run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
    run('cp', [join(folder, 'bin', 'pip'), `${done}.part`])
    renameSync(`${done}.part`, done)
  }
  return join(folder, 'bin', 'python')
}

const run = (program: string, words: readonly string[]): void => {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr.slice(-2000)}`)
}
