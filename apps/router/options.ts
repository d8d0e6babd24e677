/** What may stand behind `npm run start:router --`. */
import { parseArgs } from 'node:util';
import type { Targets } from './router.js';

export interface RouterOptions {
  /** On loopback. */
  readonly port: number;
  readonly targets: Targets;
}

export const USAGE = [
  'One address in front of ingest, projector and query, on loopback, for development.',
  '',
  'Usage: npm run start:router [-- options]',
  '  --port 4400                        port to listen on; 0 takes a free one',
  '  --ingest http://127.0.0.1:4401     where ingest answers',
  '  --projector http://127.0.0.1:4402  where the projector answers',
  '  --query http://127.0.0.1:4403      where query answers',
].join('\n');

const OPTIONS = {
  port: { type: 'string', default: '4400' },
  ingest: { type: 'string', default: 'http://127.0.0.1:4401' },
  projector: { type: 'string', default: 'http://127.0.0.1:4402' },
  query: { type: 'string', default: 'http://127.0.0.1:4403' },
  help: { type: 'boolean', default: false },
} as const;

/** Null: help is asked for. Throws an Error in one line. */
export function parseOptions(args: readonly string[]): RouterOptions | null {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { port, help, ...targets } = values;
  if (help) return null;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error(`--port is ${JSON.stringify(port)}: give a whole number from 0 to 65535`);
  for (const [name, origin] of Object.entries(targets)) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !origin.startsWith('http://'))
      throw new Error(`--${name} is ${JSON.stringify(origin)}: give an origin, http://127.0.0.1:4401`);
  }
  return { port: Number(port), targets };
}
