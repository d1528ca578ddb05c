import { Text } from '../http/validation/text.decorator.js';

/** Whose things a request is about: the path of whatever belongs to a user. */
export class UserPath {
  @Text({
    min: 1,
    max: 255,
    notBlank: true,
    noControls: true,
    description: 'Whose; compared exactly',
    example: 'ada',
  })
  readonly user_id!: string;
}
