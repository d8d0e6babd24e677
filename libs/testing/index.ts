/** What specs and benchmarks build on: contract suites, faulty stores, generators, the simple model. Never part of a running Hermes. */
export * from './journal/index.js';
