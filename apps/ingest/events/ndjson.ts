/** Events as NDJSON: an event a line, any number of them. */
import type { Clock } from '#application';
import { parseEvent, type EventReport } from '#contracts';
import { readJson } from '../streams/json-lines.js';
import { LineReader, type Pace } from '../streams/line-reader.js';
import { Lines, type Line } from '../streams/lines.js';

/** Gives reports whose paths are the lines' numbers. `stopping` aborts when the process stops. */
export class NdjsonReader extends LineReader<Line, EventReport> {
  constructor(clock: Clock, pace?: Pace, stopping?: AbortSignal) {
    const read = (line: Line) => {
      const path = String(line.number);
      return readJson(line, path, (value, faults) => parseEvent(value, path, clock.nowMs(), faults));
    };
    super({ lines: new Lines(), read }, pace, stopping);
  }
}
