/** The command line. Each command is loaded when it is called: a cold start pays only for what it does. */
import { type Command, CommanderError, Option, program } from 'commander'
import { atomsCommands } from './atoms-commands.ts'
import { endBySignal, exitCode, report } from './exit.ts'
import { latticeCommands } from './lattice-commands.ts'
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
  .addOption(
    new Option(
      '--termination <condition>',
      'ends all of it, repeatable: "80 % capacity" of the first cycle, "4 Ah capacity", "2.5 V", "100 hours"',
    ).argParser(repeated),
  )
  .option('--period <time>', 'interval of the output rows of steps that say none: "5 minutes"')
  .option('--temperature <value>', 'ambient temperature of steps that say none: "25 oC"')
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
  .option(
    '--metal-double-layer <F/m2>',
    'double layer per face of a planar metal where the file has none (default: that of the particles)',
    numberOf('--metal-double-layer', 0, 1e6),
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
  .description('print the JSON Schema of a file of ours')
  .argument('[file]', 'which: cell, study (of barriers), lattice (model), ladder or recipe (of a potential)', 'cell')
  .action(async (of: string) => (await import('./schema.ts')).schema(of))

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

atomsCommands(program)
latticeCommands(program)

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
  $ dualion isotherm model.json --carriers Li,Mg --temperature 300 --csv isotherm.csv --svg isotherm.svg
  $ dualion diffusivity model.json --amount Li=1,Mg=0.5 --temperature 300,330 --seed 1 --json diffusivity.json
  $ dualion slab model.json --exchange Li=1e6,Mg=1e5 --compare "at 0.9 V for 1e-3 s" --svg slab.svg
  $ dualion ladder study.yaml

Exit codes: 0 finished (a physical end of any kind included), 2 input refused, 3 the method failed (what was
computed until then is written), 130 interrupted (likewise).`
}

/** A reader that closes the pipe early (`| head`) is no error, and the files that are being written are finished. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  })

program.hook('preAction', (_, action) => {
  if (action.name() !== 'run') endBySignal()
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
