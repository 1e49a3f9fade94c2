/** The command line. Each command is loaded when it is called: a cold start pays only for what it does. */
import { type Command, CommanderError, Option, program } from 'commander'
import { readCarriers, readLabels, readSeparation } from './crystal-options.ts'
import { exitCode, report } from './exit.ts'
import { numberOf, readFrequencies, readMesh, repeated, wholeNumberOf } from './options.ts'
import { programVersion } from './version.ts'

program
  .name('dualion')
  .description('A simulator of multi-ion batteries, from atoms to the cell')
  .version(programVersion())
  .showHelpAfterError('(dualion --help and dualion COMMAND --help list what there is)')
  .exitOverride()
  .addHelpText('after', examples())

const models = 'spm, spme or dfn (default: what the file names, else dfn)'

program
  .command('run')
  .description('simulate a cell file and write what came out')
  .argument('<file>', 'our cell file (YAML or JSON) or BPX 0.x/1.x')
  .addOption(
    new Option('--step <sentence>', 'one step of the protocol, repeatable: "Discharge at C/5 until 0.4 V"')
      .argParser(repeated)
      .default([], 'the protocol of the file, else one discharge at 1C'),
  )
  .option('--model <name>', models)
  .addOption(meshOption())
  .addOption(
    new Option('--rtol <number>', 'relative tolerance of the time integration')
      .argParser(numberOf('--rtol', 1e-12, 0.1))
      .default(1e-5, '1e-5'),
  )
  .option('--amount <ions>', 'content of the cathode at the start, per formula unit: Li=0.1,Mg=0')
  .option('--soc <fraction>', 'state of charge at the start (cells with one ion)', numberOf('--soc', 0, 1))
  .option(
    '--thermal',
    'solve the lumped heat balance of a BPX file that has one (isothermal without, as its peers run it)',
  )
  .option('--csv <file>', 'table, Battery Data Format (- for standard output)')
  .option('--parquet <file>', 'the same table as Parquet')
  .option('--json <file>', 'everything: table, steps, profiles, sources, statistics')
  .option('--svg <file>', 'figure: voltage against capacity over the content of each ion')
  .option('--current-sign <direction>', 'which direction of current is positive: discharge or charge', 'discharge')
  .action(async (file: string, o) => (await import('./run.ts')).run(file, o))

program
  .command('impedance')
  .description('impedance spectrum of a cell at rest')
  .argument('<file>', 'our cell file (YAML or JSON) or BPX 0.x/1.x')
  .addOption(
    new Option('--frequencies <from:to:count>', 'log-spaced frequencies [Hz]')
      .argParser(readFrequencies)
      .default(readFrequencies('1e-4:1e4:60'), '1e-4:1e4:60'),
  )
  .option('--soc <fraction>', 'state of charge (cells with one ion)', numberOf('--soc', 0, 1))
  .option('--amount <ions>', 'content of the cathode, per formula unit: Li=0.1,Mg=0')
  .option(
    '--double-layer <F/m2>',
    'double layer per particle surface where the file has none (default 0.2)',
    numberOf('--double-layer', 0, 1e6),
  )
  .option('--model <name>', models)
  .addOption(meshOption())
  .option('--csv <file>', 'Frequency / Hz, Zre / Ohm, Zim / Ohm (- for standard output)')
  .option('--svg <file>', 'Nyquist diagram')
  .action(async (file: string, o) => (await import('./impedance.ts')).impedanceCommand(file, o))

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
  .command('check')
  .description('validate a cell file and explain what it describes')
  .argument('<file>', 'our cell file (YAML or JSON) or BPX 0.x/1.x')
  .action(async (file: string) => (await import('./check.ts')).check(file))

program
  .command('schema')
  .description('print the JSON Schema of our cell file')
  .action(async () => (await import('./schema.ts')).schema())

program
  .command('hosts')
  .description('list the material library with its sources')
  .argument('[name]', 'one entry, with every number')
  .action(async (name?: string) => (await import('./hosts.ts')).hosts(name))

program
  .command('cite')
  .description('print the references a result rests on')
  .argument('<result>', 'a file that `dualion run --json` wrote')
  .action(async (file: string) => (await import('./cite.ts')).cite(file))

program
  .command('validate')
  .description('run the validation cases and print their table')
  .argument('[case]', 'only the cases whose name contains this')
  .action(async (name?: string) => (await import('./validate.ts')).validate(name))

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
  program.command('network').description('sites of mobile ions in a host, the hops between them, and where they lead'),
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
  .requiredOption('--engine <spec>', 'ace, ace:FILE, ipi:COMMAND, or an entry as in a study file: "{ kind: morse, … }"')
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
  .option('--out <file>', 'the relaxed structure: .cif, .vasp, .extxyz, .xyz or .json (pymatgen)')
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
  .action(async (file: string, o) => (await import('./barrier.ts')).barrierCommand(file, o))

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

function meshOption(): Option {
  return new Option('--mesh <NxM>', 'N points per region × M shells per particle, both graded')
    .argParser(readMesh)
    .default({ points: 20, shells: 20 }, '20x20')
}

function examples(): string {
  return `
Examples:
  $ dualion run cell.yaml --step "Discharge at C/5 until 0.4 V" --csv out.csv --svg out.svg
  $ dualion run cell_BPX.json --step "Discharge at 1C until 2.5 V" --step "Rest for 1 hour" --json out.json
  $ dualion run cell.yaml --amount Li=0.1,Mg=0 --step "Cyclic voltammetry between 2.0 V and 0.6 V at 0.1 mV/s"
  $ dualion impedance cell_BPX.json --soc 0.5 --frequencies 1e-4:1e4:60 --csv spectrum.csv
  $ dualion check cell.yaml
  $ dualion network host.cif --carriers Li,Mg
  $ dualion moves host.cif --carriers Li,Mg --separation 3.5:4.5 --json moves.json
  $ dualion relax host.cif --engine ace --cell --out relaxed.cif
  $ dualion barrier study.yaml --svg profile.svg --json result.json

Exit codes: 0 finished (a physical end of any kind included), 2 input refused, 3 the method failed (what was
computed until then is written), 130 interrupted (likewise).`
}

/** A reader that closes the pipe early (`| head`) is no error, and the files that are being written are finished. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  })

const inherit = (command: Command): void => {
  for (const sub of command.commands) sub.copyInheritedSettings(command)
}

try {
  inherit(program)
  await program.parseAsync()
} catch (error) {
  // commander has said what it had to say; its own code is 1 for every mistake in the words of the command
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : exitCode.input) : report(error)
}
