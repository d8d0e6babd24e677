/** Loading a generation, beside plain inserts of the same rows into the same tables and the same indexes at the end. */
import { rmSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';
import { generationFile, openSqliteViews } from '#adapters/views-sqlite';
import { EVENTS_VERSION, type HostDocument } from '#contracts';
import { hostDoc } from '#testing';
import type { LoadedDocuments, Views } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import { atLeast, grouped, type Figure } from '../harness/figure.js';
import { interleave, type Rounds } from '../harness/rounds.js';
import type { Database } from '../load/copy-layout.js';
import { GENERATION, laborOf } from '../load/labors.js';
import { hostName } from '../load/flows.js';

const LEAST_RATIO = 0.5;
/** Labors on a host, as after a million events on 50,000 of them. */
const LABORS_OF_A_HOST = 10;
const UNIT_LABORS = 20_000;
const PIECE_LABORS = 500;
/** Rows that the floor is given at once. */
const PIECE_ROWS = 5000;
const TABLES = ['labors', 'hosts', 'fired_fates', 'labor_counts'] as const;

export const loading: Benchmark = {
  name: 'loading',
  about:
    'a generation of 1,000,000 labors on 100,000 hosts, loaded, beside plain inserts of its rows without indexes and CREATE INDEX',
  async run(context) {
    const labors = context.size(1_000_000, 20_000);
    const views = await openSqliteViews({ file: context.path('loading.db') });
    await views.control.claim({ journal: '00000000-0000-4000-8000-000000000000', eventsVersion: EVENTS_VERSION });
    let loaded = 0;
    try {
      const rounds = await interleave({
        rounds: context.size(3, 1),
        ours: async () => {
          const before = loaded;
          const { generation, ms } = await load(context, views, labors);
          loaded = generation;
          if (before > 0) await views.control.dropGeneration(before);
          return ms;
        },
        floor: async () => {
          if (loaded === 0) loaded = (await load(context, views, labors)).generation;
          return floor(context, generationFile(context.path('loading.db'), loaded), context.path('floor.db'));
        },
        onRound: (round) => {
          context.progress(`loading: round ${round}`);
        },
      });
      return [figure(rounds, labors + labors / LABORS_OF_A_HOST)];
    } finally {
      await views.close();
    }
  },
};

function figure({ oursMs, floorMs, ratio, spread }: Rounds, rows: number): Figure {
  const perS = (ms: number): string => `${grouped((rows * 1000) / ms)} rows/s`;
  const aim = atLeast(ratio, LEAST_RATIO, '');
  return { name: 'loading/rows', ours: perS(oursMs), floor: perS(floorMs), ratio, spread, aim };
}

/** The time that it takes beside the making of the documents. */
async function load(context: Context, { loader }: Views, labors: number) {
  const { number } = await loader.create(GENERATION);
  const begun = performance.now();
  let makingMs = 0;
  for (let from = 0; from < labors; from += UNIT_LABORS) {
    context.progress(`loading: ${from} of ${labors} labors`);
    await loader.load(number, `from ${from}`, async (add) => {
      const to = Math.min(labors, from + UNIT_LABORS);
      for (let piece = from; piece < to; piece += PIECE_LABORS) {
        const making = performance.now();
        const documents = documentsOf(piece, Math.min(to, piece + PIECE_LABORS));
        makingMs += performance.now() - making;
        await add(documents);
      }
    });
  }
  await loader.finish(number, []);
  return { generation: number, ms: performance.now() - begun - makingMs };
}

function documentsOf(from: number, to: number): LoadedDocuments {
  const labors = Array.from({ length: to - from }, (_, n) => laborOf(from + n));
  const hosts: HostDocument[] = [];
  for (let n = from; n < to; n += LABORS_OF_A_HOST)
    hosts.push(hostDoc({ host: hostName(n) as HostDocument['host'], open: n % 2 }));
  return { labors, hosts };
}

/** Milliseconds that the inserts and the indexes take. */
function floor(context: Context, from: string, to: string): number {
  const source = new DatabaseSync(from, { readOnly: true });
  const target = new DatabaseSync(to);
  target.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -49152');
  const sql = (type: string): readonly string[] =>
    TABLES.flatMap((table) => {
      const find = source.prepare('SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL');
      return (find.all(table, type) as { sql: string }[]).map((row) => row.sql);
    });
  for (const table of sql('table')) target.exec(table);
  let ms = 0;
  for (const table of TABLES) {
    for (const rows of rowsOf(source, table)) ms += insert(target, table, rows);
    context.progress(`the floor of loading: ${table}`);
  }
  const begun = performance.now();
  for (const index of sql('index')) target.exec(index);
  ms += performance.now() - begun;
  source.close();
  target.close();
  rmSync(to);
  return ms;
}

type Row = (string | number | bigint | null)[];

function* rowsOf(database: Database, table: string): Generator<readonly Row[]> {
  const all = database.prepare(`SELECT * FROM ${table}`);
  all.setReturnArrays(true);
  all.setReadBigInts(true);
  let rows: Row[] = [];
  for (const row of all.iterate() as Iterable<Row>) {
    rows.push(row);
    if (rows.length < PIECE_ROWS) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

function insert(database: Database, table: string, rows: readonly Row[]): number {
  const [first] = rows;
  if (first === undefined) return 0;
  const begun = performance.now();
  const one = database.prepare(`INSERT INTO ${table} VALUES (${first.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  for (const row of rows) one.run(...row);
  database.exec('COMMIT');
  return performance.now() - begun;
}
