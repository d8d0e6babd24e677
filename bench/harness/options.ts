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

/** What a name stands for: itself, or, as `stack` does, everything whose name begins with it and a slash. */
export function chosenOf<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
): readonly T[] {
  const groupOf = (name: string): string | undefined => /^(.+)\//.exec(name)?.[1];
  if (names.length === 0) return all.filter(({ name }) => groupOf(name) === undefined);
  return all.filter(({ name }) => names.includes(name) || names.includes(groupOf(name) ?? name));
}

/** Names that {@link chosenOf} knows. */
export function namesOf(all: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(all.flatMap(({ name }) => [name, name.split('/')[0] ?? name]))];
}

/** Throws an Error that names the unknown argument and the known ones. */
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
