import { expect, test, vi } from 'vitest';
import type { Message, SessionInfo, Transport } from '../../../../src-preload/contract/index.ts';
import { HostLink } from '../../../../src-renderer/backend/hostLink.ts';

// Requests mark the page busy, and take the mark away a moment after the last answer.
vi.stubGlobal('document', { documentElement: { dataset: {} } });

/** A link, and the host's end of its line. */
function connected(): { readonly link: HostLink; readonly say: (message: Message) => void; readonly open: (path: string) => void } {
  let say: (message: Message) => void = () => undefined;
  const transport: Transport = { send: () => undefined, listen: (listener) => { say = listener; }, onClose: () => undefined, close: () => undefined };
  const link = new HostLink();
  link.attach(transport);
  const open = (path: string): void => say({ kind: 'event', name: 'session.changed', value: { path } satisfies Partial<SessionInfo> });
  return { link, say: (message) => say(message), open };
}

const failure = (code: string): Message => ({ kind: 'failure', id: 1, error: { code, message: 'There is no run 1 in this session.', data: {}, cause: null } });

test('what a closed session was asked for and the open one does not have is no failure to tell', async () => {
  const { link, say, open } = connected();
  open('/sessions/first.fltreplay');
  const answer = link.request('violations.page', { runId: 1, offset: 0, limit: 1 });
  await Promise.resolve();
  open('/sessions/second.fltreplay');
  say(failure('run-unknown'));
  await expect(answer).rejects.toMatchObject({ code: 'other-session' });
});

test('what the open session does not have, and other failures while a session is opened, are told as they are', async () => {
  const { link, say, open } = connected();
  open('/sessions/first.fltreplay');
  const ofThisOne = link.request('violations.page', { runId: 1, offset: 0, limit: 1 });
  await Promise.resolve();
  // The same session with other content.
  open('/sessions/first.fltreplay');
  say(failure('run-unknown'));
  await expect(ofThisOne).rejects.toMatchObject({ code: 'run-unknown' });

  const opening = link.request('session.openSample', {});
  await Promise.resolve();
  open('/sessions/second.fltreplay');
  say({ ...failure('disk-full'), id: 2 } as Message);
  await expect(opening).rejects.toMatchObject({ code: 'disk-full' });
});
