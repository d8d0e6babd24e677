/** Flags behind a start command: on or off, in any order. `--help` is every app's. */
import type { AppKind } from '../settings/apps.js';
import { describeSettings } from '../settings/describe.js';
import { StartError } from '../settings/start-error.js';

/** An app's own flags, by the field that says whether one was given. */
export type FlagTable<F extends string> = Readonly<Record<F, { readonly flag: `--${string}`; readonly about: string }>>;

/** Whether each was given. */
export type Flags<F extends string> = Readonly<Record<F | 'help', boolean>>;

const HELP = { help: { flag: '--help', about: 'says this' } } as const;

/** Throws a {@link StartError} that names every argument that is no flag. */
export function parseFlags<F extends string>(table: FlagTable<F>, args: readonly string[]): Flags<F> {
  const all = Object.entries<{ readonly flag: string }>({ ...table, ...HELP });
  const known = all.map(([, { flag }]) => flag);
  const unknown = args.filter((argument) => !known.includes(argument));
  if (unknown.length > 0) {
    const named = unknown.map((argument) => JSON.stringify(argument)).join(', ');
    throw new StartError(`unknown: ${named}; the flags are ${known.join(', ')}`);
  }
  return Object.fromEntries(all.map(([field, { flag }]) => [field, args.includes(flag)])) as Flags<F>;
}

export interface Help<F extends string> {
  readonly app: AppKind;
  /** The purpose of the process, in a sentence or two. */
  readonly about: string;
  /** The command that starts it. */
  readonly command: string;
  readonly flags: FlagTable<F>;
}

/** The text of `--help`. */
export function helpText<F extends string>({ app, about, command, flags }: Help<F>): string {
  const lines = Object.values<{ readonly flag: string; readonly about: string }>({ ...flags, ...HELP });
  return [
    about,
    '',
    `Usage: ${command} [-- flags]`,
    ...lines.map(({ flag, about: what }) => `  ${flag.padEnd(12)}  ${what}`),
    '',
    'Settings, as environment variables:',
    describeSettings(app),
    '',
    'Guides: README.md, docs/operating.md, docs/api.md',
  ].join('\n');
}
