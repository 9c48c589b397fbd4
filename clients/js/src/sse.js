// Server-sent events from a stream of bytes.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import { ProxyError } from './errors.js';

const FIRST = 10_000; // milliseconds: the service sends its first line at once
const SILENCE = 45_000; // and a sign of life every fifteen seconds

/** Each event as `{id, event, data, retry}`; a stream that falls silent is an error. */
export async function* parsed(stream) {
  const reader = stream.getReader();
  const lines = new Lines();
  let event = {};
  let patience = FIRST;
  try {
    for (;;) {
      const { done, value } = await heard(reader.read(), patience);
      if (done) return; // what was not ended by an empty line is no event
      patience = SILENCE;
      for (const line of lines.take(value)) {
        if (line !== '') add(event, line);
        else if (Object.keys(event).length) {
          yield event;
          event = {};
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

class Lines {
  constructor() {
    this.decoder = new TextDecoder();
    this.rest = '';
  }

  take(bytes) {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    // A carriage return at the end may be half of a line's end.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.rest = lines.pop() + text.slice(whole.length);
    return lines;
  }
}

function add(event, line) {
  const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (name === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
  else if (name === 'id' || name === 'event') event[name] = value;
  else if (name === 'retry' && /^\d+$/.test(value)) event.retry = Number(value);
}

function heard(reading, milliseconds) {
  return new Promise((resolve, reject) => {
    const silent = () =>
      reject(new ProxyError({ detail: 'The stream fell silent.', code: 'silent', retryable: true }));
    const timer = setTimeout(silent, milliseconds);
    reading.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
