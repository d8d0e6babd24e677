/** What a quest is about outside Hermes: tickets and pages. */
import type { Reference } from '#domain';
import { component, type JsonSchema } from '#contracts';
import { shown, taking } from './check.js';
import { line } from './texts.js';

export const MAX_REFERENCES = 20;
const MAX_LABEL_LENGTH = 200;
const MAX_URL_LENGTH = 2000;

const label = line(MAX_LABEL_LENGTH);

const REFERENCES: JsonSchema = {
  type: 'array',
  maxItems: MAX_REFERENCES,
  items: component('ReferenceGiven', {
    type: 'object',
    properties: {
      label: label.schema ?? {},
      key: label.schema ?? {},
      url: { ...line(MAX_URL_LENGTH).schema, description: 'A whole URL with http or https.' },
    },
    anyOf: [{ required: ['key'] }, { required: ['url'] }],
    additionalProperties: false,
  }),
};

/** Up to {@link MAX_REFERENCES} of `{label?, key?, url?}`, each with a key or a URL. */
export const referenceList = taking(REFERENCES, (value) => {
  if (!Array.isArray(value)) return `is ${shown(value)}: give an array of {label?, key?, url?}`;
  if (value.length > MAX_REFERENCES) return `has ${value.length} items: give at most ${MAX_REFERENCES}`;
  for (const [index, item] of value.entries()) {
    const fault = referenceFault(item);
    if (fault !== undefined) return `is not valid: [${index}]${fault}`;
  }
  return undefined;
});

function referenceFault(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return ` is ${shown(item)}: give {label?, key?, url?}`;
  for (const [field, value] of Object.entries(item)) {
    const fault = fieldFault(field, value);
    if (fault !== undefined) return `.${fault}`;
  }
  return 'key' in item || 'url' in item ? undefined : ' has neither key nor url: give at least one of them';
}

function fieldFault(field: string, value: unknown): string | undefined {
  if (field !== 'label' && field !== 'key' && field !== 'url')
    return `${field.slice(0, 80)} is no field of a reference`;
  const fault = field === 'url' ? urlFault(value) : label(value);
  return fault === undefined ? undefined : `${field} ${fault}`;
}

/** Others than http and https could be anything once a page makes links of them. */
function urlFault(value: unknown): string | undefined {
  const fault = line(MAX_URL_LENGTH)(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return undefined;
  return `is ${shown(value)}: give a whole URL with http or https`;
}

/** The references of a list that {@link referenceList} took. */
export function referencesOf(items: readonly Reference[]): readonly Reference[] {
  return items.map(({ label, key, url }) => ({
    ...(label === undefined ? {} : { label }),
    ...(key === undefined ? {} : { key }),
    ...(url === undefined ? {} : { url }),
  }));
}
