// The apps of the remote stack behind a router, for tests: on free ports, with the settings of the environment. To whom
// starts it, it is one Hermes: it says where it listens once every app is ready, and a signal ends it in order.
import { untilStopped } from './bring-up.mjs';
import { StackApps } from './stack-apps.mjs';

const apps = new StackApps({}, { freePorts: true });
try {
  const origin = await apps.start();
  console.log(`Hermes listens on ${origin} as an ingest, two projectors and a query.`);
  await untilStopped(apps.ended);
} catch (error) {
  console.error(error.message);
} finally {
  await apps.stop();
}
process.exitCode = apps.failed ? 1 : 0;
