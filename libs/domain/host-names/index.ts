/** Everything of the names of hosts that others may use. */
export * from './entries.js';
export * from './commands.js';
export * from './state.js';
export {
  decideAliases,
  decideAliasRemoval,
  decideNameRules,
  type AliasDecision,
  type RemovalDecision,
} from './decide.js';
export { evolveNames, foldNames } from './evolve.js';
export { aliasesOf, isEachItsOwn, ownName, ruledName } from './resolve.js';
