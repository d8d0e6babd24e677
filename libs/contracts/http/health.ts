/** Whether a process runs, and whether it does what it is there for. */
import { fields, listOf, text, typed, type Infer } from './schema.js';

const reasons = { reasons: listOf(text), warnings: listOf(text) };

export const liveBody = fields({ status: typed<'live'>({ const: 'live' }) });
export type LiveBody = Infer<typeof liveBody>;

export const readyBody = fields({ status: typed<'ready'>({ const: 'ready' }), ...reasons });
export const notReadyBody = fields({ status: typed<'not-ready'>({ const: 'not-ready' }), ...reasons });
export type ReadinessBody = Infer<typeof readyBody> | Infer<typeof notReadyBody>;
