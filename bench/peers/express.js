// The same API as many would write it without Nest: Express with its defaults, a pool of ten
// connections, plain parameterised statements, and the contract's rules by hand.
import { isUtf8 } from 'node:buffer';
import express from 'express';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import {
  encodeCursor,
  errors,
  failure,
  isJsonType,
  isReadableObject,
  isRequestId,
  MAX_BYTES,
  pathFaults,
  readListQuery,
  taskFaults,
} from './rules.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const COLUMNS = 'id, user_id, title, description, completed, created_at, updated_at';

class Refusal extends Error {
  constructor(code, details) {
    super(code);
    Object.assign(this, { code, details });
  }
}

/** Refuses a request if anything is wrong with it. */
function demand(faults) {
  if (faults.length > 0) throw new Refusal('VALIDATION_ERROR', faults);
}

const app = express();

app.use((req, res, next) => {
  const own = req.get('X-Request-Id');
  res.set('X-Request-Id', isRequestId(own) ? own : uuidv7());
  next();
});

const path = (req, _res, next) => {
  demand(pathFaults(req.params.userId, req.params.taskId));
  next();
};

const verify = (_req, _res, bytes) => {
  if (bytes.length === 0 || !isUtf8(bytes)) throw new Refusal('INVALID_JSON');
};
const body = [
  (req, _res, next) => next(isJsonType(req.get('Content-Type')) ? undefined : UNSUPPORTED),
  express.json({ limit: MAX_BYTES, verify }),
  (req, _res, next) => next(isReadableObject(req.body) ? undefined : new Refusal('INVALID_JSON')),
];
const UNSUPPORTED = new Refusal('UNSUPPORTED_MEDIA_TYPE');

const list = app.route('/api/:userId/tasks');
const task = app.route('/api/:userId/tasks/:taskId');

list.get(path, async (req, res) => {
  const { userId } = req.params;
  const [, search] = req.originalUrl.split('?', 2);
  const { limit, completed, position, faults } = readListQuery(userId, search);
  demand(faults);
  const values = [userId, limit + 1];
  let where = 'user_id = $1';
  if (completed !== undefined) where += ` AND completed = $${values.push(completed)}`;
  if (position) {
    values.push(position.created_at, position.id);
    where += ` AND (created_at, id) < ($${values.length - 1}, $${values.length})`;
  }
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM tasks WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT $2`,
    values,
  );
  const data = rows.slice(0, limit);
  const has_more = rows.length > limit;
  const next_cursor = has_more ? encodeCursor(data[limit - 1], userId, completed) : null;
  if (has_more) {
    const next = new URLSearchParams(search);
    next.set('cursor', next_cursor);
    res.set('Link', `<${req.path}?${next}>; rel="next"`);
  }
  const meta = { limit, has_more, next_cursor };
  res.json({ success: true, data, message: 'Tasks retrieved successfully', meta });
});

list.post(path, body, async (req, res) => {
  demand(taskFaults(req.body, true));
  const { title, description = null, completed = false } = req.body;
  const { rows } = await pool.query(
    `INSERT INTO tasks (${COLUMNS})
     VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING ${COLUMNS}`,
    [uuidv7(), req.params.userId, title, description, completed, new Date()],
  );
  res.status(201).location(`${req.path}/${rows[0].id}`);
  answer(res, rows[0], 'Task created successfully');
});

task.get(path, async (req, res) => {
  const { userId, taskId } = req.params;
  const { rows } = await pool.query(`SELECT ${COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2`, [
    taskId,
    userId,
  ]);
  answer(res, rows[0], 'Task retrieved successfully');
});

task.put(path, body, async (req, res) => {
  demand(taskFaults(req.body, false));
  const { userId, taskId } = req.params;
  const fields = Object.keys(req.body);
  const changes = fields.map((field, at) => `${field} = $${at + 4}`).join(', ');
  const { rows } = await pool.query(
    `UPDATE tasks SET ${changes},
       updated_at = greatest($3::timestamptz(3), updated_at + interval '1 millisecond')
     WHERE id = $1 AND user_id = $2 RETURNING ${COLUMNS}`,
    [taskId, userId, new Date(), ...fields.map((field) => req.body[field])],
  );
  answer(res, rows[0], 'Task updated successfully');
});

task.delete(path, async (req, res) => {
  const { userId, taskId } = req.params;
  const { rows } = await pool.query(
    'DELETE FROM tasks WHERE id = $1 AND user_id = $2 RETURNING id',
    [taskId, userId],
  );
  answer(res, rows[0], 'Task deleted successfully');
});

/** 405 for what no route above has taken. */
const otherMethods = (allowed) => (_req, res) => {
  res.set('Allow', allowed);
  throw new Refusal('METHOD_NOT_ALLOWED');
};
list.all(otherMethods('GET, HEAD, POST'));
task.all(otherMethods('GET, HEAD, PUT, DELETE'));

app.use(() => {
  throw new Refusal('ROUTE_NOT_FOUND');
});

function answer(res, data, message) {
  if (data === undefined) throw new Refusal('TASK_NOT_FOUND');
  res.json({ success: true, data, message });
}

/** The codes of the errors that express.json() gives, by their type. */
const bodyErrors = {
  'entity.parse.failed': 'INVALID_JSON',
  'entity.verify.failed': 'INVALID_JSON',
  'entity.too.large': 'PAYLOAD_TOO_LARGE',
  'encoding.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'charset.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
};

// Express knows an error handler by its four parameters.
// eslint-disable-next-line @typescript-eslint/no-unused-vars
app.use((error, _req, res, _next) => {
  const other = error.status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
  const code = error instanceof Refusal ? error.code : (bodyErrors[error.type] ?? other);
  if (code === 'INTERNAL_SERVER_ERROR') console.error(error);
  res.status(errors[code][0]).json(failure(code, error.details));
});

app.listen(Number(process.env.PORT), '127.0.0.1');
