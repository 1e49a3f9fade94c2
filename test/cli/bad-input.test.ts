import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chen2020, dualion, executable, thinCell } from './dualion.ts'
import { scratch } from './scratch.ts'

const put = (name: string, text: string): string => {
  writeFileSync(join(scratch, name), text)
  return name
}

/** A clean refusal: exit code 2, one message, nothing of the program's inside. */
const refused = (words: readonly string[], pattern: RegExp) => {
  const { status, stderr, stdout } = dualion(...words)
  assert.match(stderr, pattern)
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /\bat .*\.(js|ts):\d+|node:internal|Newton|undefined/)
  assert.equal(stdout, '')
}

test('cite: a result whose references or sources are not what a result has is refused, not printed as letters', () => {
  const format = '"format":"dualion result"'
  const cases: readonly [string, RegExp][] = [
    [`{${format},"references":null,"sources":{}}`, /r\.json: references: got null, needed: a citation for each key/],
    [`{${format},"references":"abc","sources":{}}`, /references: got a string/],
    [`{${format},"references":{"a":{"doi":1}},"sources":{}}`, /references > a: got an object/],
    [`{${format},"references":{},"sources":{"a":1}}`, /sources > a: got a number, needed: a text/],
    [`{${format},"references":{},"sources":null}`, /sources: got null/],
    [`{${format},"references":{},"sources":[]}`, /sources: got a list/],
    [`{${format}}`, /references: got nothing/],
    ['[]', /this is not a result of dualion/],
  ]
  for (const [text, pattern] of cases) refused(['cite', put('r.json', text)], pattern)
})

test('an output over the input, or two outputs in one file, are refused under any of their names', () => {
  const text = readFileSync(thinCell, 'utf8')
  put('cell.yaml', text)
  mkdirSync(join(scratch, 'deep'))
  symlinkSync(join(scratch, 'cell.yaml'), join(scratch, 'link.yaml'))
  linkSync(join(scratch, 'cell.yaml'), join(scratch, 'hard.yaml'))
  for (const name of ['cell.yaml', './deep/../cell.yaml', 'link.yaml', 'hard.yaml']) {
    refused(['run', 'cell.yaml', '--json', name], /--json: got ".*", allowed: another file than the input/)
    refused(['impedance', 'cell.yaml', '--csv', name], /--csv: got ".*", allowed: another file than the input/)
  }
  assert.equal(readFileSync(join(scratch, 'cell.yaml'), 'utf8'), text)
  refused(
    ['run', 'cell.yaml', '--csv', 'x', '--json', 'deep/../x'],
    /--json: got ".*", allowed: another file than --csv/,
  )
})

test('an output over a drive cycle, a name no disk takes, a mesh no step ends on are refused before the run', () => {
  put('kept.csv', rows)
  refused(['run', chen2020, '--step', 'Run kept.csv', '--csv', './kept.csv'], /--csv: .*another file than the input/)
  assert.equal(readFileSync(join(scratch, 'kept.csv'), 'utf8'), rows)
  refused(['run', chen2020, '--json', 'x'.repeat(300)], /--json: got "x.*\.\.\.", allowed: a name of at most 255 bytes/)
  refused(['run', chen2020, '--mesh', '1000x1000'], /--mesh: got "1000x1000", allowed: N·M ≤ 200000/)
})

test('an output that fails takes nothing from the others', { skip: !existsSync('/dev/full') }, () => {
  const step = ['--mesh', '3x3', '--step', 'Discharge at 1C for 1 s']
  const { status, stderr } = dualion('run', chen2020, ...step, '--csv', '/dev/full', '--json', 'whole.json')
  assert.equal(status, 2)
  assert.equal(stderr, 'dualion: /dev/full: no space left on the disk\n')
  assert.equal(JSON.parse(readFileSync(join(scratch, 'whole.json'), 'utf8')).outcome, 'time')
})

test('words of a file that a terminal would obey are shown, not obeyed', () => {
  put('red.yaml', 'from: graphite-nmc811\n"\\e[31mred": 1\n')
  const { stderr } = dualion('check', 'red.yaml')
  assert.match(stderr, /red\.yaml: \uFFFD\[31mred: unknown key/)
})

test('Ctrl-C while the program still loads is 130 too', () => {
  // Loaded before the program: sends Ctrl-C as soon as somebody listens for it, which is when the program is not loaded yet.
  const eager = `const on = process.on
    process.on = (name, ...rest) => {
      on.call(process, name, ...rest)
      if (name === 'SIGINT') process.kill(process.pid, 'SIGINT')
      return process
    }`
  const words = ['run', chen2020, '--mesh', '3x3', '--step', 'Rest for 1 s', '--csv', 'never.csv']
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(eager)}`, executable, ...words],
    {
      cwd: scratch,
      encoding: 'utf8',
      timeout: 60_000,
    },
  )
  assert.equal(status, 130)
  assert.equal(stderr, '')
  assert.ok(!existsSync(join(scratch, 'never.csv')))
})

test('two outputs may both go to /dev/null', () => {
  const step = ['--mesh', '3x3', '--step', 'Discharge at 1C for 1 s']
  assert.equal(dualion('run', chen2020, ...step, '--csv', '/dev/null', '--json', '/dev/null').status, 0)
})

test('a step that proves never to end is refused, and what the steps before it gave is written', () => {
  const steps = ['--step', 'Discharge at 1C for 60 s', '--step', 'Rest until 2.5 V']
  const { status, stderr } = dualion(
    'run',
    chen2020,
    '--model',
    'spm',
    '--mesh',
    '3x3',
    ...steps,
    '--json',
    'late.json',
  )
  assert.equal(status, 2, stderr)
  assert.match(stderr, /step 2, Rest until 2\.5 V: the step can never end/)
  const result = JSON.parse(readFileSync(join(scratch, 'late.json'), 'utf8'))
  assert.deepEqual(
    result.steps.map((step: { outcome: string }) => step.outcome),
    ['time', 'condition never met'],
  )
})

const rows = 'time, current\n0, 1\n5, 2\n10, 0\n'

test('check reads the protocol of a file too; a mistake has file, sentence and column', () => {
  const text = (protocol: string) => readFileSync(thinCell, 'utf8').replace(/^protocol:.*$/m, `protocol: ${protocol}`)
  put('typo.yaml', text('[Rest for 10 s, Dischrage at C/5 until 0.4 V]'))
  const typo = /typo\.yaml: protocol, sentence 2: "Dischrage" .*did you mean "Discharge"\? \(column 1\)/
  refused(['check', 'typo.yaml'], typo)
  refused(['run', 'typo.yaml'], typo)
  put('never.yaml', text('[Hold at 1 V until 0.5 V]'))
  refused(['check', 'never.yaml'], /never\.yaml: protocol.*never/s)
})

test('a drive cycle is found by Profile and by Run, from the command line and from the folder of the file', () => {
  mkdirSync(join(scratch, 'cycles'), { recursive: true })
  put('cycles/good.csv', rows)
  const quick = ['--mesh', '3x3', '--model', 'spm']
  for (const name of ['cycles/good.csv', join(scratch, 'cycles/good.csv')])
    for (const step of [`Profile ${name}`, `Run ${name}`, `Run ${name} (A)`]) {
      const { status, stdout, stderr } = dualion('run', chen2020, ...quick, '--step', step)
      assert.equal(status, 0, stderr)
      assert.match(stdout, /profile end/)
    }
  const text = readFileSync(thinCell, 'utf8').replace(/^protocol:.*$/m, 'protocol: [Run good.csv (C)]')
  put('cycles/cell.yaml', text)
  assert.equal(dualion('check', 'cycles/cell.yaml').status, 0)
  refused(['run', chen2020, '--step', 'Run nothing.csv'], /nothing\.csv: there is no such file/)
})

test('--thermal where the file has no heat balance is said, with what it would need', () => {
  const quick = ['--mesh', '3x3', '--model', 'spm', '--step', 'Discharge at 1C for 1 s', '--thermal']
  assert.match(
    dualion('run', chen2020, ...quick).stdout,
    /note: --thermal: .*(no heat balance|lumped heat balance is solved)/,
  )
  assert.match(
    dualion('run', thinCell, ...quick).stdout,
    /note: --thermal: the file has no heat balance.*a section thermal/,
  )
})

test('a drive cycle in UTF-16 is said to be one, and a very long word is not echoed whole', () => {
  writeFileSync(join(scratch, 'wide.csv'), Buffer.from(`\uFEFF${rows}`, 'utf16le'))
  refused(['run', chen2020, '--step', 'Profile wide.csv'], /wide\.csv: got "?UTF-16.*allowed: UTF-8/)
  const { status, stderr } = dualion('run', chen2020, '--step', 'x'.repeat(19_000))
  assert.equal(status, 2)
  assert.ok(stderr.length < 600, `${stderr.length} characters`)
})
