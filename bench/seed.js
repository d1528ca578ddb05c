// The tasks that every server finds. Task n belongs to user n modulo the number of users, so that one
// user's tasks lie spread over the table, as they do when people write at the same time. Ids and times
// follow from n, so that the load generator knows them without asking.
const FIRST_TIME = Date.UTC(2025, 0, 1);
const STEP_MS = 1_000;

export const USERS = 1_000;
export const TASKS_PER_USER = 200;
export const TASKS = USERS * TASKS_PER_USER;

/** No seeded task is younger than this; whatever a server made in the meantime is. */
export const SEED_END = new Date(Date.UTC(2025, 6, 1));

export const userName = (user) => `user-${user}`;

/** The id of task n: a UUID of version 7 that grows with n. */
export function taskId(n) {
  const time = (FIRST_TIME + n * STEP_MS).toString(16).padStart(12, '0');
  const rest = n.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${rest}`;
}

/** Whether an id is that of a seeded task. */
export const isSeeded = (id) => id.slice(14, 24) === '7000-8000-';

/** The path of a user's tasks. */
export const listPath = (user) => `/api/${userName(user)}/tasks`;

/** The path of the k-th task of a user. */
export const taskPath = (user, k) => `${listPath(user)}/${taskId(k * USERS + user)}`;

const INSERT = `
  INSERT INTO tasks (id, user_id, title, description, completed, created_at, updated_at)
  SELECT (lpad(to_hex($1::bigint + n * ${STEP_MS}::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
         coalesce($4, 'user-' || n % ${USERS}),
         'Task ' || n || CASE n % 10 WHEN 0 THEN ': a café with Zoë ☕' ELSE ': call the plumber' END,
         CASE n % 2 WHEN 0 THEN repeat('Ask about the tap in the kitchen. ', 1 + n % 5) END,
         n % 3 = 0,
         at, at
  FROM generate_series($2::int, $3::int) AS n,
       LATERAL (SELECT to_timestamp($1 / 1000.0) + n * interval '${STEP_MS} milliseconds' AS at)`;

/**
 * Adds the tasks from the first to the last number.
 *
 * @param {import('pg').Client} client
 * @param {string} [owner] whose they are; by default they go to the users by turns
 */
export async function addTasks(client, first, last, owner) {
  await client.query(INSERT, [FIRST_TIME, first, last, owner ?? null]);
}

/** Drops the table's indexes, but not its key, while `work` fills it, and makes them again. */
export async function withoutIndexes(client, work) {
  const { rows } = await client.query(
    `SELECT indexname, indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND tablename = 'tasks' AND indexname <> 'tasks_pkey'`,
  );
  for (const { indexname } of rows) await client.query(`DROP INDEX "${indexname}"`);
  await work();
  for (const { indexdef } of rows) await client.query(indexdef);
}
