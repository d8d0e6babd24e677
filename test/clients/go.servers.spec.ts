/** A client in Go, made from the API document of a running Hermes, which it then uses. */
import { requireGo } from '#testing';
import { clientWorks } from './client.js';

beforeAll(requireGo);

clientWorks({ language: 'Go', name: 'go', program: 'client.go', made: ['hermes', 'go.mod', 'go.sum'] });
