/** Descriptions of the variables, for people: in `--help`, in faults, in the documentation. */
import type { AppKind } from './apps.js';
import { variables } from './schema.js';
import { choicesOf, STORES, type StorePort } from './store-choices.js';
import { traceVariables } from './traces.js';
import type { Variable } from './variable.js';

/** The value of a variable that is not set; empty where there is none. */
export function otherwiseOf({ otherwise, fallback }: Variable<unknown>): string {
  return otherwise ?? (typeof fallback === 'string' || typeof fallback === 'number' ? String(fallback) : '');
}

export function thenOf(variable: Variable<unknown>): string {
  const otherwise = otherwiseOf(variable);
  return otherwise === '' ? '' : ` (then ${otherwise})`;
}

/** The variables that matter to the app, one line each. */
export function describeSettings(app: AppKind): string {
  const own = Object.values(variables)
    .filter((variable) => matters(variable, app))
    .map((variable) => ({
      ...variable,
      then: variable.name === 'HERMES_PORT' ? ` (then ${app.port})` : thenOf(variable),
    }));
  const traces = Object.entries(traceVariables).map(([name, variable]) => ({ name, ...variable, then: '' }));
  const shown = [...own, ...traces];
  const width = Math.max(...shown.map(({ name }) => name.length));
  return shown
    .map(({ name, about, expects, then }) => `  ${name.padEnd(width)}  ${about}; ${expects}${then}`)
    .join('\n');
}

/** Variables of stores that the app does not open, or may not hold, are left out. */
function matters({ name, readBy }: Variable<unknown>, { opens, apart }: AppKind): boolean {
  const ports = Object.keys(STORES) as StorePort[];
  const chooses = ports.find((port) => STORES[port].variable === name);
  if (chooses !== undefined) return opens.includes(chooses);
  const stores = opens.flatMap((port) => (apart ? [STORES[port].remote] : choicesOf(port)));
  return readBy === undefined || readBy.some((store) => stores.includes(store));
}
