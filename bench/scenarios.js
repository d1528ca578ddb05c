import { listPath, TASKS, TASKS_PER_USER, taskPath, USERS } from './seed.js';
import { seededRandom, shuffled } from './statistics.js';

/** @typedef {{method: string, path: string, body?: string}} Call what a load generator sends */

/** Calls that a generator sends over and over: enough that no two near each other are the same. */
const VARIETY = 5_000;
/** More calls than any server here answers in a second, for those that can be sent only once. */
const ONCE_PER_SECOND = 25_000;

/**
 * What is measured. `needs` names the checks that a server must have passed, `writes` says that the
 * table must be reset afterwards, `expects` is the status where only one is right (any success
 * otherwise), and `calls` makes what is sent: the same in every run and for every server.
 *
 * @type {Record<string, {needs: string[], writes: boolean, expects?: number,
 *   calls: (seconds: number) => Call[]}>}
 */
export const scenarios = {
  list: { needs: ['list'], writes: false, calls: () => many(1, list) },
  filter: { needs: ['filter'], writes: false, calls: () => many(2, filter) },
  get: { needs: ['get'], writes: false, calls: () => many(3, get) },
  post: { needs: ['post'], writes: true, calls: () => many(4, post) },
  put: { needs: ['put'], writes: true, calls: () => many(5, put) },
  delete: { needs: ['delete'], writes: true, calls: deletes },
  mix: { needs: ['list', 'get', 'post', 'put', 'delete'], writes: true, calls: mix },
  invalid: { needs: ['invalid'], writes: false, expects: 400, calls: () => many(8, invalid) },
};

/** A bit of everything, to warm a server up. */
export const warmUp = {
  writes: true,
  calls: (seconds) => shuffled([...mix(seconds), ...many(9, invalid)], seededRandom(10)),
};

const many = (seed, make) => {
  const random = seededRandom(seed);
  return Array.from({ length: VARIETY }, () => make(random));
};

const below = (random, limit) => Math.floor(random() * limit);
const someUser = (random) => below(random, USERS);
const sentence = (random, words) =>
  Array.from({ length: words }, () => WORDS[below(random, WORDS.length)]).join(' ');
const WORDS = 'buy call write mend the kitchen letter to plumber café garden Zoë 🌱 and then'.split(
  ' ',
);

const list = (random) => ({ method: 'GET', path: `${listPath(someUser(random))}?limit=50` });
const filter = (random) => ({
  method: 'GET',
  path: `${listPath(someUser(random))}?completed=true&limit=50`,
});

/** A task with an even number within its user: those with odd ones are there to be deleted. */
const lastingTask = (random) =>
  taskPath(someUser(random), 2 * below(random, Math.floor(TASKS_PER_USER / 2)));

const get = (random) => ({ method: 'GET', path: lastingTask(random) });

const post = (random) => ({
  method: 'POST',
  path: listPath(someUser(random)),
  body: JSON.stringify({
    title: sentence(random, 2 + below(random, 8)),
    ...(random() < 0.5 && { description: sentence(random, 5 + below(random, 30)) }),
  }),
});

const put = (random) => {
  const title = sentence(random, 2 + below(random, 8));
  const changes = [{ completed: true }, { title }, { title, description: sentence(random, 20) }];
  return {
    method: 'PUT',
    path: lastingTask(random),
    body: JSON.stringify(changes[below(random, changes.length)]),
  };
};

const remove = (user, k) => ({ method: 'DELETE', path: taskPath(user, k) });

/** Every task is deleted once at most. */
function deletes(seconds) {
  const numbers = Array.from({ length: TASKS }, (_, n) => n);
  return shuffled(numbers, seededRandom(6))
    .slice(0, ONCE_PER_SECOND * seconds)
    .map((n) => remove(n % USERS, Math.floor(n / USERS)));
}

/** 30 % list, 30 % get, 15 % post, 15 % put, 10 % delete. */
function mix(seconds) {
  const random = seededRandom(7);
  const deletable = shuffled(
    Array.from({ length: TASKS / 2 }, (_, n) => [n % USERS, 2 * Math.floor(n / USERS) + 1]),
    random,
  );
  return Array.from({ length: ONCE_PER_SECOND * seconds }, () => {
    const share = random();
    if (share < 0.3) return list(random);
    if (share < 0.6) return get(random);
    if (share < 0.75) return post(random);
    if (share < 0.9 || deletable.length === 0) return put(random);
    return remove(...deletable.pop());
  });
}

const INVALID_BODIES = [
  { description: 'a task without a title' },
  { title: '   ' },
  { title: 'x'.repeat(201) },
  { title: 7, completed: 'yes' },
  { title: 'Buy milk', no_such_field: 1 },
  { title: 'Buy milk', description: 'x'.repeat(1001), id: 'my-own' },
].map((body) => JSON.stringify(body));

const invalid = (random) => {
  const path = listPath(someUser(random));
  const which = below(random, INVALID_BODIES.length + 2);
  if (which === INVALID_BODIES.length)
    return { method: 'PUT', path: lastingTask(random), body: '{}' };
  return { method: 'POST', path, body: INVALID_BODIES[which] ?? '{"title": "Buy milk"' };
};

/** One call of every kind that the scenario of broken bodies sends. */
export const invalidCalls = [
  ...INVALID_BODIES.map((body) => ({ method: 'POST', path: listPath(0), body })),
  { method: 'POST', path: listPath(0), body: '{"title": "Buy milk"' },
  { method: 'PUT', path: taskPath(0, 0), body: '{}' },
];
