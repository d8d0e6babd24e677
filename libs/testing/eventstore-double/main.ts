/** The double as a process of its own: `main.js <folder> <port>`. Ends on SIGTERM; a SIGKILL loses nothing acknowledged. */
import { EventStoreDouble } from './double.js';

const [folder, port] = process.argv.slice(2);
if (folder === undefined || !/^\d+$/.test(port ?? '')) {
  console.error('usage: main.js <folder> <port>');
  process.exit(2);
}
const double = new EventStoreDouble({ folder, port: Number(port) });
process.once('SIGTERM', () => {
  void double.kill().then(() => process.exit(0));
});
await double.start();
console.log(`listening on ${double.url}`);
