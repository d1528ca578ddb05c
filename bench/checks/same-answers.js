import { isDeepStrictEqual } from 'node:util';
import { Client } from '../client.js';
import { invalidCalls } from '../scenarios.js';
import { isSeeded, listPath, SEED_END, taskPath } from '../seed.js';
import { cutTasks, taskFields } from './task-fields.js';

/**
 * What is asked of every server before anything is timed, in this order: for which checks it counts,
 * the call, and the status that is right. A path can be made from the answer before.
 *
 * @type {{of: string, status: number, method: string, path: string | ((last: any) => string),
 *   body?: string | Buffer, type?: string}[]}
 */
const calls = [
  get('list', 200, listPath(1)),
  get('list', 200, listPath(2) + '?limit=50'),
  get('list', 200, (last) => `${listPath(2)}?limit=50&cursor=${last.meta.next_cursor}`),
  get('list', 200, listPath(3) + '?limit=200'),
  get('list', 200, listPath(3) + '?limit=1000'),
  get('list', 200, '/api/nobody%20%E2%98%95/tasks'),
  get('list', 400, listPath(1) + '?limit=0'),
  get('list', 400, listPath(1) + '?limit=1001'),
  get('list', 400, listPath(1) + '?limit=x&colour=red'),
  get('list', 400, '/api/%20/tasks'),
  get('list', 400, `/api/${'x'.repeat(256)}/tasks`),
  get('filter', 200, listPath(4) + '?completed=true&limit=50'),
  get('filter', 200, (last) => next(listPath(4), 'completed=true&limit=50', last)),
  get('filter', 200, listPath(4) + '?completed=false'),
  get('get', 200, taskPath(5, 0)),
  get('get', 200, taskPath(5, 199)),
  get('get', 404, taskPath(6, 0).replace('user-6', 'user-7')),
  get('get', 404, listPath(5) + '/0198a0b0-0000-7000-9000-000000000000'),
  get('get', 400, listPath(5) + '/1'),
  post(201, { title: 'Buy milk' }),
  post(201, { title: '  Löffel ☕  ', description: 'für Zoë\n\t"quoted" \\ 🌱', completed: true }),
  post(201, { title: '🌱'.repeat(200), description: null }),
  post(201, { title: 'x', description: '' }),
  post(400, {}),
  post(400, { title: '🌱'.repeat(201) }),
  post(400, { title: null, description: 5, completed: null }),
  post(400, { title: 'a\0b', description: 'x'.repeat(1001), user_id: 'eve' }),
  post(400, '{"title": "\\ud800"}'),
  post(400, '[]'),
  post(400, ''),
  post(400, 'null'),
  post(413, { title: 'x', description: 'x'.repeat(102_400) }),
  { ...post(415, 'title=x'), type: 'application/x-www-form-urlencoded' },
  put(200, 0, { title: 'Buy bread' }),
  put(200, 0, { description: null, completed: true }),
  put(200, 1, { title: ' Buy\u2003', description: 'two', completed: false }),
  put(400, 1, {}),
  put(400, 1, { title: null }),
  put(400, 1, { completed: null, owner: 'eve' }),
  { ...put(404, 0, { title: 'x' }), path: taskPath(8, 0).replace('user-8', 'user-9') },
  get('put', 200, taskPath(8, 1)),
  { of: 'delete', status: 404, method: 'DELETE', path: taskPath(9, 9).replace('9/', '8/') },
  { of: 'delete', status: 200, method: 'DELETE', path: taskPath(9, 9) },
  { of: 'delete', status: 404, method: 'DELETE', path: taskPath(9, 9) },
  { of: 'delete', status: 400, method: 'DELETE', path: listPath(9) + '/x' },
  ...invalidCalls.map((call) => ({ of: 'invalid', status: 400, ...call })),
];

function get(of, status, path) {
  return { of, status, method: 'GET', path };
}

function post(status, body) {
  return { of: 'post', status, method: 'POST', path: listPath(7), body: jsonOf(body) };
}

function put(status, k, body) {
  return { of: 'put', status, method: 'PUT', path: taskPath(8, k), body: jsonOf(body) };
}

function jsonOf(body) {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function next(path, query, last) {
  return `${path}?${query}&cursor=${last.meta?.next_cursor}`;
}

/** Asks a server everything; the table must be as it was seeded. */
export async function askAll(server) {
  const client = new Client(server.port);
  const answers = [];
  try {
    let last = {};
    for (const call of calls) {
      const path = typeof call.path === 'string' ? call.path : call.path(last);
      const answer = await client.json({ ...call, path });
      last = answer.body;
      answers.push({ status: answer.status, body: comparable(answer.body) });
    }
  } finally {
    client.close();
  }
  return answers;
}

/**
 * Compares a server's answers with the right statuses and with another server's bodies. A field of a
 * task that only one of the two knows is left out of both: a field new to the service is not yet known
 * to the peers.
 *
 * @returns {Map<string, string>} for each check that failed, the first difference
 */
export function differences(answers, reference) {
  const theirs = taskFields(reference);
  const shared = new Set([...taskFields(answers)].filter((field) => theirs.has(field)));
  const faults = new Map();
  calls.forEach(({ of, method, path, body, status }, at) => {
    const answer = cutTasks(answers[at], shared);
    const expected = { ...cutTasks(reference[at], shared), status };
    if (faults.has(of) || isDeepStrictEqual(answer, expected)) return;
    const call = `${method} ${path} ${body ?? ''}`;
    faults.set(
      of,
      `${shorten(call)}\n      expected ${shorten(JSON.stringify(expected))}` +
        `\n      answered ${shorten(JSON.stringify(answer))}`,
    );
  });
  return faults;
}

/**
 * A body without what each server makes by itself: ids, times and cursors, and without the names in the
 * message that lists all fields; the order of faults is free.
 */
function comparable(value, key) {
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item));
    return key === 'details' ? items.toSorted((a, b) => (a.field < b.field ? -1 : 1)) : items;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, inner]) => [name, comparable(inner, name)]));
  }
  if (typeof value !== 'string') return value;
  if (key === 'next_cursor') return '<cursor>';
  if (key === 'message') return value.replace(/(?<=^give at least one of ).*/, '<fields>');
  if (key === 'id' && UUID7.test(value) && !isSeeded(value)) return '<new id>';
  if (TIMES.has(key) && TIME.test(value) && new Date(value) > SEED_END) return '<now>';
  return value;
}

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIMES = new Set(['created_at', 'updated_at']);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function shorten(text) {
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}
