import type { EntityTags } from '../http/conditional/entity-tags.js';
import type { Preconditions } from '../http/conditional/preconditions.js';
import type { TaskDto } from './dto/task.dto.js';
import type { Condition } from './task-statements.js';

/**
 * The version of a task, which is its entity tag without the quotes: when it was last changed. No two
 * states of a task share it, and a client finds it in every task of a list, too.
 */
export function versionOf(task: TaskDto): string {
  return task.updated_at;
}

/** What the preconditions of a write ask of the version that it finds. `If-Match: *` asks for the task alone. */
export function conditionsOf({ ifMatch = '*', ifNoneMatch = [] }: Preconditions): Condition[] {
  return [
    ...(ifMatch === '*' ? [] : (['updated_at = ANY(:match)'] as const)),
    ...(ifNoneMatch === '*' ? (['false'] as const) : []),
    ...(ifNoneMatch.length > 0 && ifNoneMatch !== '*'
      ? (['updated_at <> ALL(:none_match)'] as const)
      : []),
  ];
}

/** The values that the conditions compare with. */
export function versionsIn({ ifMatch, ifNoneMatch }: Preconditions) {
  return { match: timesOf(ifMatch), none_match: timesOf(ifNoneMatch) };
}

/** The times of change that tags stand for; what cannot be the version of any task is left out. */
function timesOf(tags: EntityTags = []): readonly string[] {
  return tags === '*' ? [] : tags.filter((tag) => /^(?!0000)\d{4}-/.test(tag) && isVersion(tag));
}

function isVersion(tag: string): boolean {
  const time = new Date(tag);
  return !Number.isNaN(time.getTime()) && time.toISOString() === tag;
}
