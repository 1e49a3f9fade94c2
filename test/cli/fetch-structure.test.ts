import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { readStructure } from '../../src/crystal/formats/read-structure.ts'
import { composition, type Structure } from '../../src/crystal/structure.ts'
import { pythonWith } from '../python.ts'
import { executable } from './dualion.ts'
import { scratch } from './scratch.ts'

/** `./bin/dualion fetch-structure …` beside a server of this process. */
const fetchStructure = (...words: readonly string[]) =>
  new Promise<{ status: number | null; stdout: string; stderr: string }>(resolve => {
    const child = spawn(process.execPath, [executable, 'fetch-structure', ...words], { cwd: scratch })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', piece => (stdout += piece))
    child.stderr.on('data', piece => (stderr += piece))
    child.on('close', status => resolve({ status, stdout, stderr }))
  })

const refused = async (words: readonly string[], pattern: RegExp) => {
  const { status, stdout, stderr } = await fetchStructure(...words)
  assert.match(stderr, pattern)
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /\bat .*\.(js|ts):\d+|node:internal/)
  assert.equal(stdout, '')
}

const salt = {
  meta: {},
  data: {
    id: 'a/1',
    type: 'structures',
    attributes: {
      lattice_vectors: [
        [0, 2.82, 2.82],
        [2.82, 0, 2.82],
        [2.82, 2.82, 0],
      ],
      cartesian_site_positions: [
        [0, 0, 0],
        [2.82, 2.82, 2.82],
      ],
      species: ['Na', 'Cl'].map(name => ({ name, chemical_symbols: [name], concentration: [1] })),
      species_at_sites: ['Na', 'Cl'],
    },
  },
}

const answers: RequestListener = (request, response) => {
  const say = (status: number, text: string) => {
    response.writeHead(status, { 'content-type': 'application/vnd.api+json' })
    response.end(text)
  }
  if (request.url === '/db/v1/structures/a%2F1') say(200, JSON.stringify(salt))
  else if (request.url === '/old/structures/x') say(200, JSON.stringify(salt))
  else if (request.url === '/v1/structures/html') say(200, '<html>welcome</html>')
  else if (request.url === '/v1/structures/null') say(200, '{"data": null, "meta": {}}')
  else if (request.url === '/v1/structures/broken') say(500, '{"errors": [{"detail": "the database sleeps"}]}')
  else if (request.url === '/v1/structures/slow')
    response.writeHead(200).write('{"data":') // and never ends
  else say(404, '{"errors": [{"detail": "The requested entry is not here"}]}')
}

let server: Server
const address = new Promise<string>(resolve => {
  server = createServer(answers).listen(0, '127.0.0.1', () => {
    resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
})
after(() => {
  server.closeAllConnections()
  server.close()
})

test('fetch-structure: from a base with and without its version, into a file of any format', async () => {
  const base = await address
  const one = await fetchStructure(`${base}/db/`, 'a/1')
  assert.equal(one.status, 0, one.stderr)
  assert.match(one.stdout, /^NaCl: 2 atoms, .*\nfrom http:.*\/db\/v1\/structures\/a%2F1\nwrote a_1\.cif\n$/)
  assert.deepEqual(composition(readStructure(readFileSync(join(scratch, 'a_1.cif')), { name: 'a.cif' })), {
    Na: 1,
    Cl: 1,
  })
  for (const url of [`${base}/db/v1`, `${base}/db/v1/structures`, `${base}/db`])
    assert.equal((await fetchStructure(url, 'a/1', '--out', 'salt.vasp')).status, 0)
  assert.match((await fetchStructure(`${base}/old`, 'x', '--out', 'x.xyz')).stdout, /from http:.*\/old\/structures\/x/)
})

test('fetch-structure: servers that are not there, do not know it, answer nonsense or hang', async () => {
  const base = await address
  await refused(
    [base, 'zzz'],
    /\/structures\/zzz: the server has no such structure \(404\): The requested entry is not here/,
  )
  await refused([base, 'html'], /structures\/html, line 1: this is no JSON/)
  await refused([base, 'null'], /structures\/null: the answer holds no structure/)
  await refused([base, 'broken'], /the server answers 500: the database sleeps/)
  await refused([base, 'slow', '--timeout', '0.5'], /structures\/slow: no answer within 0\.5 s/)
  await refused(['http://127.0.0.1:9', 'x'], /the server cannot be reached \(/)
  await refused(['ftp://host', 'x'], /URL: got "ftp:\/\/host", allowed: an address that begins with http/)
  await refused(['nowhere', 'x'], /URL: got "nowhere", allowed: the address of an OPTIMADE server/)
  await refused([base, 'zzz', '--out', 'x.pdf'], /output: got "x\.pdf"/)
})

const slow = process.env.DUALION_SLOW === '1'

/** A line of the data of an OPTIMADE server, with all that the server itself checks before it answers. */
const entryOf = (structure: Structure, id: string): string => {
  const { lattice, positions, species, occupancy } = structure
  const counts = composition(structure)
  const elements = Object.keys(counts).sort()
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const triples = (values: ArrayLike<number>) =>
    Array.from({ length: values.length / 3 }, (_, i) => [values[3 * i], values[3 * i + 1], values[3 * i + 2]])
  const name = (i: number) => `${species[i]}${occupancy ? `_${occupancy[i]}` : ''}`
  const kinds = new Map(species.map((symbol, i) => [name(i), { symbol, share: occupancy?.[i] ?? 1 }]))
  const formula = elements.join('')
  return JSON.stringify({
    id,
    type: 'structures',
    attributes: {
      last_modified: '2024-01-01T00:00:00Z',
      immutable_id: id,
      elements,
      nelements: elements.length,
      elements_ratios: elements.map(symbol => counts[symbol] / total),
      chemical_formula_descriptive: formula,
      chemical_formula_reduced: formula,
      chemical_formula_anonymous: 'ABCDEF'.slice(0, elements.length),
      dimension_types: [1, 1, 1],
      nperiodic_dimensions: 3,
      lattice_vectors: triples(lattice),
      cartesian_site_positions: triples(positions),
      nsites: species.length,
      species: [...kinds].map(([kind, { symbol, share }]) => ({
        name: kind,
        chemical_symbols: share < 1 ? [symbol, 'vacancy'] : [symbol],
        concentration: share < 1 ? [share, 1 - share] : [1],
      })),
      species_at_sites: species.map((_, i) => name(i)),
      structure_features: occupancy ? ['disorder'] : [],
    },
  })
}

test('fetch-structure: from a real OPTIMADE server comes what it was given', {
  skip: slow ? false : 'a server from PyPI (DUALION_SLOW=1)',
  timeout: 600_000,
}, async () => {
  const python = pythonWith('optimade', ['optimade[server]==1.5.0'])
  const folder = new URL('../reference/structures/files/', import.meta.url)
  const given = [
    'mo6s8_ase.cif',
    'cod_vo2-rutile.cif',
    'made-olivine.cif',
    'made-layered.cif',
    'cod_SiC_partial_site_occ.cif',
  ].map(name => [name.replace(/\W/g, '-'), readStructure(readFileSync(new URL(name, folder)), { name })] as const)
  const lines = [
    '{"x-optimade": {"meta": {"api_version": "1.2.0"}}}',
    ...given.map(([id, structure]) => entryOf(structure, id)),
  ]
  const data = join(scratch, 'structures.jsonl')
  writeFileSync(data, `${lines.join('\n')}\n`)
  const port = 20_000 + (process.pid % 10_000)
  const real = spawn(python, ['-m', 'uvicorn', 'optimade.server.main:app', '--port', String(port)], {
    cwd: scratch,
    stdio: 'ignore',
    env: { ...process.env, OPTIMADE_INSERT_TEST_DATA: 'false', OPTIMADE_INSERT_FROM_JSONL: data },
  })
  try {
    const base = `http://127.0.0.1:${port}`
    const up = async () => (await fetch(`${base}/v1/info`)).ok
    let running = false
    for (let tries = 0; !running && tries < 240; tries++) {
      await wait(500)
      running = await up().catch(() => false)
    }
    assert.ok(running, 'the server did not start within two minutes')
    for (const [id, structure] of given) {
      const { status, stdout, stderr } = await fetchStructure(base, id, '--out', 'real.xyz')
      assert.equal(status, 0, `${id}: ${stderr}`)
      assert.match(stdout, /wrote real\.xyz/)
      const back = readStructure(readFileSync(join(scratch, 'real.xyz')), { name: 'real.xyz' })
      assert.deepEqual(back.species, structure.species)
      for (const field of ['lattice', 'positions', 'occupancy'] as const)
        assert.deepEqual(back[field], structure[field], `${id}: ${field}`)
      assert.equal(back.name, id)
    }
    await refused([base, 'no/such'], /the (server has no such structure \(404\)|answer holds no structure)/)
  } finally {
    real.kill()
  }
})
