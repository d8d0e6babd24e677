/** The bodies of the HTTP API: a schema for each, which documents and (in requests) checks it, and the type that it makes. */
export * from './admin.js';
export * from './catalogue.js';
export * from './catalogue-file.js';
export * from './catalogue-requests.js';
export * from './event.js';
export * from './event-requests.js';
export * from './foreseen.js';
export * from './fate-graph.js';
export * from './health.js';
export { HOST_WANTED, readHostList, STEP_HOSTS } from './host-list.js';
export * from './host.js';
export * from './host-names.js';
export * from './host-requests.js';
export type { JsonSchema } from './json-schema.js';
export * from './labor.js';
export * from './labor-requests.js';
export * from './list.js';
export * from './moving.js';
export * as names from './names.js';
export * from './operation.js';
export * from './parked.js';
export * from './problem.js';
export * from './quest.js';
export * from './quest-requests.js';
export {
  checked,
  checkOf,
  component,
  componentName,
  eitherOf,
  extended,
  fields,
  nullable,
  typed,
  type Infer,
  type Schema,
} from './schema.js';
export * from './stats.js';
export { questTimesBody, type QuestTimesBody } from './times-to-close.js';
export { LINE_PATTERN } from './texts.js';
export * from './what-if.js';
export * from './written.js';
