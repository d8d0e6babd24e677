/**
 * Makes spans with OpenTelemetry's SDK and exports them by OTLP. The only file that the SDK is reached by, and itself
 * imported only when traces are exported. Nothing is registered globally, and nothing of it reads the environment.
 */
import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  JsonTraceSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Log } from '#application';
import type { TraceParent } from '#contracts';
import type { TraceSampler, TraceSettings } from '../../settings/traces.js';
import { Losses } from './losses.js';
import { BATCH_SPANS, MOST_WAITING_SPANS, Outbox } from './outbox.js';
import type { SpanAttributes, Spans, WorkKind } from './spans.js';

const KINDS: Readonly<Record<WorkKind, SpanKind>> = {
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** `service`: the name of the process where the settings do not say. */
export function openSpans(settings: TraceSettings, service: string, log: Log): Spans {
  const ids = new RequestIds();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.instance.id': randomUUID(),
      ...settings.resource,
      'service.name': settings.service ?? service,
    }),
    sampler: samplerOf(settings.sampler),
    idGenerator: ids,
    spanProcessors: [
      new Outbox({
        exporter: exporterOf(settings),
        timeoutMs: settings.timeoutMs,
        losses: new Losses(log, settings.url),
      }),
    ],
  });
  const tracer = provider.getTracer('hermes');
  return {
    request({ parent, ...given }, name) {
      const context = parent === undefined ? ROOT_CONTEXT : under(parent);
      const span = ids.startWith(given, () => tracer.startSpan(name, { kind: SpanKind.SERVER }, context));
      return {
        sampled: (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0,
        end: (routed, attributes, failure) => {
          span.updateName(routed);
          end(span, attributes, failure);
        },
      };
    },
    work(parent, kind, name, attributes) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: mutable(attributes) }, under(parent));
      return {
        end: (more, failure) => {
          end(span, more, failure);
        },
      };
    },
    close: () => provider.shutdown(),
  };
}

function end(span: Span, attributes: SpanAttributes, failure: string | null): void {
  span.setAttributes(mutable(attributes));
  if (failure !== null) {
    span.setAttribute('error.type', failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** The SDK asks for arrays that it might change. */
function mutable(attributes: SpanAttributes): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
}

function under({ traceId, parentId, sampled }: TraceParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: parentId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}

/** Random ids, except for a request's span, which has the ids that its entries carry. */
class RequestIds implements IdGenerator {
  private given: { readonly traceId: string; readonly spanId: string } | undefined;
  private readonly random = new RandomIdGenerator();

  /** Starts one span with these ids; the trace's is its caller's where there is one. */
  startWith(given: { readonly traceId: string; readonly spanId: string }, start: () => Span): Span {
    this.given = given;
    try {
      return start();
    } finally {
      this.given = undefined;
    }
  }

  generateTraceId(): string {
    return this.given?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.given?.spanId ?? this.random.generateSpanId();
  }
}

function samplerOf({ regardsParent, by, ratio }: TraceSampler): Sampler {
  const own =
    by === 'always_on'
      ? new AlwaysOnSampler()
      : by === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return regardsParent ? new ParentBasedSampler({ root: own }) : own;
}

/** Built of the parts that OTLPTraceExporter is made of; that one reads the environment. */
function exporterOf({ url, headers, protocol, timeoutMs }: TraceSettings): SpanExporter {
  const json = protocol === 'http/json';
  return new OTLPExporterBase<ReadableSpan[]>(
    createOtlpHttpExportDelegate(
      {
        url,
        headers: async () => ({ ...headers, 'Content-Type': json ? 'application/json' : 'application/x-protobuf' }),
        timeoutMillis: timeoutMs,
        // a process that stops exports all queued spans at once, beside an export in flight
        concurrencyLimit: Math.ceil(MOST_WAITING_SPANS / BATCH_SPANS) + 1,
        compression: 'none',
        agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
      },
      json ? JsonTraceSerializer : ProtobufTraceSerializer,
      'otlp_http_span_exporter',
      TraceExporterMetricsHelper,
      undefined,
    ),
  );
}
