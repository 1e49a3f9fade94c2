/** The studies of examples/barriers, from the command line, as a user runs them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(root, 'examples', 'barriers')
const scratch = mkdtempSync(join(tmpdir(), 'dualion-barriers-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

/** Relaxes every atom of a host: up to a minute or two. */
const slow = /-(mo6s8|mgo)\.yaml$/

for (const name of readdirSync(folder).filter(file => file.endsWith('.yaml'))) {
  const skip = slow.test(name) && process.env.DUALION_SLOW !== '1' ? 'takes a minute: DUALION_SLOW=1 runs it' : false
  test(`${name}: table, figure, images and reaction path`, { skip }, () => {
    const [json, svg, extxyz, path] = ['json', 'svg', 'extxyz', 'path.json'].map(end => join(scratch, `${name}.${end}`))
    const run = spawnSync(
      process.execPath,
      [join(root, 'bin', 'dualion'), 'barrier', join(folder, name), '--json', json, '--svg', svg].concat([
        '--extxyz',
        extxyz,
        '--reaction-path',
        path,
      ]),
      { cwd: scratch, encoding: 'utf8' },
    )
    assert.equal(run.status, 0, run.stderr)
    const study = JSON.parse(readFileSync(json, 'utf8'))
    assert.equal(study.outcome, 'finished')
    const lone = study.rows.filter((row: { mechanism: string }) => row.mechanism === 'alone')
    assert.equal(lone.length, 2)
    for (const row of lone) {
      assert.equal(row.outcome, 'converged', row.label)
      assert.equal(row.verified, true, `${row.label}: ${row.why}`)
      // there and back are the same move in a centrosymmetric host: what the tolerance of states leaves; beside a
      // vacancy they are not
      if (!name.endsWith('-mgo.yaml'))
        assert.ok(Math.abs(row.barrier - row.backward) < 0.01, `${row.label}: ${row.barrier} and ${row.backward}`)
    }
    // every way there is ends at first-order saddles without force; one that there is not says so
    for (const row of study.rows) {
      if (row.outcome === 'site taken' || row.outcome === 'no state between') continue
      assert.ok(['converged', 'no barrier'].includes(row.outcome), `${row.label}: ${row.outcome}`)
      if (row.outcome !== 'converged') continue
      assert.equal(row.verified, true, `${row.label}: ${row.why}`)
      for (const { saddle } of row.paths) {
        if (!saddle) continue
        assert.equal(saddle.negativeModes, 1, row.label)
        assert.ok(saddle.largestForce < 0.05, `${row.label}: ${saddle.largestForce} eV/Å`)
      }
    }
    // a like ion pushes the other on (two Li 0.29 eV, two Mg 0.48) where it would have to pass it (1.09 and 0.84)
    if (/^(li-li|mg-mg)-mo6s8/.test(name))
      for (const row of study.rows.filter((one: { mechanism: string }) => one.mechanism === 'follower first'))
        assert.ok(row.barrier < 0.6, `${row.label}: ${row.barrier}`)
    assert.match(readFileSync(svg, 'utf8'), /Path coordinate \(Å\)/)
    assert.match(readFileSync(extxyz, 'utf8'), /Lattice="/)
    assert.ok(JSON.parse(readFileSync(path, 'utf8')).frames.length > 10)
  })
}
