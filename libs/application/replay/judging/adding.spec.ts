/** R2: what is handed on at once is bounded, also of one host and of one quest. */
import { charactersOf } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { LoadedDocuments } from '#ports';
import { hostDoc, laborDoc, partDoc, questRecord } from '#testing';
import { Adding, ADD_CHARACTERS, ADD_DOCUMENTS } from './adding.js';

async function piecesOf(give: (adding: Adding) => Promise<void>): Promise<readonly LoadedDocuments[]> {
  const pieces: LoadedDocuments[] = [];
  const adding = new Adding(async (documents) => {
    // nothing is pushed to a batch that was handed on
    await new Promise(setImmediate);
    pieces.push(documents);
  });
  await give(adding);
  await adding.end();
  return pieces;
}

const listsOf = (piece: LoadedDocuments): readonly (readonly unknown[])[] => Object.values(piece);
const countOf = (piece: LoadedDocuments): number => listsOf(piece).reduce((sum, { length }) => sum + length, 0);
const sizeOf = (piece: LoadedDocuments): number =>
  listsOf(piece)
    .flat()
    .reduce<number>((sum, each) => sum + charactersOf(each), 0);
const NOTE = 'x'.repeat(100_000);
const noted = (n: number) =>
  laborDoc({
    n,
    notes: [{ by: null, principal: null, at: laborDoc().opened.at, note: NOTE, position: laborDoc().position }],
  });

test('one host is handed on in pieces, by its documents and by their characters; all of it comes, once', async () => {
  const labors = Array.from({ length: 5000 }, (_, n) => (n < 100 ? noted(n) : laborDoc({ n })));
  const parts = Array.from({ length: 3000 }, (_, n) => partDoc({ n }));
  const marks = new Map([[1 as QuestId, laborDoc().position]]);
  const folded = { document: hostDoc(), labors, parts, marks, events: [], places: [] };
  const pieces = await piecesOf((adding) => adding.host(folded));
  expect(Math.max(...pieces.map(countOf))).toBe(ADD_DOCUMENTS);
  expect(Math.max(...pieces.map(sizeOf))).toBeLessThanOrEqual(ADD_CHARACTERS + charactersOf(noted(0)));
  expect(pieces.flatMap((piece) => piece.labors ?? [])).toEqual(labors);
  expect(pieces.flatMap((piece) => piece.parts ?? [])).toEqual(parts);
  expect(pieces.flatMap((piece) => piece.marks ?? [])).toEqual([{ quest: 1, position: laborDoc().position }]);
  expect(pieces.flatMap((piece) => piece.hosts ?? [])).toEqual([hostDoc()]);
});

test('so is one quest', async () => {
  const parts = Array.from({ length: 5000 }, (_, n) => partDoc({ n, host: `h${n}` as HostName }));
  const pieces = await piecesOf((adding) => adding.quest({ record: questRecord(1, 1), changes: [], parts }));
  expect(Math.max(...pieces.map(countOf))).toBe(ADD_DOCUMENTS);
  expect(pieces.flatMap((piece) => piece.parts ?? [])).toEqual(parts);
  expect(pieces.flatMap((piece) => piece.quests ?? [])).toHaveLength(1);
});
