import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeFrame } from '../../src/crystal/formats/extxyz-write.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { ipi } from '../../src/engine/ipi/index.ts'
import { morse } from '../../src/engine/morse.ts'
import { dualion, executable } from './dualion.ts'
import { scratch } from './scratch.ts'

const pair: Structure = {
  species: ['Mg', 'S'],
  lattice: Float64Array.of(8, 0, 0, 0, 8, 0, 0, 0, 8),
  positions: Float64Array.of(0, 0, 0, 0.1, 0.2, 2.5),
}
const bond = '{ kind: morse, cutoff: 6, pairs: { Mg-S: { depth: 0.5, steepness: 1.5, length: 2.4 } } }'
writeFileSync(join(scratch, 'pair.extxyz'), writeFrame({ structure: pair }))

test('serve: the engine of an entry answers a server, over either kind of socket', async () => {
  for (const where of ['--unix {name}', '--port {port} --host {host}']) {
    const command = `"${process.execPath}" "${executable}" serve "${bond}" {structure} ${where}`
    const engine = ipi({ command, report: note => assert.match(note, /forces fit energies/) })
    const [answer] = await engine.evaluateAll([pair])
    await engine.close()
    const ours = morse({ pairs: { 'Mg-S': { depth: 0.5, steepness: 1.5, length: 2.4 } }, cutoff: 6 }).evaluate(pair)
    // units there and back: roundings
    assert.ok(Math.abs(answer.energy - ours.energy) < 1e-13)
    ours.forces.forEach((force, i) => {
      assert.ok(Math.abs(force - answer.forces[i]) < 1e-13)
    })
  }
})

test('serve: what cannot be served is refused with exit code 2', () => {
  for (const [words, message] of [
    [['dft', 'pair.extxyz', '--unix', 'x'], /engine: got "dft", allowed: ipi:COMMAND/],
    [['ipi:x {name}', 'pair.extxyz', '--unix', 'x'], /engine.kind: got "ipi", allowed: an engine of this process/],
    [['{ kind: morse, cutoff: 6 }', 'pair.extxyz', '--unix', 'x'], /pairs/],
    [[bond, 'pair.extxyz'], /either --unix NAME, or --port N/],
    [[bond, 'missing.extxyz', '--unix', 'x'], /missing.extxyz: there is no such file/],
    [[bond, 'pair.extxyz', '--unix', 'nobody-listens-here', '--wait', '0'], /the socket of a server that listens/],
  ] as const) {
    const { status, stderr } = dualion('serve', ...words)
    assert.match(stderr, message)
    assert.equal(status, 2, stderr)
  }
})

test('serve: Ctrl-C ends it with exit code 130, while it waits for a server and while it serves', async () => {
  const waiting = spawn(process.execPath, [executable, 'serve', bond, 'pair.extxyz', '--unix', 'nobody-listens-here'], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const gone = new Promise(resolve => waiting.on('exit', resolve))
  waiting.stderr.on('data', words => {
    if (/looking for a server/.test(String(words))) waiting.kill('SIGINT')
  })
  assert.equal(await gone, 130)
  const path = join(scratch, 'silent-server')
  let taken: ((socket: Socket) => void) | undefined
  const connected = new Promise<Socket>(resolve => {
    taken = resolve
  })
  const server = createServer(socket => taken!(socket)).listen(path)
  const child = spawn(process.execPath, [executable, 'serve', bond, 'pair.extxyz', '--unix', path], {
    cwd: scratch,
    stdio: 'ignore',
  })
  const ended = new Promise(resolve => child.on('exit', resolve))
  ;(await connected).on('error', () => {})
  child.kill('SIGINT')
  assert.equal(await ended, 130)
  server.close()
})
