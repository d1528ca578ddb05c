/** What every server must know of a task. Fields beyond these may be known to some servers only. */
const BASIC = ['id', 'user_id', 'title', 'description', 'completed', 'created_at', 'updated_at'];

/** @returns {Set<string>} the fields of the tasks in a server's answers, and those of every task */
export function taskFields(answers) {
  const tasks = answers.flatMap(({ body }) => body?.data ?? []);
  return new Set([...BASIC, ...tasks.flatMap((task) => Object.keys(task))]);
}

/**
 * Makes answers of servers comparable whose tasks have different fields: of a feature in progress, the
 * service has a field that its peers do not have yet.
 *
 * @param {Set<string>} fields what is to remain of the tasks
 */
export function cutTasks(answer, fields) {
  const data = answer.body?.data;
  if (data === undefined) return answer;
  const cut = (task) =>
    Object.fromEntries(Object.entries(task).filter(([field]) => fields.has(field)));
  return {
    ...answer,
    body: { ...answer.body, data: Array.isArray(data) ? data.map(cut) : cut(data) },
  };
}

/**
 * What each server does not know of a task that another does.
 *
 * @param {Map<string, object[]>} answers by the server's name
 * @returns {Map<string, string[]>} the fields by the server's name
 */
export function unknownFields(answers) {
  const known = new Map([...answers].map(([name, own]) => [name, taskFields(own)]));
  const all = [...new Set([...known.values()].flatMap((fields) => [...fields]))];
  return new Map(
    [...known].map(([name, fields]) => [name, all.filter((field) => !fields.has(field))]),
  );
}
