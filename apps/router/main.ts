/** `npm run start:router`: one address in front of the three apps, for development. */
import { parseOptions, USAGE } from './options.js';
import { createRouter } from './router.js';

const HOST = '127.0.0.1';

function start(): void {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const router = createRouter(options.targets);
  router.once('error', fail);
  router.listen(options.port, HOST, () => {
    const address = router.address();
    const port = typeof address === 'object' && address !== null ? address.port : options.port;
    process.stdout.write(`The router listens on http://${HOST}:${port}. Ctrl-C stops it.\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      router.close();
      // nothing is lost by it: who sees a broken connection asks again
      router.closeAllConnections();
    });
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

try {
  start();
} catch (error) {
  fail(error);
}
