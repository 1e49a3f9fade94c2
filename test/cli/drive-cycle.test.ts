import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readDriveCycle } from '../../cli/drive-cycle.ts'
import { scratch } from './scratch.ts'

const fileOf = (name: string, text: string): string => {
  const file = join(scratch, name)
  writeFileSync(file, text)
  return file
}

test('named columns are found wherever they stand; comments and blank lines are skipped', () => {
  const file = fileOf('named.csv', '# made up\nVoltage / V,Test Time / s,Current / A\n3,0,1\n\n3,1.5,-2\n# end\n')
  const { time, value, quantity } = readDriveCycle(file)
  assert.deepEqual([...time], [0, 1.5])
  assert.deepEqual([...value], [1, -2])
  assert.equal(quantity, 'current')
  assert.deepEqual([...readDriveCycle(file, 'charge').value], [-1, 2])
})

test('lines end as on any system, and lines of blanks are none', () => {
  for (const end of ['\n', '\r\n', '\r'])
    assert.deepEqual(
      [...readDriveCycle(fileOf('ends.csv', ['time,current', '0,1', '  ', '5,2', ''].join(end))).time],
      [0, 5],
    )
  assert.deepEqual(
    [...readDriveCycle(fileOf('names.csv', 'Test Time / s,Current / A\n0,+1.5e0\n.5,-2.\n')).value],
    [1.5, -2],
  )
})

test('without names the first two columns, in any usual separator', () => {
  for (const separator of [',', ';', '\t']) {
    const { time, value, quantity } = readDriveCycle(fileOf('plain.csv', `0${separator}5\r\n1${separator}6\r\n`))
    assert.deepEqual([...time, ...value], [0, 1, 5, 6])
    assert.equal(quantity, undefined)
  }
})

test('refused with file and line: words for numbers, missing cells, other units, no rows', () => {
  const says = (text: string, pattern: RegExp) => assert.throws(() => readDriveCycle(fileOf('bad.csv', text)), pattern)
  says('time,current\n0,1\n1,x\n', /bad\.csv, line 3: got "x", allowed: a finite number/)
  says('0,1\n1\n', /line 2: got ""/)
  says('0,1\n1,1e999\n', /line 2/)
  says('time [min],current [A]\n0,1\n', /time in seconds/)
  says('time,current [mA]\n0,1\n', /current in A/)
  says('time,speed\n0,1\n', /a column named current, power, voltage or resistance/)
  // Units behind an underscore, in brackets, in any case; a number that is no decimal one.
  for (const time of ['time_h', 'Time (minutes)', 'TIME [Hours]', 'time/ms', 'Time (m)'])
    says(`${time},current\n0,1\n1,1\n`, /time in seconds/)
  for (const current of ['current_mA', 'Current (kA)', 'current / A/m²', 'current density', 'current / C-rate'])
    says(`time,${current}\n0,1\n1,1\n`, /current in A/)
  says('time,power_kW\n0,1\n', /power in W/)
  says('time;current\n0;1,5\n', /line 2: got "1,5", allowed: a finite number, with a decimal point/)
  says('time,current\n0,0x10\n', /line 2: got "0x10"/)
  says('', /no rows/)
  assert.throws(() => readDriveCycle('.'), /got a folder, allowed: a file/)
  assert.throws(() => readDriveCycle('/dev/null'), /got a device, allowed: a file/)
})

test('a million rows are read whole', () => {
  const lines = Array.from({ length: 1_000_000 }, (_, i) => `${i},1`)
  const { time } = readDriveCycle(fileOf('long.csv', `time,current\n${lines.join('\n')}\n`))
  assert.equal(time.length, 1_000_000)
  assert.equal(time[999_999], 999_999)
})
