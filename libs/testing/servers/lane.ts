/** The lane that needs servers: `npm run test:servers` starts the servers that no variable names, and passes their addresses to the specs. */

/** Where the servers of the lane are; each may name a real one before the lane is started. */
export type LaneServer = 'HERMES_TEST_EVENTSTORE' | 'HERMES_TEST_KAFKA' | 'HERMES_TEST_MONGO';

/** The address that the variable holds. Throws an Error outside the lane: a spec of the lane never passes for want of a server. */
export function laneServer(variable: LaneServer): string {
  const address = process.env[variable];
  if (address === undefined || address === '') throw new Error(`${variable} names no server: run npm run test:servers`);
  return address;
}
