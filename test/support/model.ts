import type { CreateTaskDto } from '../../src/tasks/dto/create-task.dto.js';
import type { TaskDto } from '../../src/tasks/dto/task.dto.js';
import type { UpdateTaskDto } from '../../src/tasks/dto/update-task.dto.js';

export const sorts = [
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'title',
  '-title',
] as const;

/** What a list may be narrowed to; an absent filter lets all through. */
export interface Filter {
  readonly completed?: boolean;
  readonly search?: string;
  readonly created_after?: string;
  readonly created_before?: string;
}

/** One user's tasks as the contract has them, in memory, in the order in which they were made. */
export class Model {
  tasks: TaskDto[] = [];

  /** @param made what the server makes of a task: id, user and times */
  create(fields: CreateTaskDto, made: TaskDto): TaskDto {
    const { id, user_id, created_at, updated_at } = made;
    const { title, description = null, completed = false } = fields;
    const task = {
      id,
      user_id,
      title: title.trim(),
      description,
      completed,
      created_at,
      updated_at,
    };
    this.tasks.push(task);
    return task;
  }

  /** @param updated_at when, as the server says; it has to be later than the last time */
  update({ id }: TaskDto, change: UpdateTaskDto, updated_at: string): TaskDto | undefined {
    const at = this.tasks.findIndex((task) => task.id === id);
    const task = this.tasks[at];
    if (!task || updated_at <= task.updated_at) return undefined;
    const title = (change.title ?? task.title).trim();
    return (this.tasks[at] = { ...task, ...change, title, updated_at });
  }

  delete({ id }: TaskDto): void {
    this.tasks = this.tasks.filter((task) => task.id !== id);
  }

  list(filter: Filter, sort: (typeof sorts)[number]): TaskDto[] {
    const { created_after = '', created_before = '~' } = filter;
    const found = this.tasks.filter(
      (task) =>
        (filter.completed ?? task.completed) === task.completed &&
        created_after <= task.created_at &&
        task.created_at < created_before &&
        contains(task, filter.search ?? ''),
    );
    const key = sort.replace('-', '') as 'created_at' | 'updated_at' | 'title';
    found.sort((a, b) => byCodePoint(a[key], b[key]) || byCodePoint(a.id, b.id));
    return sort.startsWith('-') ? found.reverse() : found;
  }
}

function contains({ title, description }: TaskDto, search: string): boolean {
  const texts = [title, description ?? ''];
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

/** UTF-8 sorts by code point; JavaScript's own order is by UTF-16. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
