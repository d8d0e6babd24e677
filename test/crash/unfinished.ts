/** How many quests, operations and rebuilds are not carried out to their end, as a client can see it. */
import type { Api } from '../harness/api.js';

const PAGE = 1000;

/** Those of which hosts may lack their event or labors that it adopts, or have not left it, and those that are abandoned and hosts may not know of it. */
export async function unfinishedQuests(api: Api): Promise<number> {
  let count = 0;
  for (let next = ''; ;) {
    const page = await api.read(`/quests?limit=${PAGE}${next}`);
    for (const quest of page['items'] ?? []) {
      const isEnded = String(quest['state']) !== 'abandoned' || String(quest['abandoned']?.['ended']) === 'true';
      if (
        String(quest['state']) === 'embarking' ||
        quest['adopting'] !== undefined ||
        quest['removing'] !== undefined ||
        !isEnded
      )
        count += 1;
    }
    const cursor = page['next'] as unknown;
    if (typeof cursor !== 'string') return count;
    next = `&cursor=${encodeURIComponent(cursor)}`;
  }
}

export async function runningOperations(api: Api): Promise<number> {
  const { items } = await api.read('/operations');
  return [...(items ?? [])].filter(({ state }) => String(state) === 'running').length;
}

/** One that waits for a command stores nothing. */
export async function runningRebuilds(api: Api): Promise<number> {
  const { items } = await api.read('/admin/rebuilds');
  const atWork = ['running', 'activating', 'cancelling'];
  return [...(items ?? [])].filter(({ state }) => atWork.includes(String(state))).length;
}
