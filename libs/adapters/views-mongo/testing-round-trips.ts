/** For specs: how often a client has waited for its server. A command that starts while none is in flight begins a round trip. */
import type { MongoClient } from 'mongodb';

/** The client must have been created with command monitoring. */
export function countRoundTrips(client: MongoClient): () => number {
  let inFlight = 0;
  let roundTrips = 0;
  client.on('commandStarted', () => {
    if (inFlight === 0) roundTrips += 1;
    inFlight += 1;
  });
  const ended = (): void => {
    inFlight -= 1;
  };
  client.on('commandSucceeded', ended).on('commandFailed', ended);
  return () => roundTrips;
}
