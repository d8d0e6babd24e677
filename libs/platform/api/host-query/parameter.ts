/** `hostQuery` as a parameter of a list. */
import { MAX_HOST_QUERY_LENGTH, type HostQuery } from '#contracts';
import type { Parameter } from '../description/query.js';
import { parseHostQuery } from './parse.js';

export const hostQuery: Parameter<HostQuery> = {
  read([text = '', ...more], fault) {
    if (more.length > 0) {
      fault('is given more than once: join them with and');
      return undefined;
    }
    const parsed = parseHostQuery(text);
    if (parsed.ok) return parsed.query;
    fault(`at character ${parsed.at}: ${parsed.reason}`, 'query-invalid');
    return undefined;
  },
  schema: { type: 'string', minLength: 1, maxLength: MAX_HOST_QUERY_LENGTH },
  about:
    'Takes a selection of hosts, e.g. role = web and not datacenter in (sjc, fra) and open(system-reboot-required).',
};
