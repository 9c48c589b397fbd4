// Who is calling: an API key, a ticket, or tickets fetched when they are needed.

const EARLY = 10_000; // milliseconds before its end from which a ticket is not used any more

export class Auth {
  constructor({ key, ticket, getTicket }) {
    const given = [key, ticket, getTicket].filter((one) => one !== undefined && one !== null);
    if (given.length !== 1) throw new TypeError('Give one of key, ticket and getTicket.');
    this.getTicket = getTicket;
    this.current = key ? `Api-Key ${key}` : ticket ? `Token ${ticket}` : null;
    this.ends = Infinity;
    this.pending = null;
  }

  /** The Authorization header. */
  async header() {
    if (this.current && Date.now() < this.ends - EARLY) return this.current;
    return this.renew();
  }

  /** Whether another ticket may help after this error. */
  helps(error) {
    if (!this.getTicket) return false;
    return error.status === 401 || (error.status === 403 && error.code.startsWith('ticket_'));
  }

  /** Forget this header, unless somebody has replaced it already. */
  forget(header) {
    if (this.getTicket && this.current === header) this.current = null;
  }

  // One request for a ticket, however many calls wait for it.
  renew() {
    this.pending ??= this.fetched().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  async fetched() {
    const { header, ends } = await this.minted({});
    this.ends = ends;
    this.current = header;
    return header;
  }

  /** The header of a ticket that may follow a job which another ticket started. */
  async follower(job) {
    return (await this.minted({ jobs: [job] })).header;
  }

  async minted(wanted) {
    const got = await this.getTicket(wanted);
    const ticket = typeof got === 'string' ? got : got?.ticket;
    if (!ticket) throw new TypeError('getTicket() gave no ticket.');
    const ends = Date.parse(got.expires_at ?? '');
    return { header: `Token ${ticket}`, ends: Number.isNaN(ends) ? Infinity : ends };
  }
}
