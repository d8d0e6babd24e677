/** Why a host or a quest is parked (P4). */
import * as names from './names.js';
import { component, count, fields, oneOf, text, type Infer } from './schema.js';

export const parkedBody = component(
  'Parked',
  fields({
    state: oneOf('parked', 'releasing'),
    reason: text,
    revision: { ...count, description: "The entry's place in its stream." },
    position: names.position,
    since: names.instant,
  }),
);
export type ParkedBody = Infer<typeof parkedBody>;
