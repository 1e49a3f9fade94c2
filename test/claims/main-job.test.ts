import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { claims } from '../../src/claims/thresholds.ts'
import { type Trial, trials } from '../../src/claims/trial.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dualion-start-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Starts the main job; `on` sees what it says on the way. */
const start = (args: readonly string[], on?: (said: string, stop: () => void) => void) =>
  new Promise<{ code: number | null; out: string }>(resolve => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', 'cli/start.ts', ...args], {
      cwd: root,
    })
    let out = ''
    child.stdout.on('data', data => {
      out += data
    })
    child.stderr.on('data', data => on?.(String(data), () => child.kill('SIGINT')))
    child.on('close', code => resolve({ code, out }))
  })

test('the quick main job runs from end to end and leaves what it says', async () => {
  const out = join(folder, 'whole')
  const { code, out: said } = await start(['--quick', '--out', out, '--json', join(folder, 'again.json')])
  assert.equal(code, 0, said)
  const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8')), summary)
  assert.deepEqual(summary.failures, [])
  // Dual beaker and full cell, Mg only, Li only, each with the pair and without; two graphite cells.
  assert.equal(summary.table.length, 10)
  for (const row of summary.table.filter((r: { pair: string }) => r.pair !== '')) {
    // 32.2 mAh/g an electron: capacity and contents are one account. The contents start at 1e-6, six digits are written.
    const charge = (row.Li ?? 0) + 2 * (row.Mg ?? 0)
    assert.ok(Math.abs(row.capacity / 32.2076 - charge) < 1e-3, `${row.run}: ${row.capacity} mAh/g, ${charge} charges`)
  }
  for (const { verdicts } of summary.verdicts) {
    assert.deepEqual(
      verdicts.map((v: { claim: string }) => v.claim),
      claims.map(c => c.name),
    )
    for (const v of verdicts) assert.match(v.outcome, /^(seen|not seen|thermodynamic)$/)
  }
  // What workers computed is what a single run gives.
  const row = summary.sensitivity[1]
  const alone: Trial = trials()(row.point)
  assert.deepEqual(
    row.trial.verdicts.map((v: { outcome: string }) => v.outcome),
    alone.verdicts.map(v => v.outcome),
  )
  // Six digits are written.
  assert.ok(Math.abs(row.trial.capacity.dual - alone.capacity.dual) < 1e-5)
  for (const file of ['table.csv', 'verdicts.csv', 'sensitivity.csv', 'maps.csv', 'cycles.csv', 'runs/beaker.csv'])
    assert.ok(readFileSync(join(out, file), 'utf8').split('\n').length > 2, file)
  for (const figure of ['discharge-beaker', 'discharge-full', 'jam-stalled', 'voltammogram', 'map-thermodynamics']) {
    const svg = readFileSync(join(out, 'figures', `${figure}.svg`), 'utf8')
    assert.match(svg, /^<svg /)
    assert.doesNotMatch(svg, /NaN|undefined/, figure)
  }
  assert.match(said, /Mg alone stalls/)
})

test('Ctrl-C leaves what was computed, and says so by the exit code', async () => {
  const out = join(folder, 'part')
  let stopped = false
  const { code } = await start(['--out', out], (said, stop) => {
    if (stopped || !said.includes('the cells are done')) return
    stopped = true
    stop()
  })
  assert.equal(code, 130)
  const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))
  assert.equal(summary.interrupted, true)
  assert.ok(summary.table.length > 0)
  assert.deepEqual(summary.maps, [])
  assert.ok(existsSync(join(out, 'figures', 'discharge-beaker.svg')))
})
