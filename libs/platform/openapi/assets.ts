/** The documentation page and its files: Swagger UI from its package, and the few lines that start it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { tagOf } from '../api/entity-tag.js';
import { encodedOnce } from '../http/encoded-answers.js';

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

export interface Asset {
  readonly type: string;
  /** Its text, or where in the package of Swagger UI it is. */
  readonly source: { readonly text: string } | { readonly file: string };
}

/** Scripts and styles of our own origin only, nothing inline, no other place to send anything to. */
export const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const;

export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Hermes: the HTTP API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="stylesheet" href="docs/page.css">
  </head>
  <body>
    <form id="ask" hidden>
      <label for="token">This Hermes asks for a token of the role read:</label>
      <input id="token" type="password" autocomplete="off" required>
      <button>Read the documentation</button>
    </form>
    <p id="fault" role="alert"></p>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/page.js"></script>
  </body>
</html>
`;

/** The token stays in this page's memory: it goes with the document's request and those that a reader tries out. */
const SCRIPT = `const ask = document.getElementById('ask');
const fault = document.getElementById('fault');

async function show(token) {
  const headers = token === undefined ? {} : { authorization: 'Bearer ' + token };
  const answer = await fetch('openapi.json', { headers });
  const body = await answer.json();
  ask.hidden = answer.status !== 401 && answer.status !== 403;
  fault.textContent = answer.ok || token === undefined && !ask.hidden ? '' : body.detail;
  if (!answer.ok) return;
  const page = SwaggerUIBundle({
    spec: body,
    dom_id: '#page',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    onComplete: () => {
      if (token !== undefined) page.preauthorizeApiKey('bearer', token);
    },
  });
}

function tell(error) {
  fault.textContent = String(error);
}

ask.addEventListener('submit', (event) => {
  event.preventDefault();
  show(document.getElementById('token').value).catch(tell);
});
show().catch(tell);
`;

const STYLE = `body { margin: 0; }
#ask, #fault { font-family: sans-serif; margin: 1em; }
`;

/** By the name after `/api/docs/`: these and no others. */
export const ASSETS: Readonly<Record<string, Asset>> = {
  'swagger-ui-bundle.js': { type: JAVASCRIPT, source: { file: 'swagger-ui-bundle.js' } },
  'swagger-ui.css': { type: CSS, source: { file: 'swagger-ui.css' } },
  'page.js': { type: JAVASCRIPT, source: { text: SCRIPT } },
  'page.css': { type: CSS, source: { text: STYLE } },
};

/** Content that is answered again and again. */
export interface Static {
  /** The same buffer each time. */
  readonly body: Buffer;
  readonly etag: string;
  readonly type: string;
}

/** Made once: anybody may ask for it as often as they like. */
export function staticOf(text: string, type: string): Static {
  return { body: encodedOnce(Buffer.from(text)), etag: tagOf(text), type };
}

const read = new Map<Asset, Promise<Static>>();

/** Read when first asked for; a file that is missing is a defect of the installation. */
export function readAsset(asset: Asset): Promise<Static> {
  let content = read.get(asset);
  if (content === undefined) {
    content = textOf(asset).then((text) => staticOf(text, asset.type));
    read.set(asset, content);
  }
  return content;
}

async function textOf({ source }: Asset): Promise<string> {
  if ('text' in source) return source.text;
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return readFile(join(folder, source.file), 'utf8');
}
