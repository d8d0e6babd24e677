/** R8, R9: documents as they are stored, whole and page by page, for who compares them with what the journal comes to. */
import { expectedPart, type LaborDocument, type PartDocument } from '#contracts';
import type { HostName, LaborId } from '#domain';
import { GenerationGone, MAX_STORED_ITEMS, type StoredPage, type Views } from '#ports';
import { at, host, hostDoc, laborDoc, laborId, partDoc, pastLabor, quest, questRecord, tally } from './documents.js';
import { newGeneration, type Bench } from './harness.js';

/** All pages, and how many there were. */
async function allOf<T, K>(
  read: (after: K | null) => Promise<StoredPage<T, K>>,
): Promise<{ readonly items: readonly T[]; readonly pages: number }> {
  const items: T[] = [];
  for (let after: K | null = null, pages = 1; ; pages += 1) {
    const page: StoredPage<T, K> = await read(after);
    items.push(...page.items);
    if (page.next === null) return { items, pages };
    expect(page.items.length).toBeGreaterThan(0);
    after = page.next;
  }
}

const hostsOf = (...names: readonly string[]): readonly HostName[] => names.map(host);

async function laborsOf(views: Views, generation: number, ...names: readonly string[]) {
  return allOf<LaborDocument, LaborId>((after) => views.writer.laborsOf(generation, hostsOf(...names), after));
}

async function partsOf(views: Views, generation: number, ...names: readonly string[]) {
  return allOf((after: { host: HostName; quest: PartDocument['quest'] } | null) =>
    views.writer.partsOf(generation, hostsOf(...names), after),
  );
}

const keyOf = ({ host: name, quest: number }: PartDocument): string => `${name} ${number}`;

export function storedSuite(bench: Bench): void {
  test('R9: hosts and quests that have a document come in their order, also those that no list shows', async () => {
    const { views } = bench();
    const { writer } = views;
    const generation = await newGeneration(views);
    await writer.apply(generation, {
      hosts: ['web-2', 'web-10', 'a', 'web-1.example'].map((name) => hostDoc({ host: host(name) })),
      quests: [questRecord(12, 1), questRecord(3, 1, { embarkedAt: null })],
      touches: [quest(7)],
    });
    expect(await writer.hostNames(generation, null, 3)).toEqual(['a', 'web-1.example', 'web-10']);
    expect(await writer.hostNames(generation, host('web-10'), 3)).toEqual(['web-2']);
    expect(await writer.questNumbers(generation, null, 2)).toEqual([3, 7]);
    expect(await writer.questNumbers(generation, quest(7), 2)).toEqual([12]);
  });

  test('R9: labors and parts of the hosts come as they are stored, whether the hosts have a document or not', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const labors = [
      laborDoc({ host: host('web-1'), n: 3 }),
      pastLabor(),
      laborDoc({ host: host('web-10'), n: 1 }),
      laborDoc({ host: host('web'), n: 2 }),
      // as a defect would leave it: it is found with the host in whose stream it was opened
      laborDoc({ id: laborId('web-1~12.1'), host: host('other'), n: 12 }),
    ];
    const parts = [
      partDoc({ quest: quest(2), host: host('web-1'), tally: tally(1, 2) }),
      partDoc({ quest: quest(11), host: host('web-1') }),
      expectedPart(quest(3), host('web-10'), at(1)),
      partDoc({ quest: quest(1), host: host('web') }),
    ];
    await views.writer.apply(generation, { labors, parts, hosts: [hostDoc({ host: host('web-10') })] });
    const byId = (ids: readonly string[]) => ids.map((id) => labors.find((labor) => labor.id === id));
    expect((await laborsOf(views, generation, 'web-10', 'web-1', 'nobody')).items).toEqual(
      byId(['web-10~1', 'web-1~0', 'web-1~12.1', 'web-1~3']),
    );
    expect((await laborsOf(views, generation, 'web')).items).toEqual(byId(['web~2']));
    expect((await laborsOf(views, generation)).items).toEqual([]);
    expect((await partsOf(views, generation, 'web-10', 'web-1', 'nobody')).items.map(keyOf)).toEqual([
      ...['web-1 2', 'web-1 11', 'web-10 3'],
    ]);
    expect((await partsOf(views, generation, 'web-1')).items).toEqual([parts[0], parts[1]]);
    expect((await partsOf(views, generation)).items).toEqual([]);
  });

  test('R9: a page has a bounded number of documents and of their characters, and each document comes once', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const count = MAX_STORED_ITEMS + 20;
    const many = Array.from({ length: count }, (_, n) => laborDoc({ host: host(n % 2 === 0 ? 'a' : 'b'), n }));
    const parts = Array.from({ length: count }, (_, n) => partDoc({ quest: quest(1 + n), host: host('a') }));
    const said = {
      by: null,
      principal: null,
      at: many[0]!.lastSeen,
      note: 'x'.repeat(300_000),
      position: many[0]!.position,
    };
    const large = Array.from({ length: 10 }, (_, n) => laborDoc({ host: host('c'), n, notes: [said] }));
    await views.writer.apply(generation, { labors: [...many, ...large], parts });
    const few = await laborsOf(views, generation, 'a', 'b');
    expect(few.items.map(({ id }) => id)).toEqual(many.map(({ id }) => id).sort());
    expect(few.pages).toBe(2);
    const found = await partsOf(views, generation, 'a', 'b');
    expect(found.items).toEqual(parts);
    expect(found.pages).toBe(2);
    const long = await laborsOf(views, generation, 'c');
    expect(long.items.map(({ id }) => id)).toEqual(large.map(({ id }) => id).sort());
    expect(long.pages).toBe(2);
  });

  test('P7: of a generation that is not there nothing is said', async () => {
    const { writer } = bench().views;
    await expect(writer.hostNames(7, null, 1)).rejects.toThrow(GenerationGone);
    await expect(writer.questNumbers(7, null, 1)).rejects.toThrow(GenerationGone);
    await expect(writer.laborsOf(7, hostsOf('a'), null)).rejects.toThrow(GenerationGone);
    await expect(writer.partsOf(7, hostsOf('a'), null)).rejects.toThrow(GenerationGone);
  });
}
