/** The bodies of the HTTP API: a schema for each, which documents it, and the TypeScript type that it makes. */
export * from './admin.js';
export * from './catalogue.js';
export * from './event.js';
export * from './health.js';
export * from './host.js';
export * from './labor.js';
export * from './list.js';
export * as names from './names.js';
export * from './parked.js';
export * from './problem.js';
export * from './quest.js';
export {
  component,
  componentName,
  fields,
  listOf,
  nullable,
  typed,
  type Infer,
  type JsonSchema,
  type Schema,
} from './schema.js';
export * from './stats.js';
export * from './written.js';
