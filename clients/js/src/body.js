// What a call sends: JSON, raw bytes or a form, made anew for each try.

const PLACES = ['path_params', 'query', 'headers', 'body'];

/** A JSON envelope, without what is not given. */
export function json(envelope) {
  const given = PLACES.filter((name) => envelope[name] !== undefined);
  const text = JSON.stringify(Object.fromEntries(given.map((name) => [name, envelope[name]])));
  return { make: () => text, type: 'application/json', again: true };
}

/** A form: the envelope's fields as JSON, the files under their own names. */
export function form(envelope) {
  const make = () => {
    const data = new FormData();
    for (const name of PLACES) {
      if (envelope[name] !== undefined) data.append(name, JSON.stringify(envelope[name]));
    }
    for (const [name, given] of Object.entries(envelope.files ?? {})) {
      for (const one of [given].flat()) {
        const { data: content, name: title, type } = described(one);
        if (isStream(content)) throw new TypeError('A form takes no streams: give a Blob.');
        const blob = content instanceof Blob && !type ? content : new Blob([content], { type });
        data.append(name, blob, title ?? 'file');
      }
    }
    return data;
  };
  return { make, type: null, again: true };
}

/** The bytes of one file; a stream can be sent once. */
export function raw(file) {
  const { data, name, type } = described(file);
  const kind = type || 'application/octet-stream';
  return { make: () => data, type: kind, name, again: !isStream(data), size: sizeOf(data) };
}

/** Parameters of a call that sends raw bytes: they stand in the URL. */
export function parameters({ path_params = {}, query = {} }) {
  const pairs = new URLSearchParams();
  for (const [place, values] of Object.entries({ path_params, query })) {
    for (const [name, value] of Object.entries(values)) {
      for (const one of [value].flat()) {
        if (one !== null && one !== undefined) pairs.append(`${place}.${name}`, String(one));
      }
    }
  }
  return pairs;
}

/** What `file` holds, its name and media type. */
export function described(file) {
  const wrapped = file && typeof file === 'object' && 'data' in file;
  const data = wrapped ? file.data : file;
  if (data === undefined || data === null) throw new TypeError('There is no file.');
  const own = data instanceof Blob ? data : {};
  return { data, name: file.name ?? own.name, type: file.type || own.type || '' };
}

function isStream(data) {
  return typeof data?.getReader === 'function';
}

function sizeOf(data) {
  return data?.size ?? data?.byteLength ?? (typeof data === 'string' ? undefined : null);
}
