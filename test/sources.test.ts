import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isSourced, keysIn, references } from '../src/references.ts'

const root = new URL('../src/', import.meta.url).pathname
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  f => f.endsWith('.ts') && f !== 'references.ts',
)
const texts = files.map(file => ({ file, text: readFileSync(join(root, file), 'utf8') }))

/** The text after each `Source:` of a comment, up to the end of its line. */
const docSources = texts.flatMap(({ file, text }) =>
  [...text.matchAll(/(?<!\w)Source: (.*?)(?:\*\/)?$/gm)].map(match => ({ file, source: match[1].trim() })),
)

test('every Source: of a docstring starts with a known reference, or says assumed, computed or fitted to', () => {
  const unknown = docSources.flatMap(({ file, source }) =>
    // Several sources are parted by a semicolon; what stands in brackets is a remark.
    source
      .replace(/\(.*?\)/g, '')
      .split(/;\s+/)
      .filter(part => !isSourced(part))
      .map(part => `${file}: ${part}`),
  )
  assert.deepEqual(unknown, [])
  assert.ok(docSources.length > 10, 'the pattern finds the docstrings at all')
})

test('every key that looks like AuthorYear in a source text is a reference', () => {
  const literals = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/(?:source|'\*'|mass|molarMass): *\n? *(['"`])(.*?)\1/g)].map(match => ({
      file,
      source: match[2],
    })),
  )
  const unknown = [...docSources, ...literals].flatMap(({ file, source }) =>
    [...source.matchAll(/\b[A-Z][\p{L}]+(?:19|20)\d\d[a-z]?\b/gu)]
      .filter(match => keysIn(match[0]).length === 0)
      .map(match => `${file}: ${match[0]}`),
  )
  assert.deepEqual(unknown, [])
  assert.ok(literals.length > 30, 'the pattern finds the records at all')
})

test('every reference is used, and says where it can be found', () => {
  const used = new Set(texts.flatMap(({ text }) => keysIn(text)))
  assert.deepEqual(
    Object.keys(references).filter(key => !used.has(key)),
    [],
  )
  for (const [key, { citation, doi, where }] of Object.entries(references)) {
    assert.ok(citation.length > 20 && (doi ?? where), key)
    if (doi) assert.match(doi, /^10\.\d{4,}\/\S+$/, key)
  }
})
