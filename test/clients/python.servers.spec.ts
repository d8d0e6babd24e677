/** A client in Python, made from the API document of a running Hermes, which it then uses. */
import { requirePython } from '#testing';
import { clientWorks } from './client.js';

beforeAll(requirePython);

clientWorks({ language: 'Python', name: 'python', program: 'client.py', made: ['hermes_client'] });
