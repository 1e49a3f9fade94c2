/** Python peers of the slow tests, in a folder of the user's cache that is made on first use. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** How often another test file that installs the same is looked at [ms], and how often at most. */
const pause = 500
const patience = 1200

/**
 * Path of a Python that has these packages (pinned, as `ase==3.29.0`).
 *
 * @param name  of the folder; tests that share it must name the same packages
 */
export const pythonWith = (name: string, packages: readonly string[]): string => {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dualion-test')
  const folder = join(cache, name)
  const python = join(folder, 'bin', 'python')
  const complete = join(folder, 'complete')
  mkdirSync(cache, { recursive: true })
  for (let waited = 0; !existsSync(complete); waited++) {
    if (!locked(`${folder}.lock`)) {
      if (waited > patience) throw new Error(`${folder}.lock: left by a run that was killed? remove it`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
      continue
    }
    try {
      rmSync(folder, { recursive: true, force: true })
      run('python3', ['-m', 'venv', folder])
      run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
      writeFileSync(complete, packages.join('\n'))
    } finally {
      rmdirSync(`${folder}.lock`)
    }
  }
  return python
}

/** Takes a lock, a folder that only one can make. */
const locked = (path: string): boolean => {
  try {
    mkdirSync(path)
    return true
  } catch {
    return false
  }
}

const run = (program: string, words: readonly string[]): void => {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr.slice(-2000)}`)
}
