import type { EntityTags } from '../http/conditional/entity-tags.js';
import type { TaskDto } from './dto/task.dto.js';

/**
 * The version of a task, which is its entity tag without the quotes: when it was last changed. No two
 * states of a task share it, and a client finds it in every task of a list, too.
 */
export function versionOf(task: TaskDto): string {
  return task.updated_at;
}

/** The times of change that tags stand for; what cannot be the version of any task is left out. */
export function timesOf(tags: EntityTags = []): readonly string[] {
  return tags === '*' ? [] : tags.filter((tag) => /^(?!0000)\d{4}-/.test(tag) && isVersion(tag));
}

function isVersion(tag: string): boolean {
  const time = new Date(tag);
  return !Number.isNaN(time.getTime()) && time.toISOString() === tag;
}
