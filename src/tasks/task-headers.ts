import { Page } from '../http/envelope/page.js';
import type { ResponseHeader } from '../http/envelope/response-header.js';
import { TaskDto } from './dto/task.dto.js';

/** Where a new task is. RFC 9110, section 10.2.2. */
export const location: ResponseHeader = {
  name: 'Location',
  description: 'The path of the new task',
  example: `/api/${TaskDto.example.user_id}/tasks/${TaskDto.example.id}`,
  value: (task, { path }) =>
    task instanceof Object && 'id' in task ? `${path}/${String(task.id)}` : undefined,
};

/** The next page, the same list with the next cursor. RFC 8288. */
export const nextPage: ResponseHeader = {
  name: 'Link',
  description: 'The path of the next page, absent on the last one',
  example: `</api/${TaskDto.example.user_id}/tasks?cursor=eyJ2IjoxfQ>; rel="next"`,
  value: (page, { path, url }) => {
    const cursor = page instanceof Page ? page.meta.next_cursor : null;
    if (cursor === null) return undefined;
    const query = new URLSearchParams(url.split('?')[1]);
    query.set('cursor', cursor);
    return `<${path}?${query.toString()}>; rel="next"`;
  },
};
