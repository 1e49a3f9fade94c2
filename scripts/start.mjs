/** `npm start`: sets itself up (packages, build), then runs the main job of the project. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = args => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 130

/**
 * Two threads work side by side on two cores: what the engine compiles and collects beside them takes from them. Code is
 * compiled later, for it is compiled again where it meets other cells; a thread collects for itself. A third of all CPU time.
 */
const wanted = ['--interrupt-budget=264000', '--single-threaded-gc']
const known = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).stdout ?? ''
const flags = wanted.filter(flag => known.includes(` ${flag.replace(/=.*/, '')} `))

const began = performance.now()
const ready = run(['scripts/setup.mjs', '--build'])
process.env.DUALION_SETUP_SECONDS = String((performance.now() - began) / 1000)
process.exitCode = ready !== 0 ? ready : run([...flags, 'dist/cli/start.js', ...process.argv.slice(2)])
