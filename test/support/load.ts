import { pause } from './breakable-postgres.js';

/** What became of one request. */
export interface Outcome {
  readonly kind: string;
  /** 0 when the connection failed. */
  readonly status: number;
  readonly began: number;
  readonly ended: number;
  readonly retryAfter: string | null;
  readonly envelope: boolean;
}

interface Envelope {
  readonly success?: boolean;
  readonly data?: { readonly id?: string };
}

/** Clients that read and write one after another, and remember what was acknowledged. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly acknowledged: string[] = [];
  private running = true;
  private readonly clients: Promise<void>[];

  constructor(
    private readonly url: string,
    clients: number,
    private readonly kinds: readonly ('create' | 'list' | 'put')[] = ['create', 'list', 'put'],
  ) {
    this.clients = Array.from({ length: clients }, (_, index) => this.run(`client-${index}`));
  }

  /** Lets every client finish the request it is in. */
  async stop(): Promise<this> {
    this.running = false;
    await Promise.all(this.clients);
    return this;
  }

  get statuses(): number[] {
    return [...new Set(this.outcomes.map(({ status }) => status))].sort((a, b) => a - b);
  }

  /** The longest answer, in milliseconds. */
  get slowest(): number {
    return this.outcomes.reduce((most, { began, ended }) => Math.max(most, ended - began), 0);
  }

  /** Milliseconds from a moment to the end of the first request that began and succeeded after it. */
  firstSuccessAfter(moment: number): number {
    const ends = this.outcomes
      .filter(({ began, status }) => began >= moment && status >= 200 && status < 300)
      .map(({ ended }) => ended);
    return Math.min(...ends) - moment;
  }

  /** Those of the acknowledged tasks that the service does not have. */
  async lost(): Promise<string[]> {
    const lost: string[] = [];
    for (const path of this.acknowledged) {
      const { status } = await fetch(this.url + path);
      if (status !== 200) lost.push(path);
    }
    return lost;
  }

  private async run(user: string): Promise<void> {
    const list = `/api/${user}/tasks`;
    let latest: string | undefined;
    for (let turn = 0; this.running; turn += 1) {
      const kind = this.kinds[turn % this.kinds.length] ?? 'list';
      if (kind === 'put' && latest) await this.request(kind, 'PUT', latest);
      else if (kind === 'create') latest = (await this.request(kind, 'POST', list)) ?? latest;
      else await this.request(kind, 'GET', `${list}?limit=5`);
      await pause(5);
    }
  }

  private async request(kind: string, method: string, path: string): Promise<string | undefined> {
    const began = performance.now();
    const init =
      method === 'GET'
        ? {}
        : { headers: { 'Content-Type': 'application/json' }, body: '{"title":"x"}' };
    let status = 0;
    let retryAfter: string | null = null;
    let body: Envelope = {};
    try {
      const response = await fetch(this.url + path, { method, ...init });
      ({ status } = response);
      retryAfter = response.headers.get('Retry-After');
      body = (await response.json()) as Envelope;
    } catch {
      status = 0;
    }
    const envelope = typeof body.success === 'boolean';
    const ended = performance.now();
    this.outcomes.push({ kind, status, began, ended, retryAfter, envelope });
    if (status !== 201 || body.data?.id === undefined) return undefined;
    const task = `${path}/${body.data.id}`;
    this.acknowledged.push(task);
    return task;
  }
}
