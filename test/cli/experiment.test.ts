/** Experiments of a cell file and of the command line: what ends them all, tags, start times, and what is refused. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chen2020, dualion } from './dualion.ts'
import { scratch } from './scratch.ts'

const write = (name: string, protocol: string): string => {
  writeFileSync(join(scratch, name), `from: li-mg-mo6s8-beaker\nprotocol:\n${protocol}`)
  return name
}

const whole = `
  steps:
    - { step: Discharge at C/5 for 10 minutes, tags: formation }
    - { step: Rest for 1 minute, startTime: 20 minutes, tags: [formation, slow] }
    - (Discharge at C/5 for 2 minutes; Rest for 1 minute (tags relax)) * 3
  period: 5 minutes
  temperature: 25 oC
  termination: [0.2 V, 24 minutes]
`

test('a file says steps with what stands beside them, what holds for all, and what ends them', () => {
  const name = write('experiment.yaml', whole)
  const { status, stdout, stderr } = dualion('run', name, '--mesh', '4x6', '--json', 'experiment.json')
  assert.equal(status, 0, stderr)
  const { steps, outcome, columns } = JSON.parse(readFileSync(join(scratch, 'experiment.json'), 'utf8'))
  assert.equal(outcome, 'time limit')
  assert.deepEqual(
    steps.map((step: { label: string; time: number; tags?: string[] }) => [step.time, step.tags ?? []]),
    [
      [0, ['formation']],
      [600, []],
      [1200, ['formation', 'slow']],
      [1260, []],
      [1380, ['relax']],
    ],
  )
  assert.equal(columns.time.values.at(-1), 24 * 60)
  // Rows every five minutes and at the ends of steps.
  assert.deepEqual(columns.time.values.slice(0, 3), [0, 300, 600])
  assert.match(stdout, /Rest until the next step begins/)
  const { stdout: said } = dualion('check', name)
  assert.match(said, /Rest for 1 minute \(tags formation, slow; startTime 20 minutes\)/)
  assert.match(said, /termination: 0\.2 V, 24 minutes/)
})

test('the command line ends an experiment, and takes the place of what the file says', () => {
  const name = write('ended.yaml', whole)
  const { status, stdout } = dualion('run', name, '--mesh', '4x6', '--termination', '3 V', '--temperature', '30 oC')
  assert.equal(status, 0)
  assert.match(
    stdout,
    /terminated: 3 V: Discharge at C\/5 for 10 minutes came down to .*; the 7 steps after it were not run/,
  )
  const words = ['--mesh', '4x6', '--model', 'spm', '--step', '(Discharge at 1C for 5 minutes; Rest for 1 minute) * 3']
  const faded = dualion('run', chen2020, ...words, '--termination', '4 h', '--termination', '0.5 Ah capacity')
  assert.match(faded.stdout, /terminated: 0\.5 A·h capacity: cycle 1 discharged 0\.416\d* A·h; the 4 steps after it/)
})

test('what is wrong is refused with the place, the value and the word that was meant', () => {
  const refused = (words: readonly string[], pattern: RegExp) => {
    const { status, stdout, stderr } = dualion('run', ...words)
    assert.match(stderr, pattern)
    assert.deepEqual([status, stdout], [2, ''])
  }
  refused(
    [chen2020, '--termination', '80 % capcity'],
    /--termination: .*did you mean "capacity"\? \(column 6\)\n.*\n {7}\^/,
  )
  refused([chen2020, '--period', '5 V'], /--period: got "5 V", allowed: a time/)
  refused([chen2020, '--temperature', '-300 oC'], /--temperature: got "-300 oC"/)
  refused([chen2020, '--temrination', '2 V'], /Did you mean --termination\?/)
  const changed = (from: string, to: string) => [write('wrong.yaml', whole.replace(from, to))]
  refused(changed('startTime', 'startTyme'), /protocol\.steps\.1\.startTyme: unknown key, did you mean "startTime"\?/)
  refused(changed('20 minutes', '20 minits'), /protocol, sentence 2: startTime: .*did you mean "minute"/)
  refused(changed('20 minutes', '-3'), /protocol, sentence 2: .*startTime: got -3, allowed: a number of seconds ≥ 0/)
  refused(changed('termination:', 'terminaton:'), /protocol\.terminaton: unknown key, did you mean "termination"\?/)
  refused(changed('0.2 V, ', '2 K, '), /protocol\.termination: a temperature does not end an experiment/)
  refused(changed('25 oC', '25'), /protocol\.temperature: got 25, .*did you mean 25 oC\?/)
  refused(changed('steps:', 'step:'), /protocol\.step: unknown key, did you mean "steps"\?/)
})
