/** What becomes of a load whose thread ends: for its memory, or by a defect. */
import { MessageChannel } from 'node:worker_threads';
import { connect } from '#adapters/sqlite';
import { StoreUnavailable, type LoadedDocuments } from '#ports';
import { hostDoc, intercept, laborDoc, NEW_GENERATION, temporaryFolder } from '#testing';
import { FileLoad } from '../loading/file-load.js';
import { SqliteLoader } from '../loading/loader.js';
import type { LoadingFile } from '../loading/loading-files.js';
import type { OpenLoad } from '../loading/open-load.js';
import { openViews } from '../open.js';
import { openLoadOver, serveLoad } from './threaded-load.js';

const path = temporaryFolder();
const METHODS = ['units', 'begin', 'add', 'commit', 'rollback', 'finish'] as const;
type Method = (typeof METHODS)[number];

/** Its first thread ends in the method, after the work or, of `finish`, some of it; the others do not. As of any thread that ends, its connection is closed. */
function dyingIn(method: Method): {
  readonly open: (file: LoadingFile) => Promise<OpenLoad>;
  readonly opened: () => number;
} {
  let opened = 0;
  const open = async ({ file, cacheBytes }: LoadingFile): Promise<OpenLoad> => {
    opened += 1;
    const { port1, port2 } = new MessageChannel();
    const ended = new Promise((resolve) => port2.once('close', resolve));
    const load = new FileLoad(connect('views', file), file, cacheBytes);
    const die = (): void => {
      void load.close();
      port1.close();
    };
    if (opened === 1 && method === 'finish')
      intercept(load, method, (finish, progress) => {
        finish(progress, ({ done }) => {
          if (done === 2) die();
        });
      });
    else if (opened === 1)
      intercept(load as unknown as Record<Method, (...args: unknown[]) => unknown>, method, (original, ...args) => {
        const answer = original(...args);
        die();
        return answer;
      });
    void serveLoad(port1, () => load).finally(() => {
      port1.close();
    });
    return openLoadOver(port2, ended);
  };
  return { open, opened: () => opened };
}

const documents = (n: number): LoadedDocuments => ({
  labors: [laborDoc({ n, host: `h${n}` as never })],
  hosts: [hostDoc({ host: `h${n}` as never })],
});

test.each(METHODS)('a thread that ends in %s fails that call; the next one has another thread', async (method) => {
  const views = await openViews(path('views.sqlite'));
  const { open, opened } = dyingIn(method);
  const loader = new SqliteLoader(views.loading, open);
  const { number } = await loader.create(NEW_GENERATION);
  const load = () =>
    loader.load(number, 'a', async (add) => {
      await add(documents(1));
      await add(documents(2));
      if (method === 'rollback' && opened() === 1) throw new Error('by plan');
    });
  const whole = async (): Promise<void> => {
    await loader.loaded(number);
    await load();
    await loader.finish(number, []);
  };
  await expect(whole()).rejects.toThrow(StoreUnavailable);
  // the unit is there where its commit was done
  expect(await loader.loaded(number)).toEqual(method === 'commit' || method === 'finish' ? ['a'] : []);
  await whole();
  expect(opened()).toBe(2);
  expect(await views.reader.totals(number)).toMatchObject({ hosts: 2, labors: { open: 2 } });
  await loader.close();
  await views.close();
});
