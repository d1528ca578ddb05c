import { Client } from '../client.js';
import { listPath, taskPath, userName } from '../seed.js';

const USERS_AT_ONCE = 64;

/**
 * Lets 64 users work at once, and holds every answer against who asked and what: a server that mixes
 * up its connections, or the answers on one, gives somebody what is another's.
 *
 * @param {number} laps how often each user goes through everything
 * @returns {Promise<string | undefined>} the first wrong answer
 */
export async function crossTalk(server, laps) {
  const client = new Client(server.port, USERS_AT_ONCE);
  try {
    const users = Array.from({ length: USERS_AT_ONCE }, (_, user) => user);
    await Promise.all(users.map((user) => work(client, user, laps)));
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    client.close();
  }
}

async function work(client, user, laps) {
  const user_id = userName(user);
  for (let lap = 0; lap < laps; lap += 1) {
    const ask = async (method, path, content) => {
      const body = content && JSON.stringify(content);
      const answer = await client.json({ method, path, body });
      return (expected) => {
        const tasks = [answer.body.data].flat();
        const isOwn = tasks.every((task) =>
          Object.entries(expected).every(([key, value]) => task?.[key] === value),
        );
        if (isOwn) return tasks;
        const what = JSON.stringify(answer.body).slice(0, 300);
        throw new Error(`${method} ${path} of ${user_id} among 64 users: ${answer.status} ${what}`);
      };
    };
    const seeded = taskPath(user, lap);
    const title = `${user_id} in lap ${lap}`;
    const listed = (await ask('GET', `${listPath(user)}?limit=20`))({ user_id });
    if (listed.length !== 20)
      throw new Error(`${user_id} got ${listed.length} tasks instead of 20`);
    (await ask('GET', seeded))({ user_id, id: seeded.split('/').at(-1) });
    const [{ id }] = (await ask('POST', listPath(user), { title }))({ user_id, title });
    const path = `${listPath(user)}/${id}`;
    const description = `${title}, changed`;
    (await ask('PUT', path, { description }))({ user_id, id, title, description });
    (await ask('GET', path))({ user_id, id, title, description });
    (await ask('DELETE', path))({ id });
  }
}
