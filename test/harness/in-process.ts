/** All of Hermes in the process of the spec, over embedded stores in a folder of its own. For what the build is not needed for. */
import { createLog, openStores, readSettings } from '#platform';
import { standaloneMain } from '../../apps/standalone/standalone.js';
import { Api } from './api.js';
import { temporaryFolder } from './hermes.js';
import { until } from '../../libs/testing/until.js';

export interface InProcess {
  readonly api: Api;
  /** What was logged so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

/** Resolves when the views are caught up. */
export async function startInProcess(
  environment: Readonly<Record<string, string>> = {},
  { rebuild = false }: { readonly rebuild?: boolean } = {},
): Promise<InProcess> {
  const folder = await temporaryFolder();
  const lines: Record<string, unknown>[] = [];
  const settings = readSettings({ HERMES_PORT: '0', HERMES_DATA_DIR: folder.path, ...environment });
  const log = createLog('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  const printed: string[] = [];
  const running = await standaloneMain.start({
    flags: { demo: false, rebuild, help: false },
    settings,
    log,
    // a thread could be started from the build only
    stores: await openStores(settings, { threads: false }),
    print: (line) => {
      printed.push(line);
    },
  });
  const origin = /http:\/\/\S+/.exec(printed.join(' '))?.[0] ?? '';
  await until('Hermes is ready', async () => (await fetch(`${origin}/health/ready`)).ok);
  return {
    api: new Api(origin),
    lines,
    close: async () => {
      await running.close();
      await folder.remove();
    },
  };
}
