import type { ResponseHeader } from '../envelope/response-header.js';
import type { Page } from './page.js';

/** The next page, the same list with the next cursor. RFC 8288. */
export const nextPage: ResponseHeader<Page<unknown>> = {
  name: 'Link',
  description: 'The path of the next page, absent on the last one',
  example: '</path/of/the/list?cursor=eyJ2IjoxfQ>; rel="next"',
  value: ({ meta }, request) => {
    if (meta.next_cursor === null) return undefined;
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    searchParams.set('cursor', meta.next_cursor);
    return `<${pathname}?${searchParams.toString()}>; rel="next"`;
  },
};
