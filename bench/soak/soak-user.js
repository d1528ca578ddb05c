import { randomUUID } from 'node:crypto';
import { BreakableClient } from './breakable-client.js';

/** A user does not grow beyond so many tasks, so that what grows is the server's fault. */
const MOST_TASKS = 200;

/** A user who does everything that can be done with tasks, and remembers what was acknowledged. */
export class SoakUser {
  /** Answers by operation and status, such as `create 201`. */
  answers = new Map();
  /** What went against the promises, in words. */
  violations = [];
  /** Tasks by id that must be there, with the title they must have, unless nobody can know. */
  #tasks = new Map();
  #keyedTitles = [];
  #client;

  constructor(port, name) {
    this.#client = new BreakableClient(port);
    this.path = `/api/${name}/tasks`;
  }

  get resets() {
    return this.#client.resets;
  }

  /** One operation after another until the signal. */
  async run(signal) {
    const operations = [
      ['create', () => this.#create()],
      ['create keyed', () => this.#createKeyed()],
      ['list', () => this.#read('list', `${this.path}?limit=20`)],
      ['search', () => this.#read('search', `${this.path}?search=${Math.random()}`)],
      ['get', () => this.#withTask((id, task) => this.#get(id, task))],
      ['put', () => this.#withTask((id, task) => this.#put(id, task))],
      ['toggle', () => this.#withTask((id) => this.#toggle(id))],
      ['delete', () => this.#withTask((id) => this.#delete(id))],
    ];
    while (!signal.aborted) {
      const isFull = this.#tasks.size >= MOST_TASKS;
      const at = isFull ? operations.length - 1 : Math.floor(Math.random() * operations.length);
      const [name, operate] = operations[at];
      await operate().catch((error) => this.violations.push(`${name}: ${error.message}`));
    }
  }

  /** Looks for every task that was acknowledged, and for doubles of those that were created by key. */
  async verify() {
    const found = new Map();
    for (let path = `${this.path}?limit=1000`; path;) {
      const { status, body } = await this.#settled({ method: 'GET', path });
      if (status !== 200) throw new Error(`the list at the end was answered with ${status}`);
      for (const task of body.data) found.set(task.id, task.title);
      const { next_cursor: cursor } = body.meta;
      path = cursor && `${this.path}?limit=1000&cursor=${encodeURIComponent(cursor)}`;
    }
    for (const [id, { title }] of this.#tasks) {
      if (!found.has(id)) this.violations.push(`${this.path}/${id} was acknowledged and is lost`);
      else if (title !== undefined && found.get(id) !== title)
        this.violations.push(`${this.path}/${id} has another title than was acknowledged`);
    }
    const titles = [...found.values()];
    for (const title of this.#keyedTitles) {
      if (titles.indexOf(title) !== titles.lastIndexOf(title))
        this.violations.push(`${this.path} has "${title}" twice, created by one key`);
    }
    this.#client.close();
    return this.#tasks.size;
  }

  async #create() {
    const title = randomUUID();
    const call = { method: 'POST', path: this.path, body: { title } };
    const { status, body } = await this.#expect('create', [201, 503], call);
    if (status === 201) this.#tasks.set(body.data.id, { title });
  }

  /** Sends the same until it is known to have been done, as a client with a key may. */
  async #createKeyed() {
    const title = randomUUID();
    this.#keyedTitles.push(title);
    const headers = { 'Idempotency-Key': title };
    const call = { method: 'POST', path: this.path, body: { title }, headers };
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const { status, body } = await this.#expect('create keyed', [201, 409, 503], call);
      if (status !== 201) continue;
      this.#tasks.set(body.data.id, { title });
      return;
    }
    throw new Error('not done after a hundred attempts');
  }

  #read(name, path) {
    return this.#expect(name, [200, 503], { method: 'GET', path });
  }

  async #get(id, { title }) {
    const { status, body } = await this.#read('get', `${this.path}/${id}`);
    if (status === 200 && title !== undefined && body.data.title !== title)
      throw new Error(`${id} has another title than was acknowledged`);
  }

  async #put(id, task) {
    const title = randomUUID();
    const call = { method: 'PUT', path: `${this.path}/${id}`, body: { title } };
    const { status } = await this.#expect('put', [200, 503], call);
    // One that nobody knows about may still happen, even after the next.
    const isKnown = status === 200 && task.title !== undefined;
    this.#tasks.set(id, { title: isKnown ? title : undefined });
  }

  #toggle(id) {
    const path = `${this.path}/${id}/complete`;
    return this.#expect('toggle', [200, 503], { method: 'PATCH', path });
  }

  async #delete(id) {
    // Whether it has happened or not: from now on nobody can say that the task must be there.
    this.#tasks.delete(id);
    await this.#expect('delete', [200, 503], { method: 'DELETE', path: `${this.path}/${id}` });
  }

  async #withTask(operate) {
    const ids = [...this.#tasks.keys()];
    const id = ids[Math.floor(Math.random() * ids.length)];
    if (id !== undefined) await operate(id, this.#tasks.get(id));
  }

  async #expect(name, statuses, call) {
    const answer = await this.#client.send(call);
    const outcome = `${name} ${answer.status || 'reset'}`;
    this.answers.set(outcome, (this.answers.get(outcome) ?? 0) + 1);
    if (answer.status === 0 || statuses.includes(answer.status)) return answer;
    throw new Error(`${call.method} ${call.path} was answered with ${answer.status}`);
  }

  /** The answer to a read, once it is neither lost nor 503. */
  async #settled(call) {
    let answer = await this.#client.send(call);
    for (let attempt = 0; attempt < 10 && [0, 503].includes(answer.status); attempt += 1)
      answer = await this.#client.send(call);
    return answer;
  }
}
