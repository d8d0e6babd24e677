/** The order in which every app starts: look for the address, make the app, prepare, listen, begin. */
import type { App, AppOptions } from './create-app.js';
import { createApp } from './create-app.js';
import { requireAddress } from './listen.js';

export interface AppStart extends AppOptions {
  /** Checks whether the stores can be worked with, before a request is taken; its errors end the start. */
  readonly prepare?: (app: App) => Promise<void>;
  /** Begins the work beside requests, which are taken at `origin` by now. */
  readonly begin?: (app: App, origin: string) => void;
}

/**
 * Resolves when requests are taken; the work of `begin` goes on. Where the start fails, the stores are closed and
 * runProcess prints what is thrown as one line.
 */
export async function startApp(options: AppStart): Promise<App> {
  const { settings, log, stores, prepare, begin } = options;
  let app: App | undefined;
  try {
    for (const hint of settings.hints) log.warn(hint);
    await requireAddress(settings);
    app = await createApp(options);
    await prepare?.(app);
    const origin = await app.listen();
    begin?.(app, origin);
    return app;
  } catch (error) {
    await (app ?? stores).close();
    throw error;
  }
}
