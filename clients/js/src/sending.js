// One request on the wire: by fetch, or by XMLHttpRequest where only that tells progress.

/** A Response; `report` gets `{loaded, total}` while the body goes out. */
export function sendOnce(fetcher, url, request, report) {
  if (!report || request.body == null) return fetcher(url, request);
  if (fetcher === globalThis.fetch && typeof XMLHttpRequest === 'function') {
    return byXhr(url, request, report);
  }
  return fetcher(url, counted(url, request, report));
}

function byXhr(url, { method, headers, body, signal }, report) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    const stop = () => xhr.abort();
    const end = (settle) => () => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    xhr.open(method, url);
    xhr.responseType = 'blob';
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded, total, lengthComputable }) =>
      report({ loaded, total: lengthComputable ? total : null });
    xhr.onload = end(() => resolve(answer(xhr)));
    xhr.onerror = end(() => reject(new TypeError('The request failed.')));
    xhr.onabort = end(() => reject(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    xhr.send(body);
  });
}

function answer(xhr) {
  const lines = xhr.getAllResponseHeaders().trim().split('\r\n').filter(Boolean);
  const pairs = lines.map((line) => line.split(/:\s*(.*)/s).slice(0, 2));
  const empty = [204, 205, 304].includes(xhr.status);
  return new Response(empty ? null : xhr.response, { status: xhr.status, headers: pairs });
}

// The same request with a stream as its body, which counts what is taken from it.
function counted(url, request, report) {
  const whole = new Response(request.body);
  const size = request.size ?? request.body.size ?? request.body.byteLength;
  const total = typeof size === 'number' ? size : null;
  let loaded = 0;
  const count = new TransformStream({
    transform(chunk, out) {
      loaded += chunk.byteLength;
      out.enqueue(chunk);
      report({ loaded, total });
    },
  });
  const type = request.headers['Content-Type'] ?? whole.headers.get('content-type');
  const headers = { ...request.headers, ...(type && { 'Content-Type': type }) };
  return { ...request, headers, body: whole.body.pipeThrough(count), duplex: 'half' };
}
