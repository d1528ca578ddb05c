import { Injectable, type CanActivate } from '@nestjs/common';

/**
 * Decides whose things a request may touch: so far, those of any user that its path names. This is the
 * place where authentication compares that user with the one who is signed in.
 */
@Injectable()
export class UserAccessGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}
