/** What `If-Match` or `If-None-Match` names: anything that exists, or entity tags, without their quotes. */
export type EntityTags = '*' | readonly string[];

/** RFC 9110, section 8.8.3. Node reads headers as Latin-1, so that obs-text is U+0080 to U+00FF. */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
/** Stands for a tag where only the commas between them matter; no header can contain it. */
const PLACEHOLDER = '\0';

/**
 * Reads a header of entity tags. `If-Match` compares strongly, so that its weak tags match nothing, and
 * `If-None-Match` weakly. RFC 9110, sections 8.8.3.2, 13.1.1 and 13.1.2.
 *
 * @returns undefined for anything but `*` or a list of entity tags
 */
export function entityTagsIn(
  header: 'If-Match' | 'If-None-Match',
  value: string,
): EntityTags | undefined {
  if (value === '*') return '*';
  const tags = [...value.matchAll(TAG)];
  const items = value.replaceAll(TAG, PLACEHOLDER).split(',');
  if (tags.length === 0 || !items.every((item) => ['', PLACEHOLDER].includes(item.trim()))) {
    return undefined;
  }
  return tags
    .filter(([, weak]) => weak === undefined || header === 'If-None-Match')
    .map(([, , opaque = '']) => opaque);
}

/** Whether a representation that exists, with this tag, is among those named. */
export function includesTag(tags: EntityTags, tag: string): boolean {
  return tags === '*' || tags.includes(tag);
}
