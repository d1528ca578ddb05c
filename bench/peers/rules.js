// The contract's rules for what comes in, written by hand, for the two peers without a framework's
// validation: floor.js and express.js. They differ in everything around it.
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { parse } from 'node:querystring';

/** Bytes of a body, at most. */
export const MAX_BYTES = 102_400;

/** Code: status and message. */
export const errors = {
  VALIDATION_ERROR: [400, 'The request has invalid values; see details'],
  INVALID_JSON: [400, 'The request body must be a JSON object in UTF-8, at most 32 levels deep'],
  BAD_REQUEST: [400, 'The request could not be understood'],
  TASK_NOT_FOUND: [404, 'Task not found'],
  ROUTE_NOT_FOUND: [404, 'There is nothing at this address'],
  METHOD_NOT_ALLOWED: [
    405,
    'This address does not support the method; the Allow header lists those it does',
  ],
  PAYLOAD_TOO_LARGE: [
    413,
    'The request body must be at most 102400 bytes, also after decompression',
  ],
  UNSUPPORTED_MEDIA_TYPE: [
    415,
    'The request body must be sent as application/json in UTF-8, plain or as gzip, deflate or br',
  ],
  INTERNAL_SERVER_ERROR: [500, 'Something went wrong on our side'],
};

/** @returns {{success: false, error: object}} the body of a refused request */
export function failure(code, details) {
  const error = { code, message: errors[code][1] };
  if (details) error.details = details;
  return { success: false, error };
}

/** A client's own request id is kept if it is visible ASCII. */
export const isRequestId = (id) => typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id);

/** @returns {{field: string, message: string}[]} what is wrong with the path */
export function pathFaults(userId, taskId) {
  const faults = [];
  const message = textFault(userId, 1, 255) ?? controlsFault(userId);
  if (message) faults.push({ field: 'user_id', message: `user_id ${message}` });
  if (taskId !== undefined && !UUID.test(taskId)) {
    faults.push({ field: 'task_id', message: 'task_id must be a UUID' });
  }
  return faults;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function controlsFault(text) {
  if (/\p{Cc}/u.test(text)) return 'must not contain control characters';
  return text.trim() === '' ? 'must not be blank' : undefined;
}

/** Whether a Content-Type is JSON in UTF-8. */
export function isJsonType(contentType = '') {
  if (contentType === 'application/json') return true;
  const [type, ...parameters] = contentType.toLowerCase().split(';');
  return (
    type.trim() === 'application/json' &&
    parameters.every((text) => !/^\s*charset=(?!"?utf-8"?\s*$)/.test(text))
  );
}

/** @returns {object | undefined} the JSON object in the bytes, if that is what they are */
export function parseObject(bytes) {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value = JSON.parse(bytes.toString());
    return isReadableObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether parsed JSON is an object of at most 32 levels. */
export function isReadableObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !deeper(value, 32);
}

function deeper(value, levels) {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => deeper(inner, levels - 1));
}

/**
 * Holds a body against the rules of a task and trims its title.
 *
 * @param {boolean} isNew a new task needs a title, a change needs any field
 * @returns {{field: string, message: string}[]}
 */
export function taskFaults(body, isNew) {
  const faults = [];
  const add = (field, message) => faults.push({ field, message });
  if (typeof body.title === 'string') body.title = body.title.trim();
  if (isNew || body.title !== undefined) {
    const message = textFault(body.title, 1, 200);
    if (message) add('title', `title ${message}`);
  }
  if (body.description !== undefined && body.description !== null) {
    const message = textFault(body.description, 0, 1000, 'must be a string or null');
    if (message) add('description', `description ${message}`);
  }
  if (body.completed !== undefined && typeof body.completed !== 'boolean') {
    add('completed', 'completed must be true or false');
  }
  const names = Object.keys(body);
  for (const name of names) {
    if (!FIELDS.has(name)) add(name, 'this field is not known here');
  }
  if (!isNew && names.length === 0) {
    add('body', 'give at least one of title, description, completed');
  }
  return faults;
}

const FIELDS = new Set(['title', 'description', 'completed']);

function textFault(text, min, max, otherwise = 'must be a string') {
  if (text === undefined) return 'is required';
  if (typeof text !== 'string') return otherwise;
  if (!text.isWellFormed()) return 'must not contain lone surrogates';
  if (text.includes('\0')) return 'must not contain the character U+0000';
  // There are never more code points than UTF-16 units, so most texts need no counting.
  if (text.length >= min && (text.length <= max || [...text].length <= max)) return undefined;
  return min === 0
    ? `must be at most ${max} characters long`
    : `must be ${min} to ${max} characters long`;
}

/** Reads the query of a list: limit, completed and cursor. Other parameters are faults. */
export function readListQuery(userId, search) {
  const query = { limit: 50, completed: undefined, position: undefined, faults: [] };
  const fault = (field, message) => query.faults.push({ field, message });
  // A parameter that is given twice has an array for a value, which no rule lets through.
  for (const [name, value] of Object.entries(parse(search))) {
    if (name === 'limit') {
      query.limit = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
      if (query.limit < 1 || query.limit > 1000) {
        fault(name, 'limit must be a whole number from 1 to 1000');
      }
    } else if (name === 'completed') {
      query.completed = value === 'true';
      if (value !== 'true' && value !== 'false') fault(name, 'completed must be true or false');
    } else if (name === 'cursor') {
      query.cursor = String(value);
    } else {
      fault(name, 'this field is not known here');
    }
  }
  if (query.cursor !== undefined) {
    query.position = decodeCursor(query.cursor, userId, query.completed);
    if (!query.position) fault('cursor', 'cursor must be a next_cursor of this list');
  }
  return query;
}

/**
 * The place after a task, bound to the list it belongs to.
 *
 * @param {{created_at: string | Date, id: string}} task its time as RFC 3339 text or as a Date
 */
export function encodeCursor({ created_at, id }, userId, completed) {
  const time = typeof created_at === 'string' ? created_at : created_at.toISOString();
  const position = `${time} ${id}`;
  return Buffer.from(`${seal(position, userId, completed)} ${position}`).toString('base64url');
}

function decodeCursor(cursor, userId, completed) {
  const [sealed, created_at, id] = Buffer.from(cursor, 'base64url').toString().split(' ');
  return sealed === seal(`${created_at} ${id}`, userId, completed) ? { created_at, id } : undefined;
}

function seal(position, userId, completed) {
  return hash('sha256', `${position} ${completed} ${userId}`, 'base64url').slice(0, 16);
}
