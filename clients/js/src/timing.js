// Pauses and limits that a caller's AbortSignal cuts short.

/** Wait so many milliseconds; rejects with the signal's reason. */
export function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** The promise's value, unless the signal comes first. */
export function until(promise, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** A signal that ends with the caller's own, or after so many milliseconds. */
export class Limit {
  constructor(signal, milliseconds) {
    this.controller = new AbortController();
    this.signal = this.controller.signal;
    this.outer = signal;
    this.ends = Date.now() + milliseconds;
    this.expired = false;
    this.follow = () => this.controller.abort(signal.reason);
    if (signal?.aborted) this.follow();
    else signal?.addEventListener('abort', this.follow, { once: true });
    // A longer timer would fire at once.
    if (milliseconds < 2 ** 31) this.timer = setTimeout(() => this.expire(), milliseconds);
  }

  get left() {
    return this.ends - Date.now();
  }

  expire() {
    this.expired = true;
    this.controller.abort(new DOMException('The time for this call is over.', 'TimeoutError'));
  }

  /** No more time limit; the caller's signal still holds. */
  lift() {
    clearTimeout(this.timer);
  }

  done() {
    this.lift();
    this.outer?.removeEventListener('abort', this.follow);
  }
}
