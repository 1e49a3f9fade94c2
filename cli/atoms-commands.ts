/** The commands of the atoms: crystals, sites and moves, engines, paths and barriers, potentials. */
import { type Command, Option } from 'commander'
import { readCarriers, readLabels, readSeparation } from './crystal-options.ts'
import { numberOf, repeated, wholeNumberOf } from './options.ts'

/** Adds them to the program; each loads what it needs when it is called. */
export const atomsCommands = (program: Command): void => {
  program
    .command('symmetry')
    .description('space group, primitive cell and kinds of atoms of a crystal')
    .argument('<file>', 'structure file: CIF, POSCAR, extended XYZ, pymatgen or OPTIMADE JSON')
    .option(
      '--tolerance <angstrom>',
      'distance to which atoms coincide (default 0.01)',
      numberOf('--tolerance', 1e-6, 0.9),
    )
    .option('--json <file>', 'everything, operations included (- for standard output)')
    .action(async (file: string, o) => (await import('./symmetry.ts')).symmetryCommand(file, o))

  siteOptions(
    program
      .command('network')
      .description('sites of mobile ions in a host, the hops between them, and where they lead'),
  ).action(async (file: string, o) => (await import('./network.ts')).networkCommand(file, o))

  siteOptions(
    program.command('moves').description('every symmetry-distinct move of one ion, and of two a chosen distance apart'),
  )
    .addOption(
      new Option('--separation <least:most>', 'also moves of two ions this far apart at both ends [Å]').argParser(
        readSeparation,
      ),
    )
    .option('--held', 'only pairs that stay in that window all along, both moving straight and in step')
    .option('--rigid', 'only pairs that move as one, both by the same vector')
    .action(async (file: string, o) => (await import('./moves.ts')).movesCommand(file, o))

  program
    .command('relax')
    .description('relax a structure, atoms and where asked the cell, by any engine')
    .argument('<file>', 'CIF, POSCAR, extended XYZ, pymatgen JSON')
    .requiredOption(
      '--engine <spec>',
      'ace, ace:FILE, ipi:COMMAND, or an entry as in a study file: "{ kind: morse, … }"',
    )
    .option('--cell', 'relax the cell too; the engine must give stresses')
    .addOption(
      new Option('--force-tolerance <eV/Å>', 'largest force at the end')
        .argParser(numberOf('--force-tolerance', 1e-8, 10))
        .default(0.01, '0.01'),
    )
    .addOption(
      new Option('--max-steps <number>', 'most steps')
        .argParser(wholeNumberOf('--max-steps', 0, 1e6))
        .default(500, '500'),
    )
    .option(
      '--out <file>',
      'the relaxed structure: .cif, .vasp, .extxyz, .xyz or .json (pymatgen); - for extended XYZ on standard output',
    )
    .option('--json <file>', 'energy, forces, structure (- for standard output)')
    .action(async (file: string, o) => (await import('./relax.ts')).relaxCommand(file, o))

  program
    .command('barrier')
    .description('paths and barriers of one ion or a pair of ions through a host: every mechanism in one table')
    .argument('<study>', 'study file (YAML or JSON): host, engine, move, mechanisms')
    .option('--json <file>', 'everything: table, saddles, profiles (- for standard output)')
    .option('--svg <file>', 'figure: energy and distance of the ions along each path')
    .option('--extxyz <file>', 'images of all paths')
    .option('--reaction-path <file>', 'images and energies as JSON that MatterViz opens')
    .option('--resume', 'go on from where an interrupted or failed run of the same study was')
    .addHelpText('after', aStudy)
    .action(async (file: string, o) => (await import('./barrier.ts')).barrierCommand(file, o))

  program
    .command('distil')
    .description('fit a compact potential to structures labelled with energies and forces')
    .argument('<data...>', 'extended XYZ files, gzipped or not, with energy, forces and, where there is one, stress')
    .option('--recipe <file>', 'size of the basis, weights, what is held out, what the card says (JSON)')
    .option('--out <file>', 'the potential (- for standard output)')
    .option('--json <file>', 'errors by kind, energy differences and trials of the cross-validation')
    .addOption(
      new Option('--workers <number>', 'threads that share the work')
        .argParser(wholeNumberOf('--workers', 1, 64))
        .default(1, '1'),
    )
    .option(
      '--teacher <ipi:COMMAND>',
      'an engine that labels what the fits disagree about, as ipi:"python client.py {socket}"',
    )
    .addOption(
      new Option('--paths <file>', 'with a teacher: structures along paths that matter (extended XYZ), repeatable')
        .argParser(repeated)
        .default([], 'none'),
    )
    .option('--grown <file>', 'with a teacher: where the structures it labelled are written (extended XYZ)')
    .addOption(
      new Option('--rounds <number>', 'with a teacher: how often to fit, ask and fit again')
        .argParser(wholeNumberOf('--rounds', 1, 100))
        .default(2, '2'),
    )
    .addOption(
      new Option('--add <number>', 'with a teacher: structures it labels each round')
        .argParser(wholeNumberOf('--add', 1, 1000))
        .default(12, '12'),
    )
    .addOption(
      new Option('--seed <number>', 'with a teacher: of the random displacements')
        .argParser(wholeNumberOf('--seed', 0, 4e9))
        .default(1, '1'),
    )
    .action(async (files: string[], o) => (await import('./distil.ts')).distilCommand(files, o))

  program
    .command('serve')
    .description('offer an engine to a server of the i-PI protocol: i-PI, or ASE’s SocketIOCalculator')
    .argument('<engine>', 'ace, ace:FILE, or an entry as in a study file: "{ kind: morse, … }"')
    .argument('<file>', 'structure whose elements the server moves: CIF, POSCAR, extended XYZ, pymatgen JSON')
    .option('--unix <name>', 'unix socket the server listens on, under /tmp/ipi_ as i-PI names it, or a path')
    .option('--port <number>', 'TCP port the server listens on', wholeNumberOf('--port', 1, 65535))
    .option('--host <name>', 'where that port is', '127.0.0.1')
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for the server')
        .argParser(numberOf('--wait', 0, 86400))
        .default(30, '30'),
    )
    .action(async (engine: string, file: string, o) => (await import('./serve.ts')).serveCommand(engine, file, o))

  program
    .command('convert')
    .description(
      'write a structure file as another format: CIF, POSCAR, extended XYZ, pymatgen JSON (reads OPTIMADE too)',
    )
    .argument('<in>', 'structure file')
    .argument('<out>', '.cif, .vasp or POSCAR, .xyz or .extxyz, .json (- for standard output)')
    .option(
      '--from <format>',
      'format of the input where its name does not tell: cif, poscar, extxyz, pymatgen, optimade',
    )
    .option('--to <format>', 'format of the output: cif, poscar, extxyz, pymatgen')
    .option('--block <name>', 'data block of a CIF, identifier of an OPTIMADE structure (default: the first)')
    .option(
      '--frame <number>',
      'configuration of an extended XYZ file from 0, or from the end by -1 (default: all into .xyz, else the last)',
      wholeNumberOf('--frame'),
    )
    .action(async (input: string, output: string, o) => (await import('./convert.ts')).convert(input, output, o))

  program
    .command('fetch-structure')
    .description('fetch one structure from an OPTIMADE server')
    .argument('<url>', 'address of the server, as https://host/optimade')
    .argument('<id>', 'identifier of the structure there')
    .option('--out <file>', '.cif, .vasp, .xyz or .json (default: ID.cif)')
    .addOption(
      new Option('--timeout <seconds>', 'longest wait').argParser(numberOf('--timeout', 0.01, 3600)).default(30, '30'),
    )
    .action(async (url: string, id: string, o) => (await import('./fetch-structure.ts')).fetchStructure(url, id, o))
}

const aStudy = `
A study:
  host: { file: host.cif, supercell: [2, 2, 2], relax: atoms }
  engine: { kind: ace }                   # or { kind: ipi, command: "python client.py {name} {structure}" }
  move: { carriers: [Li, Mg], separation: [3.5, 4.5], number: 1 }   # a row of \`dualion moves\`, or number: all

With places in place of a number:
  move: { leader: { ion: Li, from: [0.1, 0, 0], to: [0.6, 0, 0] }, follower: { ion: Mg, from: …, to: … } }

All there is: dualion schema study. Ctrl-C writes what there is; --resume goes on without asking the engine twice.`

/** Options of the commands that look for sites and hops. */
function siteOptions(command: Command): Command {
  return command
    .argument('<file>', 'structure file: CIF, POSCAR, extended XYZ, pymatgen or OPTIMADE JSON')
    .addOption(
      new Option('--carriers <symbols>', 'mobile ions, as in Li,Mg').argParser(readCarriers).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--sites <how>',
        'where the ions sit (default: as in the file where it holds carriers, else voids)',
      ).choices(['file', 'voids', 'bond-valence']),
    )
    .option(
      '--clearance <angstrom>',
      'least room at a void (default: 0.8 of the covalent radius of the smallest carrier)',
      numberOf('--clearance', 0, 10),
    )
    .option(
      '--relax <engine>',
      'move the sites to where the first carrier rests by an engine: ace, ace:FILE, or an entry as in a study file',
    )
    .addOption(new Option('--sublattices <labels>', 'only these kinds of site, as in A,B').argParser(readLabels))
    .option('--cutoff <angstrom>', 'longest hop (default 6)', numberOf('--cutoff', 0.1, 30))
    .option(
      '--passing',
      'also hops that pass other sites, as from cavity to cavity: every pair of sites within the cutoff',
    )
    .option('--window <angstrom>', 'least room on the way of a hop (default: any)', numberOf('--window', -10, 10))
    .option(
      '--exclusion <angstrom>',
      'sites closer than this are not filled together (default 1.9)',
      numberOf('--exclusion', 0, 30),
    )
    .option(
      '--tolerance <angstrom>',
      'distance to which atoms coincide (default 0.01)',
      numberOf('--tolerance', 1e-6, 0.9),
    )
    .option('--json <file>', 'everything, every site and hop (- for standard output)')
}
