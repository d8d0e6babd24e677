/** Whether a process runs, and whether it does what it is there for. */
import { component, fields, listOf, text, typed, type Infer } from './schema.js';

const reasons = { reasons: listOf(text), warnings: listOf(text) };

export const liveBody = component('Live', fields({ status: typed<'live'>({ type: 'string', const: 'live' }) }));
export type LiveBody = Infer<typeof liveBody>;

export const readyBody = component(
  'Ready',
  fields({ status: typed<'ready'>({ type: 'string', const: 'ready' }), ...reasons }),
);
export const notReadyBody = component(
  'NotReady',
  fields({ status: typed<'not-ready'>({ type: 'string', const: 'not-ready' }), ...reasons }),
);
export type ReadinessBody = Infer<typeof readyBody> | Infer<typeof notReadyBody>;
