/** What may stand behind `npm start --`. */
import { describeSettings, StartError } from '#platform';

export interface Flags {
  readonly demo: boolean;
  readonly foldAnew: boolean;
  readonly help: boolean;
}

const FLAGS: Readonly<Record<string, { readonly field: keyof Flags; readonly about: string }>> = {
  '--demo': { field: 'demo', about: 'plays four small flows into an empty Hermes' },
  '--fold-anew': { field: 'foldAnew', about: 'folds the views from the journal once more, whatever they hold' },
  '--help': { field: 'help', about: 'says this' },
};

/** Throws a {@link StartError} that names every argument that is no flag. */
export function parseFlags(args: readonly string[]): Flags {
  const unknown = args.filter((argument) => !Object.hasOwn(FLAGS, argument));
  if (unknown.length > 0) {
    const named = unknown.map((argument) => JSON.stringify(argument)).join(', ');
    throw new StartError(`unknown: ${named}; the flags are ${Object.keys(FLAGS).join(', ')}`);
  }
  const given = new Set(args.map((argument) => FLAGS[argument]?.field));
  return { demo: given.has('demo'), foldAnew: given.has('foldAnew'), help: given.has('help') };
}

/** For `--help`. */
export function helpText(): string {
  const flags = Object.entries(FLAGS).map(([flag, { about }]) => `  ${flag.padEnd(12)}  ${about}`);
  return [
    'Hermes tracks what a fleet of machines still has to do. Everything runs in this one process.',
    '',
    'Usage: npm start [-- flags]',
    ...flags,
    '',
    'Settings, as environment variables:',
    describeSettings(),
    '',
    'Guides: README.md, docs/operating.md, docs/api.md',
  ].join('\n');
}
