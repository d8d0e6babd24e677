/** The command line of `npm run bench`. */

export interface Options {
  /** Benchmarks to run; empty: all. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly check: boolean;
  readonly record: boolean;
  readonly help: boolean;
}

const FLAGS = ['quick', 'check', 'record', 'help'] as const;

/** Throws an Error that names what is not known and what there is. */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const given = new Set<string>();
  const names: string[] = [];
  for (const arg of args) {
    if (FLAGS.some((flag) => arg === `--${flag}`)) given.add(arg.slice(2));
    else if (known.includes(arg)) names.push(arg);
    else
      throw new Error(
        `"${arg}" is no benchmark and no flag: choose of ${known.join(', ')}, or --${FLAGS.join(', --')}`,
      );
  }
  const [quick, check, record, help] = FLAGS.map((flag) => given.has(flag)) as [boolean, boolean, boolean, boolean];
  return { names, quick, check, record, help };
}
