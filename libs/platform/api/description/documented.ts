/** What the API document says about itself and its pages, and about health. */
import type { Operation } from './operation.js';
import { fields, listOf, text } from './schema.js';

export const documentShown: Operation = {
  id: 'getOpenApi',
  summary: 'This document',
  answers: { 200: { about: 'OpenAPI 3.1.', body: { type: 'object' } } },
};

export const pageShown: Operation = {
  id: 'getDocs',
  summary: 'This document as a page to read',
  answers: { 200: { about: 'The page.', content: { 'text/html': text } } },
};

export const fileShown: Operation = {
  id: 'getDocsFile',
  summary: 'A file of the page',
  answers: { 200: { about: 'The file.', content: { 'text/javascript': text, 'text/css': text } } },
};

export const liveShown: Operation = {
  id: 'getLive',
  summary: 'Whether the process does anything',
  answers: { 200: { about: 'It does.', body: fields({ status: { const: 'live' } }) } },
};

export const metricsShown: Operation = {
  id: 'getMetrics',
  summary: 'Figures for Prometheus',
  answers: { 200: { about: 'The figures, as text.', content: { 'text/plain': text } } },
};

const reasons = listOf(text);
const warnings = listOf(text);

export const readyShown: Operation = {
  id: 'getReady',
  summary: 'Whether the process does what it is there for',
  answers: {
    200: { about: 'It does.', body: fields({ status: { const: 'ready' }, reasons, warnings }) },
    503: {
      about: 'It does not, for these reasons.',
      body: fields({ status: { const: 'not-ready' }, reasons, warnings }),
    },
  },
};
