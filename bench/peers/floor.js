// The floor: what the machine can do without a framework. node:http, a pool of ten connections, named
// statements, and the contract's rules by hand. It does what a service must do for each request of the
// scenarios, in the leanest way that is still plain to read, and nothing that makes one pleasant to
// work on. It reads plain bodies only (a compressed one is 415), writes no log and has no limits but
// that of the body.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import {
  encodeCursor,
  errors,
  failure,
  isJsonType,
  isRequestId,
  MAX_BYTES,
  parseObject,
  pathFaults,
  readListQuery,
  taskFaults,
} from './rules.js';

/** PostgreSQL writes `2025-01-31 09:30:00.12+00`: RFC 3339 but for a few characters, so nothing becomes a Date. */
pg.types.setTypeParser(
  pg.types.builtins.TIMESTAMPTZ,
  (text) => `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`,
);

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  options: '-c TimeZone=UTC -c DateStyle=ISO',
  max: 10,
  // A connection that may idle for ever needs no timer after each statement.
  idleTimeoutMillis: 0,
});

const COLUMNS = 'id, user_id, title, description, completed, created_at, updated_at';

/** The statement of a list, which is named by what it has: a position to go on from, a filter, or both. */
function selectPage(isAfter, isFiltered) {
  const after = isAfter ? 'AND (created_at, id) < ($3, $4)' : '';
  const filter = isFiltered ? `AND completed = $${isAfter ? 5 : 3}` : '';
  return {
    name: `list ${isAfter} ${isFiltered}`,
    text: `SELECT ${COLUMNS} FROM tasks WHERE user_id = $1 ${after} ${filter}
      ORDER BY created_at DESC, id DESC LIMIT $2`,
  };
}

const statements = {
  firstPage: { all: selectPage(false, false), filtered: selectPage(false, true) },
  nextPage: { all: selectPage(true, false), filtered: selectPage(true, true) },
  create: {
    name: 'create',
    text: `INSERT INTO tasks (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $6)`,
  },
  get: {
    name: 'get',
    text: `SELECT ${COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2`,
  },
  // One statement for all changes: a parameter that is null leaves its column alone, and as a
  // description can become null itself, another one says whether it is to change.
  update: {
    name: 'update',
    text: `UPDATE tasks SET
        title = coalesce($4, title),
        description = CASE WHEN $5::boolean THEN $6 ELSE description END,
        completed = coalesce($7, completed),
        updated_at = greatest($3::timestamptz(3), updated_at + interval '1 millisecond')
      WHERE id = $1 AND user_id = $2 RETURNING ${COLUMNS}`,
  },
  remove: {
    name: 'remove',
    text: 'DELETE FROM tasks WHERE id = $1 AND user_id = $2 RETURNING id',
  },
};

/** @returns {Promise<object[]>} the rows */
async function run({ name, text }, values) {
  const { rows } = await pool.query({ name, text, values });
  return rows;
}

/** What each method does at the two addresses; `reads` says that it takes a body. */
const operations = {
  list: { GET: { run: list }, POST: { run: create, reads: true } },
  task: { GET: { run: get }, PUT: { run: update, reads: true }, DELETE: { run: remove } },
};

async function list(call) {
  const { userId } = call;
  const { limit, completed, position, faults } = readListQuery(userId, call.search);
  if (faults.length > 0) return refuse(call, 'VALIDATION_ERROR', faults);
  const values = [userId, limit + 1];
  if (position) values.push(position.created_at, position.id);
  if (completed !== undefined) values.push(completed);
  const { all, filtered } = position ? statements.nextPage : statements.firstPage;
  const data = await run(completed === undefined ? all : filtered, values);
  const message = 'Tasks retrieved successfully';
  if (data.length <= limit) {
    const meta = { limit, has_more: false, next_cursor: null };
    return send(call, 200, { success: true, data, message, meta });
  }
  data.pop();
  const next_cursor = encodeCursor(data[limit - 1], userId, completed);
  const filter = completed === undefined ? '' : `completed=${completed}&`;
  const meta = { limit, has_more: true, next_cursor };
  return send(call, 200, { success: true, data, message, meta }, [
    'Link',
    `<${call.path}?${filter}limit=${limit}&cursor=${next_cursor}>; rel="next"`,
  ]);
}

async function create(call) {
  const { userId: user_id, body } = call;
  const faults = taskFaults(body, true);
  if (faults.length > 0) return refuse(call, 'VALIDATION_ERROR', faults);
  const id = uuidv7();
  const { title, description = null, completed = false } = body;
  const now = new Date().toISOString();
  await run(statements.create, [id, user_id, title, description, completed, now]);
  const task = { id, user_id, title, description, completed, created_at: now, updated_at: now };
  const headers = ['Location', `${call.path}/${id}`];
  return succeed(call, 201, task, 'Task created successfully', headers);
}

async function get(call) {
  const [task] = await run(statements.get, [call.taskId, call.userId]);
  return succeed(call, 200, task, 'Task retrieved successfully');
}

async function update(call) {
  const { userId, taskId, body } = call;
  const faults = taskFaults(body, false);
  if (faults.length > 0) return refuse(call, 'VALIDATION_ERROR', faults);
  const { title, description, completed } = body;
  const now = new Date().toISOString();
  const changes = [title, description !== undefined, description, completed];
  const [task] = await run(statements.update, [taskId, userId, now, ...changes]);
  return succeed(call, 200, task, 'Task updated successfully');
}

async function remove(call) {
  const [task] = await run(statements.remove, [call.taskId, call.userId]);
  return succeed(call, 200, task, 'Task deleted successfully');
}

const ADDRESS = /^(\/api\/([^/?]+)\/tasks(?:\/([^/?]+))?)(?:\?(.*))?$/;

/** Answers a request; a promise that fails is the server's own fault. */
async function handle(request, response) {
  const { method, url, headers } = request;
  const address = ADDRESS.exec(url);
  const call = { request, response, path: address?.[1], search: address?.[4] };
  if (!address) return refuse(call, 'ROUTE_NOT_FOUND');
  const methods = address[3] === undefined ? operations.list : operations.task;
  const operation = methods[method];
  if (!operation) {
    return refuse(call, 'METHOD_NOT_ALLOWED', undefined, [
      'Allow',
      Object.keys(methods).join(', '),
    ]);
  }
  try {
    call.userId = decodeURIComponent(address[2]);
    call.taskId = address[3] && decodeURIComponent(address[3]);
  } catch {
    return refuse(call, 'BAD_REQUEST');
  }
  const faults = pathFaults(call.userId, call.taskId);
  if (faults.length > 0) return refuse(call, 'VALIDATION_ERROR', faults);
  if (operation.reads) {
    if (!isJsonType(headers['content-type']) || headers['content-encoding'] !== undefined) {
      return refuse(call, 'UNSUPPORTED_MEDIA_TYPE');
    }
    const bytes = await read(request);
    if (!bytes) return refuse(call, 'PAYLOAD_TOO_LARGE');
    call.body = parseObject(bytes);
    if (!call.body) return refuse(call, 'INVALID_JSON');
  }
  return operation.run(call);
}

/** @returns {Promise<Buffer | undefined>} the whole body, or nothing if it is too large */
function read(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => {
      size += chunk.length;
      if (size <= MAX_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      if (size > MAX_BYTES) resolve(undefined);
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}

function succeed(call, status, data, message, headers) {
  if (data === undefined) return refuse(call, 'TASK_NOT_FOUND');
  return send(call, status, { success: true, data, message }, headers);
}

function refuse(call, code, details, headers) {
  return send(call, errors[code][0], failure(code, details), headers);
}

/** Answers in one write. @param {string[]} [headers] further ones, each name followed by its value */
function send({ request, response }, status, body, headers = []) {
  const text = JSON.stringify(body);
  const own = request.headers['x-request-id'];
  response.writeHead(status, [
    'Content-Type',
    'application/json; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(text)),
    'X-Request-Id',
    isRequestId(own) ? own : randomUUID(),
    ...headers,
  ]);
  response.end(text);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) refuse({ request, response }, 'INTERNAL_SERVER_ERROR');
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
