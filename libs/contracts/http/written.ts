/** The answer to a change that has nothing else to say. */
import * as names from './names.js';
import { component, fields, type Infer } from './schema.js';

export const writtenBody = component('Written', fields({ position: names.position }));
export type WrittenBody = Infer<typeof writtenBody>;
