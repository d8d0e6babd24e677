/** docs/api.md names every route there is, and no other. */
import { documentedRoutes, servedRoutes } from './routes.js';

test('the routes that are served are the routes that are documented', () => {
  const served = servedRoutes();
  expect(served.length).toBeGreaterThan(30);
  expect(documentedRoutes().api).toEqual(served);
});
