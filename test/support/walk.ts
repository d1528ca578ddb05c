import type { PageMeta } from '../../src/http/pages/page.js';
import type { TaskDto } from '../../src/tasks/dto/task.dto.js';
import type { TestApp } from './app.js';

interface Listed {
  readonly data: TaskDto[];
  readonly meta: PageMeta;
}

/** Follows the cursor to the end and returns the tasks in the order they came. */
export async function walk(
  { url }: TestApp,
  user: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): Promise<TaskDto[]> {
  const tasks: TaskDto[] = [];
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  for (;;) {
    const path = `/api/${encodeURIComponent(user)}/tasks?${parameters.toString()}`;
    const response = await fetch(url + path);
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
    const { data, meta } = (await response.json()) as Listed;
    tasks.push(...data);
    if (meta.next_cursor === null) return tasks;
    parameters.set('cursor', meta.next_cursor);
  }
}
