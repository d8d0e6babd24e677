/** What a quest is about outside Hermes, as requests give it: tickets and pages. */
import { inMessage } from '../in-message.js';
import { checked, checkOf, component, eitherOf, fields, type Schema } from './schema.js';
import { line } from './texts.js';

const MAX_REFERENCES = 20;
const MAX_LABEL_LENGTH = 200;
const MAX_URL_LENGTH = 2000;

const label = line(MAX_LABEL_LENGTH);
const urlText = line(MAX_URL_LENGTH);

/** Others than http and https could be anything once a page makes links of them. */
const url = checked<string>({ ...urlText, description: 'A whole URL with http or https.' }, (value) => {
  const fault = checkOf(urlText)?.(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  const protocol = URL.canParse(value) ? new URL(value).protocol : undefined;
  if (protocol === 'http:' || protocol === 'https:') return undefined;
  return `is ${inMessage(value)}: give a whole URL with http or https`;
});

const FIELDS: Readonly<Record<string, Schema<string>>> = { label, key: label, url };

const reference = component(
  'ReferenceGiven',
  eitherOf(
    component('ReferenceByKey', fields({ 'label?': label, key: label, 'url?': url })),
    component('ReferenceByUrl', fields({ 'label?': label, 'key?': label, url })),
  ),
);

/** Up to {@link MAX_REFERENCES} of `{label?, key?, url?}`, each with a key or a URL. */
export const referenceList = checked<
  readonly { readonly label?: string; readonly key?: string; readonly url?: string }[]
>({ type: 'array', maxItems: MAX_REFERENCES, items: reference }, (value) => {
  if (!Array.isArray(value)) return `is ${inMessage(value)}: give an array of {label?, key?, url?}`;
  if (value.length > MAX_REFERENCES) return `has ${value.length} items: give at most ${MAX_REFERENCES}`;
  for (const [index, item] of value.entries()) {
    const fault = referenceFault(item);
    if (fault !== undefined) return `is not valid: [${index}]${fault}`;
  }
  return undefined;
});

function referenceFault(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return ` is ${inMessage(item)}: give {label?, key?, url?}`;
  for (const [name, value] of Object.entries(item)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (field === undefined) return `.${name.slice(0, 80)} is no field of a reference`;
    const fault = checkOf(field)?.(value);
    if (fault !== undefined) return `.${name} ${fault}`;
  }
  return 'key' in item || 'url' in item ? undefined : ' has neither key nor url: give at least one of them';
}
