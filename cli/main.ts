/** The command line. Each command is loaded when it is called: a cold start pays only for what it does. */
import { type Command, CommanderError, Option, program } from 'commander'
import { exitCode, report } from './exit.ts'
import { numberOf, readFrequencies, readMesh, repeated } from './options.ts'
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
  .option('--port <number>', 'TCP port the server listens on', numberOf('--port', 1, 65535))
  .option('--host <name>', 'where that port is', '127.0.0.1')
  .addOption(
    new Option('--wait <seconds>', 'how long to wait for the server')
      .argParser(numberOf('--wait', 0, 86400))
      .default(30, '30'),
  )
  .action(async (engine: string, file: string, o) => (await import('./serve.ts')).serveCommand(engine, file, o))

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
    new Option('--max-steps <number>', 'most steps').argParser(numberOf('--max-steps', 0, 1e6)).default(500, '500'),
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
  $ dualion relax host.cif --engine ace --cell --out relaxed.cif
  $ dualion barrier study.yaml --svg profile.svg --json result.json

Exit codes: 0 finished (a physical end of any kind included), 2 input refused, 3 the method failed (what was
computed until then is written), 130 interrupted (likewise).`
}

/** A reader that closes the pipe early (`| head`) is no error. */
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw error
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
