/** How the API document shows the answer of a change without more to tell. */
import { component, fields, names, type Operation } from '#platform';

export const writtenAnswer: Operation['answers'][number] = {
  about: 'Done.',
  body: component('Written', fields({ position: names.position })),
};
