/** The table knows which methods a path takes, and nothing else. */
import { RouteTable } from './routes.js';

const table = new RouteTable();
table.add('GET', '/labors/:id');
table.add('HEAD', '/labors/:id');
table.add('POST', '/labors/:id/ack');
table.add('post', '/labors/ack');

test.each([
  ['/labors/a~0', ['GET', 'HEAD', 'OPTIONS']],
  ['/labors/a~0/ack', ['OPTIONS', 'POST']],
  ['/labors/ack', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  ['/labors', []],
  ['/labors/', []],
  ['/labors/a~0/', []],
  ['/labors/a~0/ack/more', []],
])('%s takes %j', (path, methods) => {
  expect(table.methodsOf(path)).toEqual(methods);
});
