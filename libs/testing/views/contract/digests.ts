/** R8: the digest of what is stored of a host says whether two generations have the same of it, however it came there. */
import fc from 'fast-check';
import { expectedPart, type HostDocument, type LaborDocument, type PartDocument } from '#contracts';
import type { HostName } from '#domain';
import {
  GenerationGone,
  MAX_DIGEST_ITEMS,
  MAX_STORED_HOSTS,
  type LoadedDocuments,
  type StoredDigest,
  type StoredDigestPlace,
  type StoredPage,
  type Views,
  type ViewsBatch,
} from '#ports';
import {
  at,
  behindRecord,
  closed,
  host,
  hostDoc,
  instant,
  laborDoc,
  parkRecord,
  partDoc,
  pastLabor,
  quest,
  tally,
} from './documents.js';
import { HOSTS } from './generated.js';
import { NEW_GENERATION, newGeneration, PARTITIONS, shareOf, type Bench } from './harness.js';
import { loadedDocuments } from './loading-documents.js';

const RUNS = 6;
const PROGRESS = Array.from({ length: PARTITIONS }, (_, partition) => ({
  ...{ partition, position: at(50), entryId: 'e', number: 51, heardAtMs: 0 },
}));

/** Of all pages, and how many there were; `between` runs before each page but the first. */
async function digestsOf(
  { writer }: Views,
  generation: number,
  hosts: readonly HostName[],
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly found: ReadonlyMap<HostName, StoredDigest>; readonly pages: number }> {
  const found = new Map<HostName, StoredDigest>();
  let pages = 0;
  for (let from: StoredDigestPlace | null = null; ;) {
    if (from !== null) await between();
    const page: StoredPage<StoredDigest, StoredDigestPlace> = await writer.digestsOf(generation, hosts, from);
    pages += 1;
    for (const digest of page.items) {
      expect(found.has(digest.host)).toBe(false);
      found.set(digest.host, digest);
    }
    if (page.next === null) return { found, pages };
    from = page.next;
  }
}

async function digestOf(views: Views, generation: number, name: HostName): Promise<string> {
  const { found } = await digestsOf(views, generation, [name]);
  expect(found.get(name)?.digest).toMatch(/^[0-9a-f]{64}$/);
  return found.get(name)!.digest!;
}

async function loadedWith({ loader }: Views, all: LoadedDocuments): Promise<number> {
  const { number } = await loader.create(NEW_GENERATION);
  await loader.load(number, 'all', (add) => add(all));
  await loader.finish(number, PROGRESS);
  return number;
}

const A = host('a');
const LABORS = [pastLabor({ id: 'a~0' as never, host: A }), closed(laborDoc({ host: A, n: 3 }), 7)];
const PARTS = [partDoc({ host: A, n: 3, tally: tally(0, 1), emptied: { position: at(7), at: instant(7) } })];
const OWN: HostDocument = hostDoc({ host: A, n: 9, open: 2 });
const STORED: ViewsBatch = { labors: LABORS, parts: [...PARTS, expectedPart(quest(4), A, at(2))], hosts: [OWN] };

export function digestSuite(bench: Bench): void {
  test('R8: a host has the same digest wherever the same documents are, written step by step or loaded', async () => {
    await fc.assert(
      fc.asyncProperty(loadedDocuments, async (all) => {
        const { views } = bench();
        const written = await newGeneration(views);
        const early = all.labors.map((labor): LaborDocument => ({ ...labor, position: at(0), assignee: 'before' }));
        await views.writer.apply(written, { labors: early, published: 'live' });
        await views.writer.apply(written, { ...all, published: 'live' });
        const loaded = await loadedWith(views, all);
        const [one, other] = [await digestsOf(views, written, HOSTS), await digestsOf(views, loaded, HOSTS)];
        expect([...other.found]).toEqual([...one.found]);
        expect([...one.found.keys()].sort()).toEqual([...HOSTS].sort());
        for (const { host: name, revision, digest } of one.found.values()) {
          expect(digest).not.toBeNull();
          const document = all.hosts.find((each) => each.host === name);
          expect(revision).toBe(document?.state.revision ?? -1);
        }
      }),
      { numRuns: shareOf(bench(), RUNS), endOnFailure: true },
    );
  }, 120_000);

  test('R8: it is another one where any document of the host is another, or is not there', async () => {
    const { views } = bench();
    const { hosts: _, ...others } = STORED;
    const storedAs = async (change: Partial<ViewsBatch>): Promise<string> => {
      const generation = await newGeneration(views);
      await views.writer.apply(generation, { ...STORED, ...change });
      return digestOf(views, generation, A);
    };
    const [labor, second] = LABORS as [LaborDocument, LaborDocument];
    const [part] = PARTS as [PartDocument];
    const expected = expectedPart(quest(4), A, at(2));
    const digests = [
      await storedAs({}),
      await storedAs({ labors: [labor] }),
      await storedAs({ labors: [labor, { ...second, state: 'waived' }] }),
      await storedAs({ labors: [labor, { ...second, position: at(8) }] }),
      await storedAs({ labors: [labor, { ...second, closed: { ...second.closed!, principal: 'bob' } }] }),
      await storedAs({ labors: [{ ...labor, past: { ...labor.past!, moves: [] } }, second] }),
      await storedAs({ parts: [expected] }),
      await storedAs({ parts: [part] }),
      await storedAs({ parts: [part, expectedPart(quest(4), A, at(1))] }),
      await storedAs({ parts: [part, expectedPart(quest(5), A, at(2))] }),
      await storedAs({ parts: [{ ...part, tally: tally(1, 0) }, expected] }),
      await storedAs({ parts: [{ ...part, emptied: { position: at(7), at: instant(8) } }, expected] }),
      await storedAs({ parts: [{ ...part, past: { ...part.past, forgotten: 7 } }, expected] }),
      await storedAs({ hosts: [{ ...OWN, state: { ...OWN.state, keys: [] } }] }),
      await storedAs({ hosts: [{ ...OWN, state: { ...OWN.state, attributes: { role: 'db' } } }] }),
      await storedAs({ hosts: [{ ...OWN, past: { changes: [], forgotten: 1 } }] }),
      await storedAs({ hosts: [{ ...OWN, entryId: '6f1e2d3c-0000-4000-8000-000000000002' }] }),
      await storedAs({ hosts: [{ ...OWN, parked: parkRecord(10) }] }),
    ];
    const without = await newGeneration(views);
    await views.writer.apply(without, others);
    const { found } = await digestsOf(views, without, [A]);
    expect(found.get(A)).toMatchObject({ revision: -1 });
    digests.push(found.get(A)!.digest!);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('R8: it is the same however often the host was stored, whether it is behind, and what was published of it', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, STORED);
    const before = await digestOf(views, generation, A);
    await views.writer.apply(generation, { hosts: [{ ...OWN, version: 1, behind: behindRecord(9) }] });
    expect(await digestOf(views, generation, A)).toBe(before);
    await views.writer.apply(generation, { labors: LABORS, parts: PARTS, published: 'live' });
    expect(await digestOf(views, generation, A)).toBe(before);
    await views.writer.apply(generation, {
      hosts: [hostDoc({ host: host('a-1') })],
      labors: [laborDoc({ host: host('a.b') })],
      parts: [partDoc({ host: host('a0') })],
    });
    expect(await digestOf(views, generation, A)).toBe(before);
  });

  test('R8: a host with many documents is hashed in pieces, which do not depend on the hosts before it', async () => {
    const { views } = bench();
    const [many, few] = [host('many'), host('few')];
    const labors = Array.from({ length: MAX_DIGEST_ITEMS + 20 }, (_, n) => laborDoc({ host: many, n }));
    const parts = Array.from({ length: 30 }, (_, n) => partDoc({ host: many, quest: quest(n + 1) }));
    const others = Array.from({ length: 30 }, (_, n) => laborDoc({ host: few, n }));
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { labors: [...labors, ...others], parts, hosts: [hostDoc({ host: many })] });
    const alone = await digestsOf(views, generation, [many]);
    expect(alone.pages).toBe(2);
    const both = await digestsOf(views, generation, [many, few]);
    expect(both.found.get(many)).toEqual(alone.found.get(many));
    expect(both.found.get(few)?.digest).toBe(await digestOf(views, generation, few));
    // the last ones of each piece are hashed, too
    for (const changed of [labors.at(-1)!, labors[MAX_DIGEST_ITEMS - 1]!]) {
      const before = await digestOf(views, generation, many);
      await views.writer.apply(generation, { labors: [{ ...changed, state: 'waived' }] });
      expect(await digestOf(views, generation, many)).not.toBe(before);
    }
    const before = await digestOf(views, generation, many);
    await views.writer.apply(generation, { parts: [{ ...parts.at(-1)!, tally: tally(3, 1) }] });
    expect(await digestOf(views, generation, many)).not.toBe(before);
  });

  test('R8: of a host that is stored between two of its pieces there is no digest, and of others there is', async () => {
    const { views } = bench();
    const [many, few] = [host('many'), host('zoo')];
    const labors = Array.from({ length: MAX_DIGEST_ITEMS + 20 }, (_, n) => laborDoc({ host: many, n }));
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { labors, hosts: [hostDoc({ host: many }), hostDoc({ host: few })] });
    const { found } = await digestsOf(views, generation, [many, few], async () => {
      await views.writer.apply(generation, { hosts: [hostDoc({ host: many, n: 1, version: 1 })] });
    });
    expect(found.get(many)).toEqual({ host: many, revision: 1, digest: null });
    expect(found.get(few)).toMatchObject({ revision: 0, digest: await digestOf(views, generation, few) });
  });

  test('R8: large documents end a piece before there are many of them', async () => {
    const { views } = bench();
    const said = { by: null, principal: null, at: instant(0), note: 'x'.repeat(300_000), position: at(0) };
    const labors = Array.from({ length: 10 }, (_, n) => laborDoc({ host: A, n, notes: [said] }));
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { labors, hosts: [OWN] });
    const { found, pages } = await digestsOf(views, generation, [A]);
    expect(pages).toBe(2);
    await views.writer.apply(generation, { labors: [{ ...labors[9]!, notes: [] }] });
    expect(await digestOf(views, generation, A)).not.toBe(found.get(A)?.digest);
  });

  test('R8: of no hosts and of hosts that are not there; P7: of a generation that is not there', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    expect(await views.writer.digestsOf(generation, [], null)).toEqual({ items: [], next: null });
    const names = Array.from({ length: MAX_STORED_HOSTS }, (_, n) => host(`nobody-${n}`));
    const { found } = await digestsOf(views, generation, names);
    expect(found.size).toBe(MAX_STORED_HOSTS);
    expect(new Set([...found.values()].map(({ digest }) => digest)).size).toBe(1);
    await expect(views.writer.digestsOf(7, [A], null)).rejects.toThrow(GenerationGone);
  });
}
