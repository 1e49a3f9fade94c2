// A client of the i-PI protocol that misbehaves as it is told: node fake-client.mjs WHERE BEHAVIOUR [FILE]
// WHERE: a unix socket's path, or host:port. Energy: springs of 0.01 hartree/bohr² from every coordinate to 0.
// FILE: with one, it misbehaves once only and leaves the file as a sign that it has.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'

const [where, told, file] = process.argv.slice(2)
const behaviour = file && existsSync(file) ? 'well' : told
const misbehave = () => file && writeFileSync(file, '')

if (behaviour === 'leaves at once') {
  misbehave()
  console.error('cannot find my parameters\nso I leave')
  process.exit(7)
}
if (behaviour === 'never connects') setInterval(() => {}, 1000)
else run()

function run() {
  const [host, port] = where.split(':')
  const socket = port ? connect(Number(port), host) : connect(where)
  socket.setNoDelay(true)
  socket.on('error', () => process.exit(1))
  socket.on('close', () => process.exit(0))
  let bytes = Buffer.alloc(0)
  let answer
  let initialised = behaviour !== 'wants INIT'
  const say = word => send(Buffer.from(word.padEnd(12), 'latin1'))
  const send = async data => {
    if (behaviour !== 'speaks in pieces') return socket.write(data)
    for (const byte of data) socket.write(Uint8Array.of(byte))
  }
  socket.on('data', piece => {
    bytes = Buffer.concat([bytes, piece])
    while (bytes.length >= 12) {
      const word = bytes.subarray(0, 12).toString('latin1').trim()
      if (word === 'POSDATA') {
        if (bytes.length < 160) return
        const n = bytes.readInt32LE(156)
        if (bytes.length < 160 + 24 * n) return
        if (behaviour === 'dies far out' && bytes.readDoubleLE(160) > 30) process.exit(3)
        answer = forces(bytes.subarray(12, 84), bytes.subarray(160, 160 + 24 * n), n)
        bytes = bytes.subarray(160 + 24 * n)
        if (behaviour === 'wants INIT') initialised = false
        continue
      }
      if (word === 'INIT') {
        const length = bytes.readInt32LE(16)
        bytes = bytes.subarray(20 + length)
        initialised = true
        continue
      }
      bytes = bytes.subarray(12)
      if (word === 'EXIT') process.exit(0)
      if (word === 'STATUS') say(answer ? 'HAVEDATA' : initialised ? 'READY' : 'NEEDINIT')
      if (word === 'GETFORCE') reply()
    }
  })
  let replies = 0
  const reply = () => {
    if (behaviour === 'hangs later' && ++replies < 4) {
      send(answer)
      answer = undefined
      return
    }
    misbehave()
    if (behaviour === 'dies') {
      console.error('out of memory')
      process.exit(3)
    }
    if (behaviour === 'hangs' || behaviour === 'hangs later') return
    if (behaviour === 'speaks garbage') return send(Buffer.from('\x01\xffno protocol at all'))
    if (behaviour === 'sends half') {
      send(answer.subarray(0, 40))
      return socket.end()
    }
    send(answer)
    answer = undefined
  }
}

function forces(cell, positions, n) {
  const count = behaviour === 'counts one more' ? n + 1 : n
  const out = Buffer.alloc(12 + 8 + 4 + 24 * count + 72 + 4)
  out.write('FORCEREADY  ', 'latin1')
  let energy = 0
  for (let i = 0; i < 3 * n; i++) {
    const r = positions.readDoubleLE(8 * i)
    energy += 0.005 * r * r
    out.writeDoubleLE(behaviour === 'answers NaN' && i === 4 ? Number.NaN : -0.01 * r, 24 + 8 * i)
  }
  if (behaviour === 'answers Infinity') energy = Number.POSITIVE_INFINITY
  if (behaviour === 'forces do not fit') energy *= 1.3
  // the trace of the cell shows that it came, and which way round: (b_x, not a_y)
  if (behaviour === 'tells the cell') energy = cell.readDoubleLE(8)
  if (behaviour === 'tells its atoms') energy = Number(readFileSync(process.argv[5], 'utf8').split('\n')[0])
  out.writeDoubleLE(energy, 12)
  out.writeInt32LE(count, 20)
  return out
}
