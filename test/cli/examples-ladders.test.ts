/** A study of examples/ladders, from the command line, as a user runs it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { executable, root } from './dualion.ts'
import { scratch } from './scratch.ts'

const skip = process.env.DUALION_SLOW !== '1' ? 'takes a minute: DUALION_SLOW=1 runs it' : false

test('two-ions.yaml: every rung up to the discharge, its report and figures; all there the second time', {
  skip,
}, () => {
  const study = join(root, 'examples', 'ladders', 'two-ions.yaml')
  const out = join(scratch, 'two-ions')
  const climb = () =>
    spawnSync(process.execPath, [executable, 'ladder', study, '--out', out], { cwd: scratch, encoding: 'utf8' })
  const first = climb()
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stdout, /6 of 6 discharge: done/)
  const report = readFileSync(join(out, 'report.md'), 'utf8')
  assert.doesNotMatch(report, /not reached|not computed/)
  for (const name of ['voltages', 'diffusivities', 'discharge']) {
    assert.match(readFileSync(join(out, `${name}.svg`), 'utf8'), /^<svg/)
    assert.ok(report.includes(`![${name}](${name}.svg)`), name)
  }
  // four hours at C/5 are 0.8 of the room in charge, on top of what was there: 0.01 Li and 0.01 Mg
  const [, Li] = report.match(/Li per formula unit 0\.0100 → ([\d.]+)/)!
  const [, Mg] = report.match(/Mg per formula unit 0\.0100 → ([\d.]+)/)!
  assert.ok(Number(Li) > 0.01 && Number(Li) + Number(Mg) <= 1, `${Li} ${Mg}`)
  const again = climb()
  assert.equal(again.status, 0, again.stderr)
  assert.equal(again.stdout.match(/there already/g)!.length, 6)
  assert.equal(readFileSync(join(out, 'report.md'), 'utf8'), report)
})
