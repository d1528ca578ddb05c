import type { ResponseHeader } from '../http/envelope/response-header.js';
import { TaskDto } from './dto/task.dto.js';
import { versionOf } from './task-version.js';

/** Which version of the task this is, for `If-Match` and `If-None-Match`. RFC 9110, section 8.8.3. */
export const entityTag: ResponseHeader<TaskDto> = {
  name: 'ETag',
  description: "The task's version: its `updated_at` in double quotes",
  example: `"${TaskDto.example.updated_at}"`,
  value: (task) => `"${versionOf(task)}"`,
};

/** Where a new task is. RFC 9110, section 10.2.2. */
export const location: ResponseHeader<TaskDto> = {
  name: 'Location',
  description: 'The path of the new task',
  example: `/api/${TaskDto.example.user_id}/tasks/${TaskDto.example.id}`,
  value: ({ id, user_id }) => `/api/${encodeURIComponent(user_id)}/tasks/${id}`,
};
