/** `OPTIONS /events`: the handshake by which senders of CloudEvents ask whether they may send (HTTP 1.1 Web Hooks for Event Delivery, 4). */
import { Controller, Headers, HttpCode, Options, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Documented, Needs, ProblemError, type Operation } from '#platform';

/** A DNS name or a system's own name for itself: what may stand in a header of the answer. */
const ORIGIN = /^[\w.:*/-]{1,253}$/;
/** Senders need not slow down: more than gets done is answered 503 with `Retry-After`. */
const ANY_RATE = '*';

const text = { type: 'string' } as const;

const webhookGranted: Operation = {
  id: 'grantWebhook',
  summary: 'Grants a sender of CloudEvents to send here',
  description:
    'The handshake of CloudEvents’ web hooks. A sender that may log events is granted at once, at any rate; `WebHook-Request-Callback` is not used.',
  headers: {
    'WebHook-Request-Origin': { description: 'The sender’s name.', schema: text },
    'WebHook-Request-Rate': { description: 'Requests a minute that it means to send.', schema: text },
  },
  answers: {
    204: {
      about: 'Granted, where an origin asked; without one the methods of the path.',
      headers: {
        Allow: { description: 'The methods of the path.', schema: text },
        'WebHook-Allowed-Origin': { description: 'The origin that asked.', schema: text },
        'WebHook-Allowed-Rate': { description: 'Always `*`: no limit.', schema: text },
      },
    },
  },
};

@Controller('events')
@Needs('report')
export class EventsWebhook {
  @Options()
  @HttpCode(204)
  @Documented(webhookGranted)
  grant(
    @Headers('webhook-request-origin') origin: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    if (origin === undefined) return;
    if (!ORIGIN.test(origin)) {
      const detail = 'WebHook-Request-Origin is no name of a sender: send a DNS name';
      throw new ProblemError({ code: 'malformed', detail });
    }
    void reply.headers({ 'webhook-allowed-origin': origin, 'webhook-allowed-rate': ANY_RATE });
  }
}
