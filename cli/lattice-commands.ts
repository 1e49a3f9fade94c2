/** The commands of the lattice: isotherms, diffusivities, slabs, and the ladder from atoms to the cell. */
import { type Command, Option } from 'commander'
import { readNames, readSize, readTemperatures } from './lattice-model.ts'
import { ofModel } from './lattice-options.ts'
import { numberOf, repeated, wholeNumberOf } from './options.ts'

/** Adds them to the program; each loads what it needs when it is called. */
export const latticeCommands = (program: Command): void => {
  onModel(program.command('isotherm'))
    .description('chemical potential and voltage of each carrier over its content, by Monte Carlo')
    .addOption(
      new Option('--carriers <names>', 'whose content is scanned, as in Li,Mg (default: all)').argParser(readNames),
    )
    .option('--amount <contents>', 'what the others are held at, per formula unit: Mg=0.5 (default: 0)')
    .addOption(
      new Option('--points <number>', 'points of each curve, from empty to full')
        .argParser(wholeNumberOf('--points', 2, 1000))
        .default(21, '21'),
    )
    .addOption(
      new Option('--sweeps <number>', 'most sweeps of a point')
        .argParser(wholeNumberOf('--sweeps', 100, 1e8))
        .default(5000, '5000'),
    )
    .addOption(
      new Option('--error <eV>', 'standard error of the chemical potential at which a point is done')
        .argParser(numberOf('--error', 1e-9, 10))
        .default(0.001, '0.001'),
    )
    .option('--csv <file>', 'table of all points (- for standard output)')
    .option('--json <file>', 'everything, with the sources of the model')
    .option('--svg <file>', 'figure: voltage against content')
    .option('--resume', 'go on from where an interrupted run was')
    .action((file: string, o) => ofModel(file, async () => (await import('./isotherm.ts')).isothermCommand(file, o)))

  onModel(program.command('diffusivity'))
    .description('tracer, jump and Onsager coefficients at equilibrium, by kinetic Monte Carlo, with errors')
    .requiredOption('--amount <contents>', 'what is in the host, per formula unit: Li=1,Mg=0.5')
    .addOption(
      new Option(
        '--events <number>',
        'events to measure with, at each temperature (default: 2e6, more where the slowest carrier needs them)',
      ).argParser(numberOf('--events', 1000, 1e13)),
    )
    .addOption(
      new Option('--pairs <which>', 'hops of two ions at once: on, off, or both for runs with and without')
        .choices(['on', 'off', 'both'])
        .default('on'),
    )
    .addOption(
      new Option(
        '--inside <ratio>',
        'fast moves inside a group of sites: at most so many for each exit, at local equilibrium between; or plain, all of them',
      )
        .argParser(text => (text === 'plain' ? text : numberOf('--inside', 1, 1e9)(text)))
        .default(50, '50'),
    )
    .addOption(
      new Option(
        '--crossings <number>',
        'in place of --inside: a walk at the pace of each carrier; what goes to and fro oftener for one exit of it is held at local equilibrium, exits of faster carriers too',
      ).argParser(numberOf('--crossings', 2, 1e9)),
    )
    .option('--csv <file>', 'a row for each temperature (- for standard output)')
    .option('--json <file>', 'everything, with the sources of the model')
    .option('--svg <file>', 'figure: tracer diffusivities over 1/T')
    .option('--resume', 'go on from where an interrupted run was')
    .action((file: string, o) =>
      ofModel(file, async () => (await import('./diffusivity.ts')).diffusivityCommand(file, o)),
    )

  onModel(program.command('slab'))
    .description('a slab with ions coming and going through one face, all at one potential, by kinetic Monte Carlo')
    .addOption(
      new Option('--stage <sentence>', 'one stage, repeatable: "Mg at 0.9 V until Mg=0.5", "all at 1.0 V for 1e-3 s"')
        .argParser(repeated)
        .default([], 'none'),
    )
    .option(
      '--compare <control>',
      'three runs beside each other, the second carrier alone, after the first, and both: "at 0.9 V for 1e-3 s"',
    )
    .option('--first <control>', 'with --compare: how the first carrier goes in before, "at 1.8 V until Li=1"')
    .requiredOption('--exchange <rates>', 'k⁰ at each site of the face [1/s]: Li=1e6,Mg=1e5')
    .option('--metal <potentials>', 'potential of each carrier’s own metal on the scale of φ [V]: Li=0,Mg=0.7')
    .option('--activity <values>', 'activity of each ion in the electrolyte (default 1)')
    .option(
      '--axis <vector>',
      'cell vector into the depth: 0, 1 or 2 (default: the last)',
      wholeNumberOf('--axis', 0, 2),
    )
    .option(
      '--window <layers>',
      'depth that mean-field terms average over, an odd number of layers, at most those of the slab (default: all)',
      wholeNumberOf('--window', 1, 9999),
    )
    .addOption(
      new Option('--pairs <which>', 'hops of two ions at once: on, off, or both for runs with and without')
        .choices(['on', 'off', 'both'])
        .default('on'),
    )
    .addOption(
      new Option(
        '--crossings <number>',
        'fast moves at local equilibrium: a place is crossed to and fro about so often while a stage grows as old again; or all of them (default: 1000; half of it is the check)',
      ).argParser(text => (text === 'all' ? text : numberOf('--crossings', 10, 1e12)(text))),
    )
    .option('--csv <file>', 'contents, currents and potential over time (- for standard output)')
    .option('--json <file>', 'everything, profiles included')
    .option('--svg <file>', 'figure: contents over time, and over depth at the end')
    .option('--resume', 'go on from where an interrupted run was')
    .action((file: string, o) => ofModel(file, async () => (await import('./slab.ts')).slabCommand(file, o)))

  program
    .command('ladder')
    .description(
      'from atoms to the cell: structure, network, barriers, lattice, tables, discharge, each kept by its inputs',
    )
    .argument('<study>', 'study file of a ladder (YAML or JSON)')
    .option('--out <folder>', 'where stages and report go (default: beside the study, STUDY-ladder)')
    .option('--fresh', 'compute again what is there')
    .addOption(
      new Option('--shift <family=eV>', 'move the barriers of a family of hops, repeatable: "Mg exit=0.05"')
        .argParser(repeated)
        .default([], 'none'),
    )
    .action(async (file: string, o) => (await import('./ladder.ts')).ladderCommand(file, o))
}

/** What all commands on a model file take. */
const onModel = (command: Command): Command =>
  command
    .argument('<model>', 'model file of a lattice (JSON or YAML, format: dualion-lattice)')
    .addOption(
      new Option('--temperature <kelvin>', 'one or more, as in 300,330')
        .argParser(readTemperatures)
        .default([300], '300'),
    )
    .addOption(new Option('--size <cells>', 'cells along the vectors, as in 8x8x8').argParser(readSize))
    .addOption(
      new Option('--seed <number>', 'of the random numbers: the same seed, the same result')
        .argParser(wholeNumberOf('--seed', 0, 4e9))
        .default(1, '1'),
    )
