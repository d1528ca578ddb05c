import { Page } from '../http/pages/page.js';
import type { ResponseHeader } from '../http/envelope/response-header.js';
import { ReplayedTaskDto } from './dto/replayed-task.dto.js';
import { TaskDto } from './dto/task.dto.js';
import { versionOf } from './task-version.js';

/** Which version of the task this is, for `If-Match` and `If-None-Match`. RFC 9110, section 8.8.3. */
export const entityTag: ResponseHeader<TaskDto> = {
  name: 'ETag',
  description: "The task's version: its `updated_at` in double quotes",
  example: `"${TaskDto.example.updated_at}"`,
  value: (task) => `"${versionOf(task)}"`,
};

/** That the answer is an earlier one, given again. */
export const replayed: ResponseHeader<TaskDto> = {
  name: 'Idempotency-Replayed',
  description: '`true` when this is the answer to an earlier request with the same key',
  example: 'true',
  value: (task) => (task instanceof ReplayedTaskDto ? 'true' : undefined),
};

/** Where a new task is. RFC 9110, section 10.2.2. */
export const location: ResponseHeader<TaskDto> = {
  name: 'Location',
  description: 'The path of the new task',
  example: `/api/${TaskDto.example.user_id}/tasks/${TaskDto.example.id}`,
  value: ({ id, user_id }) => `/api/${encodeURIComponent(user_id)}/tasks/${id}`,
};

/** The next page, the same list with the next cursor. RFC 8288. */
export const nextPage: ResponseHeader<Page<TaskDto>> = {
  name: 'Link',
  description: 'The path of the next page, absent on the last one',
  example: `</api/${TaskDto.example.user_id}/tasks?cursor=eyJ2IjoxfQ>; rel="next"`,
  value: ({ meta }, request) => {
    if (meta.next_cursor === null) return undefined;
    const { path } = request;
    const query = new URLSearchParams({ ...request.query, cursor: meta.next_cursor } as Record<
      string,
      string
    >);
    return `<${path}?${query.toString()}>; rel="next"`;
  },
};
