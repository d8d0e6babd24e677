/** For specs: a file that is loading behind messages, as in a thread of its own, which runs from the build only. */
import { MessageChannel } from 'node:worker_threads';
import { connect } from '#adapters/sqlite';
import { FileLoad } from '../loading/file-load.js';
import type { LoadingFile } from '../loading/loading-files.js';
import type { OpenLoad } from '../loading/open-load.js';
import { openLoadOver, serveLoad } from './threaded-load.js';

export async function openServedLoad({ file, cacheBytes }: LoadingFile): Promise<OpenLoad> {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise((resolve) => port2.once('close', resolve));
  void serveLoad(port1, () => new FileLoad(connect('views', file), file, cacheBytes)).finally(() => {
    port1.close();
  });
  return openLoadOver(port2, ended);
}
