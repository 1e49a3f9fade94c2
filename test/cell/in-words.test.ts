import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords } from '../../src/cell/in-words.ts'

test('every kind of unknown has words, and what has none is left as it is', () => {
  const said: Readonly<Record<string, RegExp>> = {
    'x[cathode, 3, surface, Li]': /^the content of Li at the surface of the particles at point 3 of the cathode$/,
    'x[anode, 0, shell 19, Mg]': /^the content of Mg in shell 19 of the particles at point 0 of the anode$/,
    'phiE[separator, 14]': /^the potential of the electrolyte at point 14 of the separator$/,
    'delta[cathode]': /^the voltage between solid and electrolyte in the cathode$/,
    'delta[cathode, 0]': /^the voltage between solid and electrolyte at point 0 of the cathode$/,
    'cE.Mg[anode, 0]': /^the concentration of Mg at point 0 of the anode$/,
    'metal[Li]': /^the Li metal of the anode$/,
    current: /^the current of the cell$/,
    '': /^the state of the cell$/,
  }
  for (const [name, words] of Object.entries(said)) assert.match(inWords(name), words)
})
