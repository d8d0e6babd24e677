/** The API's description of itself: what handlers, bodies and query tables tell, written as OpenAPI and shown as pages. */
export { MayBeAbsent, schemaOfDto, Takes } from './body-fields.js';
export * as names from './names.js';
export { readsBody, readsQuery } from './marks.js';
export { Documented, type Operation } from './operation.js';
export { component, count, fields, listOf, nullable, type Schema } from './schema.js';
