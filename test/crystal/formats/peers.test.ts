import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readStructure } from '../../../src/crystal/formats/read-structure.ts'
import { loadSymmetry } from '../../../src/crystal/load-symmetry.ts'
import { pythonWith } from '../../python.ts'
import { type Answer, agreement } from './agreement.ts'

loadSymmetry()
const reference = fileURLToPath(new URL('../../reference/structures/', import.meta.url))
const { files } = JSON.parse(readFileSync(join(reference, 'answers.json'), 'utf8')) as {
  files: Record<string, Record<'ase' | 'pymatgen', Answer | null>>
}

/** Where a peer reads another crystal than we do, and why we are right. */
const differs: Readonly<Record<string, string>> = {
  'ase diffpy_Ni_ref.cif':
    'the group stands under _space_group_name_H-M_ref, which ASE does not look for: one atom instead of four',
  'pymatgen diffpy_Ni_ref.cif': 'the same',
  'pymatgen diffpy_badspacegroup.cif': 'C2:b1 names its setting; pymatgen takes P 1',
  'ase made-spinel-mixed.cif': 'ASE knows no oxidation numbers: Mn3+ and Mn4+ on a site are one Mn',
}

/** What we refuse though a peer reads it, and why. */
const refused: Readonly<Record<string, RegExp>> = {
  'diffpy_LiCl-bad.cif': /line 14: a quoted string that is not closed on its line/,
  'diffpy_customsg.cif': /line 26: the 6 symmetry operations are no group/,
  'diffpy_nosites.cif': /line 13: the loop of atom sites holds no atom/,
}

test('every gathered file is read as ASE and pymatgen read it', () => {
  const names = readdirSync(join(reference, 'files'))
  assert.deepEqual(names.sort(), Object.keys(files).sort(), 'answers.json is of these files')
  const compared = { ase: 0, pymatgen: 0 }
  const wrong: string[] = []
  for (const [name, answers] of Object.entries(files)) {
    const read = () => readStructure(readFileSync(join(reference, 'files', name)), { name })
    if (refused[name]) {
      assert.throws(read, refused[name])
      continue
    }
    const structure = read()
    for (const peer of ['ase', 'pymatgen'] as const) {
      const answer = answers[peer]
      if (answer === null || 'refused' in answer) continue
      const difference = agreement(structure, answer)
      if (differs[`${peer} ${name}`]) assert.notEqual(difference, undefined, `${peer} now agrees on ${name}`)
      else if (difference !== undefined) wrong.push(`${peer} ${name}: ${difference}`)
      else compared[peer]++
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(compared.ase >= 33 && compared.pymatgen >= 33, JSON.stringify(compared))
})

const slow = process.env.DUALION_SLOW === '1'

test('the CIFs of the elements, as the package crystals brings them, are read as ASE and pymatgen read them now', {
  skip: slow ? false : 'ASE, pymatgen and crystals from PyPI (DUALION_SLOW=1)',
  timeout: 900_000,
}, () => {
  const python = pythonWith('structures', ['ase==3.29.0', 'pymatgen==2026.10.24', 'crystals==1.7.0'])
  const run = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(python, words, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return stdout
  }
  const folder = run(
    '-c',
    "import importlib.util as u, pathlib; print(pathlib.Path(u.find_spec('crystals').origin).parent / 'cifs')",
  ).trim()
  const work = mkdtempSync(join(tmpdir(), 'dualion-peers-'))
  try {
    run(join(reference, 'run.py'), folder, join(work, 'answers.json'))
    const live = JSON.parse(readFileSync(join(work, 'answers.json'), 'utf8')) as { files: typeof files }
    const wrong: string[] = []
    let compared = 0
    for (const [name, answers] of Object.entries(live.files)) {
      if (!name.endsWith('.cif')) continue
      const structure = readStructure(readFileSync(join(folder, name)), { name })
      for (const peer of ['ase', 'pymatgen'] as const) {
        const answer = answers[peer]
        // capitals in a type symbol: ASE reads IN, indium, as iodine
        if (answer === null || 'refused' in answer || (peer === 'ase' && name === 'In.cif')) continue
        const difference = agreement(structure, answer)
        if (difference !== undefined) wrong.push(`${peer} ${name}: ${difference}`)
        compared++
      }
    }
    assert.deepEqual(wrong, [])
    assert.ok(compared > 150, `${compared} answers`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})
