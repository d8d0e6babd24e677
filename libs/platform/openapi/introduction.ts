/** What the API document says about all routes; docs/api.md says it at length. */

export const INTRODUCTION = `Hermes logs events about hosts, derives labors (tasks) from them by fates (rules), and tracks labors in quests (campaigns).

**Errors** are RFC 9457 problems (\`application/problem+json\`) with a \`code\` of a closed set, and in \`errors\` every fault of the request. Unknown fields and parameters are refused; nothing is converted; a field that may be left out is left out, not null, where null is not named. Lengths of texts count UTF-16 code units. JSON with half of a surrogate pair, with fields called \`__proto__\` or \`constructor\`, or nested deeper than 16 levels is refused. Another method than a path takes is answered 405 with \`Allow\`; \`HEAD\` is taken where \`GET\` is, and \`OPTIONS\` everywhere.

**Bodies** are JSON. Media types that an operation takes beside it stand under \`x-other-content\` of its body, described alike: clients that are generated send JSON.

**Encodings.** Bodies may have the \`Content-Encoding\` \`gzip\`, \`deflate\` or \`br\`, one at most; answers leave in that which \`Accept-Encoding\` asks for, where they are not small.

**Reading what you wrote.** Successful writes answer \`Hermes-Position\`; give it to a read as \`Hermes-Min-Position\`, and the read waits until the views are there.

**Lists** answer \`{"items": […], "next": "…" or null}\`; \`next\` is the next page's \`cursor\`. Parameters that take several values are repeated or separated by commas (\`\\,\` is a comma within a value).`;
