/**
 * The routines of synchronisation that give handles. All others are the engine's.
 *
 * Source: PsCreateSystemThread; IoCreateNotificationEvent; IoCreateSynchronizationEvent.
 */
import type { Ref } from '../../engine/index.ts';
import { STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { DriverServices, Routines } from '../services.ts';
import { put, textOf } from './common.ts';

const notificationEvent = 0;
const synchronizationEvent = 1;

export function synchronisationRoutines(services: DriverServices): Routines {
  const { world, handles } = services;
  const give = (box: Ref<unknown>, kind: string, object: object): void => {
    const handle = handles.open(kind, object);
    services.take('handle', handle, handle.id);
    put(box, handle);
  };
  const namedEvent = (type: number) => (name: unknown, box: Ref<unknown>): object => {
    const event = world.engine.namedEvent(textOf(name), type);
    give(box, 'Event', event);
    return event;
  };
  return {
    PsCreateSystemThread: (box: Ref<unknown>, _access: unknown, _attributes: unknown, _process: unknown, _client: unknown, routine: (context: unknown) => unknown, context: unknown) => {
      give(box, 'Thread', world.engine.createSystemThread(routine, context ?? null).ethread);
      return STATUS_SUCCESS;
    },
    IoCreateNotificationEvent: namedEvent(notificationEvent),
    IoCreateSynchronizationEvent: namedEvent(synchronizationEvent),
  };
}
