import type { Story } from '../story.ts';
import { deleteGuard } from './deleteGuard.ts';
import { encrypted } from './encrypted.ts';
import { oplocks } from './oplocks.ts';
import { pendedReads } from './pendedReads.ts';
import { ransomware } from './ransomware.ts';
import { redirected } from './redirected.ts';

export const stories: readonly Story[] = [pendedReads, ransomware, deleteGuard, redirected, encrypted, oplocks];
