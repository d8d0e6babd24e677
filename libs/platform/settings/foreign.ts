/**
 * Variables whose names begin as those of Hermes do, and that other programs read or set: they are no settings, and a start
 * ignores them. `scripts/settings.mjs` has the same patterns, because it runs before anything is compiled.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Of the test lanes. */
const TEST = /^HERMES_TEST_/;

/** What clients on a command line go by. */
const COMMAND_LINE = /^HERMES_(?:URL|TOKEN_FILE|CONTEXT)$/;

/**
 * Kubernetes gives every container these for each Service of its namespace (`hermes`, `hermes-query`, …), unless
 * `enableServiceLinks` is false: the names are those of Docker's links.
 */
const SERVICE =
  /^HERMES_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
/** By its value it is known from a port that was given to Hermes. */
const SERVICE_PORT = /^HERMES_(?:[A-Z0-9_]+_)?PORT$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** Whether the variable is another program's; `value` is undefined where the variable is not set. */
export function isForeign(name: string, value: string | undefined): boolean {
  if (TEST.test(name) || COMMAND_LINE.test(name) || SERVICE.test(name)) return true;
  return SERVICE_PORT.test(name) && SERVICE_ADDRESS.test(value ?? '');
}

/** The variables that may be settings of Hermes, and those that do not begin as they do. */
export function withoutForeign(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => !isForeign(name, value)));
}

/** The one ignored variable that an operator may have meant: without tokens everyone on this machine may do everything. */
export function foreignHints(environment: Environment): readonly string[] {
  const given = (name: string): boolean => (environment[name] ?? '') !== '';
  return given('HERMES_TOKEN_FILE') && !given('HERMES_TOKENS_FILE')
    ? ['HERMES_TOKEN_FILE is not used: it is for clients; HERMES_TOKENS_FILE turns tokens on']
    : [];
}
