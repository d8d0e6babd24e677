// `npm run build`: compiles all apps and libraries into dist.
import { build, ensureInstalled, requireNode } from './prepare.mjs';

requireNode();
await ensureInstalled();
await build();
