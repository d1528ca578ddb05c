// The floor: what the machine can do without a framework. node:http, a pool of ten connections, named
// statements, and the contract's rules by hand. It does what a service must do for each request of the
// scenarios, and nothing that makes one pleasant to work on. It reads plain bodies only (a compressed
// one is 415), writes no log and has no limits but that of the body.
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

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const COLUMNS = 'id, user_id, title, description, completed, created_at, updated_at';

/** What each method does at the two addresses; `reads` says that it takes a body. */
const operations = {
  list: { GET: { run: list }, POST: { run: create, reads: true } },
  task: { GET: { run: get }, PUT: { run: update, reads: true }, DELETE: { run: remove } },
};

async function list({ response, userId, path, search }) {
  const { limit, completed, position, faults } = readListQuery(userId, search);
  if (faults.length > 0) return refuse(response, 'VALIDATION_ERROR', faults);
  let where = 'user_id = $1';
  let name = 'list';
  const values = [userId, limit + 1];
  if (completed !== undefined) {
    where += ` AND completed = $${values.push(completed)}`;
    name += ' completed';
  }
  if (position) {
    values.push(position.created_at, position.id);
    where += ` AND (created_at, id) < ($${values.length - 1}, $${values.length})`;
    name += ' after';
  }
  const text = `SELECT ${COLUMNS} FROM tasks WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT $2`;
  const { rows } = await pool.query({ name, text, values });
  const has_more = rows.length > limit;
  if (has_more) rows.pop();
  const next_cursor = has_more ? encodeCursor(rows[limit - 1], userId, completed) : null;
  const body = {
    success: true,
    data: rows,
    message: 'Tasks retrieved successfully',
    meta: { limit, has_more, next_cursor },
  };
  if (!has_more) return send(response, 200, body);
  const next = new URLSearchParams(search);
  next.set('cursor', next_cursor);
  return send(response, 200, body, { Link: `<${path}?${next}>; rel="next"` });
}

async function create({ response, userId, path, body }) {
  const faults = taskFaults(body, true);
  if (faults.length > 0) return refuse(response, 'VALIDATION_ERROR', faults);
  const { rows } = await pool.query({
    name: 'create',
    text: `INSERT INTO tasks (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING ${COLUMNS}`,
    values: [
      uuidv7(),
      userId,
      body.title,
      body.description ?? null,
      body.completed ?? false,
      new Date(),
    ],
  });
  const headers = { Location: `${path}/${rows[0].id}` };
  return succeed(response, 201, rows[0], 'Task created successfully', headers);
}

async function get({ response, userId, taskId }) {
  const { rows } = await pool.query({
    name: 'get',
    text: `SELECT ${COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2`,
    values: [taskId, userId],
  });
  return succeed(response, 200, rows[0], 'Task retrieved successfully');
}

async function update({ response, userId, taskId, body }) {
  const faults = taskFaults(body, false);
  if (faults.length > 0) return refuse(response, 'VALIDATION_ERROR', faults);
  const fields = Object.keys(body).sort();
  const changes = fields.map((field, at) => `${field} = $${at + 4}`).join(', ');
  const { rows } = await pool.query({
    name: `update ${fields}`,
    text: `UPDATE tasks SET ${changes},
        updated_at = greatest($3::timestamptz(3), updated_at + interval '1 millisecond')
      WHERE id = $1 AND user_id = $2 RETURNING ${COLUMNS}`,
    values: [taskId, userId, new Date(), ...fields.map((field) => body[field])],
  });
  return succeed(response, 200, rows[0], 'Task updated successfully');
}

async function remove({ response, userId, taskId }) {
  const { rows } = await pool.query({
    name: 'remove',
    text: 'DELETE FROM tasks WHERE id = $1 AND user_id = $2 RETURNING id',
    values: [taskId, userId],
  });
  return succeed(response, 200, rows[0], 'Task deleted successfully');
}

async function handle(request, response) {
  const { method, url, headers } = request;
  const own = headers['x-request-id'];
  response.setHeader('X-Request-Id', isRequestId(own) ? own : uuidv7());
  const [path, search] = url.split('?', 2);
  const address = /^\/api\/([^/]+)\/tasks(?:\/([^/]+))?$/.exec(path);
  if (!address) return refuse(response, 'ROUTE_NOT_FOUND');
  const methods = address[2] === undefined ? operations.list : operations.task;
  const operation = methods[method];
  if (!operation) {
    response.setHeader('Allow', Object.keys(methods).join(', '));
    return refuse(response, 'METHOD_NOT_ALLOWED');
  }
  const [userId, taskId] = decode(address);
  if (userId === undefined) return refuse(response, 'BAD_REQUEST');
  const faults = pathFaults(userId, taskId);
  if (faults.length > 0) return refuse(response, 'VALIDATION_ERROR', faults);
  const call = { response, userId, taskId, path, search };
  if (operation.reads) {
    if (!isJsonType(headers['content-type']) || headers['content-encoding'] !== undefined) {
      return refuse(response, 'UNSUPPORTED_MEDIA_TYPE');
    }
    const bytes = await read(request);
    if (!bytes) return refuse(response, 'PAYLOAD_TOO_LARGE');
    call.body = parseObject(bytes);
    if (!call.body) return refuse(response, 'INVALID_JSON');
  }
  return operation.run(call);
}

function decode([, userId, taskId]) {
  try {
    return [decodeURIComponent(userId), taskId && decodeURIComponent(taskId)];
  } catch {
    return [];
  }
}

/** The whole body, or nothing if it is too large. */
async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BYTES ? Buffer.concat(chunks) : undefined;
}

function succeed(response, status, data, message, headers) {
  if (data === undefined) return refuse(response, 'TASK_NOT_FOUND');
  return send(response, status, { success: true, data, message }, headers);
}

function refuse(response, code, details) {
  return send(response, errors[code][0], failure(code, details));
}

function send(response, status, body, headers) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) refuse(response, 'INTERNAL_SERVER_ERROR');
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
