/**
 * The settings of a process: read once from its environment, checked as a whole, frozen. Nothing else reads the environment.
 * Variables of other programs whose names begin as ours do are ignored: see foreign.ts.
 */
import { readFileSync } from 'node:fs';
import { errorCode } from './error-code.js';
import { StartError } from './start-error.js';
import { thenOf } from './describe.js';
import { APPS, type AppKind } from './apps.js';
import { foreignHints, withoutForeign } from './foreign.js';
import { memoryThere, sharesOf, type Memory, type MemoryShares } from './memory.js';
import { memoryFaults, memoryHints, memoryUsed } from './memory-rules.js';
import { connectionsLeft, faultsOf, hintsOf, leastHeldBytes } from './rules.js';
import { fileOf, isVariable, schema, variables, type Read, type VariableTree } from './schema.js';
import { parseTraces, type TraceSettings } from './traces.js';
import type { Variable } from './variable.js';

type Limits = Read<typeof schema>['limits'];

/** As the schema has them; each limit, path and name is explained there. */
export interface Settings extends Omit<Read<typeof schema>, 'port' | 'partitions' | 'memoryMib' | 'limits'> {
  readonly app: AppKind;
  readonly port: number;
  readonly partitions: number;
  /** The memory, and the shares of it that are no settings. */
  readonly memory: MemoryShares;
  readonly limits: { readonly [K in keyof Limits]: NonNullable<Limits[K]> } & Pick<
    MemoryShares,
    'workedBytes' | 'decoderBytes'
  >;
  /** Null: nothing is traced. */
  readonly traces: TraceSettings | null;
  /** Ignored settings, one sentence each, for the log at the start. */
  readonly hints: readonly string[];
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  /** One sentence per fault: the variable, its value where that is no secret, the next step. */
  | { readonly ok: false; readonly faults: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Fewer partitions than this on Kafka would bound how many projectors can share the work. */
const PARTITIONS = { inprocess: 8, kafka: 12 } as const;

/** All faults at once. A variable that is set to nothing counts as not set. `there`: the memory of this process. */
export function parseSettings(
  all: Environment,
  app: AppKind = APPS.standalone,
  there: Memory = memoryThere(),
): ParsedSettings {
  const environment = withoutForeign(all);
  const reader = new Reader(environment);
  const read = reader.tree(schema);
  const judged = { settings: read, app, given: reader.given, faulty: reader.faulty };
  const { traces, faults: faultsOfTraces } = parseTraces(environment);
  const memory = memoryUsed(there, read.memoryMib);
  const faults = [
    ...unknownVariables(environment),
    ...reader.faults,
    ...faultsOf(judged),
    ...memoryFaults(there, read.memoryMib),
    ...faultsOfTraces,
  ];
  if (faults.length > 0) return { ok: false, faults };
  const port = read.port ?? app.port;
  const partitions = read.partitions ?? PARTITIONS[read.feed];
  const shares = sharesOf(memory);
  const hints = [...hintsOf(judged), ...memoryHints(memory), ...foreignHints(all)];
  const { memoryMib: _, ...rest } = read;
  const settings = { ...rest, app, port, partitions, traces, hints, memory: shares, limits: limitsOf(read, shares) };
  return { ok: true, settings: Object.freeze(settings) };
}

/** What is not given follows from the memory; whatever that is, the largest body fits into what one holder may have. */
function limitsOf({ limits }: Read<typeof schema>, shares: MemoryShares): Settings['limits'] {
  const heldBytes = limits.heldBytes ?? Math.max(leastHeldBytes(limits.bodyBytes), shares.heldBytes);
  const { workedBytes, decoderBytes } = shares;
  const queuedEntries = limits.queuedEntries ?? shares.queuedEntries;
  const queuedBytes = limits.queuedBytes ?? shares.queuedBytes;
  const followers = limits.followers ?? Math.max(1, Math.floor(connectionsLeft(limits) / 2));
  return Object.freeze({ ...limits, heldBytes, queuedEntries, queuedBytes, followers, workedBytes, decoderBytes });
}

/** The settings of this process; throws a {@link StartError} with one line per fault. */
export function readSettings(environment: Environment = process.env, app: AppKind = APPS.standalone): Settings {
  const parsed = parseSettings(environment, app);
  if (!parsed.ok) throw new StartError(parsed.faults.join('\n'));
  return parsed.settings;
}

/** Reads the variables of a tree, and collects their faults. */
class Reader {
  readonly faults: string[] = [];
  readonly faulty = new Set<string>();

  constructor(private readonly environment: Environment) {}

  readonly given = (name: string): boolean => (this.environment[name] ?? '') !== '';

  tree<T extends VariableTree>(tree: T): Read<T> {
    const read = Object.entries(tree).map(([key, node]) => [
      key,
      isVariable(node) ? this.variable(node) : this.tree(node),
    ]);
    return Object.freeze(Object.fromEntries(read) as Read<T>);
  }

  private variable<T>(variable: Variable<T>): T {
    const { name, secret } = variable;
    if (secret === true && this.given(fileOf(variable).name)) return this.fromFile(variable);
    if (!this.given(name)) return variable.fallback;
    const text = this.environment[name] ?? '';
    // a value that looks like a user and password may be a misplaced secret
    const shown = secret === true || text.includes('@') ? 'is not acceptable' : `is ${JSON.stringify(text)}`;
    return (
      variable.parse(text) ??
      this.fault(variable, `${name} ${shown}: give ${variable.expects}, or leave it out${thenOf(variable)}`)
    );
  }

  private fromFile<T>(variable: Variable<T>): T {
    const { name, expects } = variable;
    const file = fileOf(variable);
    if (this.given(name)) return this.fault(variable, `${name} and ${file.name} are both given: unset one of them`);
    const path = file.parse(this.environment[file.name] ?? '');
    if (typeof path !== 'string') return this.fault(variable, `${file.name} is no path: give ${file.expects}`);
    try {
      const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      return variable.parse(text) ?? this.fault(variable, `${file.name}: what ${path} holds is not ${expects}`);
    } catch (error) {
      const reason = `${path} cannot be read (${errorCode(error)}): check the path and its permissions`;
      return this.fault(variable, `${file.name}: ${reason}`);
    }
  }

  private fault<T>({ name, fallback }: Variable<T>, sentence: string): T {
    this.faults.push(sentence);
    this.faulty.add(name);
    return fallback;
  }
}

/** Their values may be secrets, so only their names are shown. */
function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('HERMES_') && !Object.hasOwn(variables, name))
    .sort()
    .map((name) => `${name} is no setting: unset it, or use one of ${Object.keys(variables).join(', ')}`);
}
