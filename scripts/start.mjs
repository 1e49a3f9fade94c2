/** `npm start`: sets itself up (packages, build), then runs the main job of the project. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = args => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 130
const began = performance.now()
const ready = run(['scripts/setup.mjs', '--build'])
process.env.DUALION_SETUP_SECONDS = String((performance.now() - began) / 1000)
process.exitCode = ready !== 0 ? ready : run(['dist/cli/start.js', ...process.argv.slice(2)])
