/** What was logged under a name before that became an alias is found by `formerHost`, and by the name what its host has now. */
import type { Api } from '../harness/api.js';
import type { Ask } from './asks.js';

const MOST_LOOKED_AT = 50;

export async function formerNames(api: Api, asks: readonly Ask[]): Promise<readonly string[]> {
  const faults: string[] = [];
  const done = asks.filter(
    ({ effect, answer }) => effect.kind === 'aliased' && effect.isFormer && answer !== undefined,
  );
  for (const { effect } of done.slice(-MOST_LOOKED_AT)) {
    if (effect.kind !== 'aliased') continue;
    const { host, name } = effect;
    const before = await hostsOf(api, `/events?formerHost=${name}&limit=100`);
    if (before.join() !== name) faults.push(`/events?formerHost=${name} has events of ${before.join(', ')}`);
    const now = await hostsOf(api, `/events?host=${name}&limit=100`);
    if (now.some((each) => each !== host)) faults.push(`/events?host=${name} has events of ${now.join(', ')}`);
  }
  return faults;
}

async function hostsOf(api: Api, path: string): Promise<readonly string[]> {
  const { items } = await api.read(path);
  return [...new Set([...(items ?? [])].map(({ host }) => String(host)))];
}
