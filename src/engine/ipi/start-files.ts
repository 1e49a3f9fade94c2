import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFrame } from '../../crystal/formats/extxyz-write.ts'
import { writePoscar } from '../../crystal/formats/poscar-write.ts'
import type { Structure } from '../../crystal/structure.ts'
import { refuse } from '../../error.ts'

/** Atoms and cell alone: what else a structure says is nothing to an engine. */
const bare = ({ species, lattice, positions, periodic = [true, true, true] }: Structure): Structure => ({
  species,
  lattice,
  positions,
  periodic,
})

/** Seventeen digits: a client that starts from the file starts from the same numbers. */
const written = (values: ArrayLike<number>): string => Array.from(values, value => value.toPrecision(17)).join(' ')
const rows = (values: Float64Array): string[] =>
  Array.from({ length: values.length / 3 }, (_, i) => written(values.subarray(3 * i, 3 * i + 3)))

/** Structure files that a client can be started from, by the word that stands for them in its command. */
const formats: Readonly<Record<string, { readonly file: string; readonly text: (structure: Structure) => string }>> = {
  structure: { file: 'structure.extxyz', text: structure => writeFrame({ structure: bare(structure) }) },
  poscar: { file: 'POSCAR', text: structure => writePoscar(bare(structure)) },
  // types in the order in which elements first appear
  lammps: {
    file: 'structure.lammps',
    text: ({ species, lattice: L, positions }) => {
      const kinds = [...new Set(species)]
      const box = [
        `0 ${written([L[0]])} xlo xhi`,
        `0 ${written([L[4]])} ylo yhi`,
        `0 ${written([L[8]])} zlo zhi`,
        `${written([L[3], L[6], L[7]])} xy xz yz`,
      ]
      const atoms = rows(positions).map((row, i) => `${i + 1} ${kinds.indexOf(species[i]) + 1} ${row}`)
      const counts = [`${species.length} atoms`, `${kinds.length} atom types`]
      return `# types: ${kinds.join(' ')}\n\n${[...counts, ...box].join('\n')}\n\nAtoms # atomic\n\n${atoms.join('\n')}\n`
    },
  },
  // for @INCLUDE within &SUBSYS
  cp2k: {
    file: 'structure.cp2k',
    text: ({ species, lattice, positions, periodic = [true, true, true] }) => {
      const repeats = ['X', 'Y', 'Z'].filter((_, i) => periodic[i]).join('') || 'NONE'
      const cell = rows(lattice).map((row, i) => `  ${'ABC'[i]} ${row}`)
      const atoms = rows(positions).map((row, i) => `  ${species[i]} ${row}`)
      return `&CELL\n${cell.join('\n')}\n  PERIODIC ${repeats}\n&END CELL\n&COORD\n${atoms.join('\n')}\n&END COORD\n`
    },
  },
}

/** Where a client finds its server. */
export type Address = { readonly path: string } | { readonly host: string; readonly port: number }

/** All clients of the protocol look for unix sockets under this, followed by a name. */
export const socketPrefix = '/tmp/ipi_'

/** Words in braces that a command may hold. */
const places = ['name', 'socket', 'host', 'port', 'index', ...Object.keys(formats)]

/** Which kind of socket a command asks for. */
export const socketKind = (command: string): 'unix' | 'tcp' => {
  const named = placesIn(command)
  const stranger = named.find(place => !places.includes(place))
  if (stranger !== undefined) refuse('command', `{${stranger}}`, places.map(place => `{${place}}`).join(', '))
  const unix = named.includes('name') || named.includes('socket')
  const tcp = named.includes('port')
  if (unix === tcp)
    refuse(
      'command',
      command,
      'a command that says where its client finds the socket: {name} (a unix socket as i-PI clients name it) or {socket} (its path), or else {host} and {port}',
    )
  return unix ? 'unix' : 'tcp'
}

const placesIn = (command: string): readonly string[] => [...command.matchAll(/\{([a-z][a-z0-9]*)\}/g)].map(m => m[1])

/** The words of a command, placeholders filled; the structure files it names are written into `folder`. */
export const commandWords = async (
  command: string,
  at: { readonly address: Address; readonly index: number; readonly folder: string; readonly structure: Structure },
): Promise<readonly string[]> => {
  const { address } = at
  const values: Record<string, string> = {
    index: String(at.index),
    ...('path' in address
      ? { socket: address.path, name: address.path.slice(socketPrefix.length) }
      : { host: address.host, port: String(address.port) }),
  }
  for (const place of placesIn(command)) {
    const format = formats[place]
    if (!format) continue
    values[place] = join(at.folder, `${at.index}-${format.file}`)
    await writeFile(values[place], format.text(at.structure), { mode: 0o600 })
  }
  return splitWords(command).map(word => word.replace(/\{([a-z][a-z0-9]*)\}/g, (_, place) => values[place]))
}

/** Words parted by spaces; quotes hold together what belongs together. No shell reads them. */
export const splitWords = (command: string): readonly string[] => {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (const c of command) {
    if (quote !== '') {
      if (c === quote) quote = ''
      else word += c
    } else if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + c
  }
  if (quote !== '') refuse('command', command, `a command in which every ${quote} is closed`)
  if (word !== undefined) words.push(word)
  if (words.length === 0) refuse('command', command, 'a command')
  return words
}
