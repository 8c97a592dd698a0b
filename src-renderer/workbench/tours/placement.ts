/** Where the card of a tour lies: beside the control it points at, never on it, and inside the window. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Controls that high up are of the menu, tool and filter bars: what is beside them belongs to them. */
const bars = 100;
/** Between card, control and the window's edge. */
const gap = 12;

const within = (value: number, size: number, room: number): number => Math.max(gap, Math.min(value, room - size - gap));

/** Left upper corner. Without a control, or where no side has room for the card, it lies in the right lower corner of the window. */
export function placeCard(target: Box | null, card: { readonly width: number; readonly height: number }, room: { readonly width: number; readonly height: number }): { readonly left: number; readonly top: number } {
  const corner = { left: within(Infinity, card.width, room.width), top: within(Infinity, card.height, room.height) };
  if (target === null) return corner;
  const beside = within(target.top, card.height, room.height);
  const along = within(target.left, card.width, room.width);
  const below = target.top + target.height + gap;
  const hasRoomBelow = below + card.height + gap <= room.height;
  if (target.top + target.height <= bars && hasRoomBelow) return { left: along, top: below };
  const right = target.left + target.width + gap;
  if (right + card.width + gap <= room.width) return { left: right, top: beside };
  const left = target.left - gap - card.width;
  if (left >= gap) return { left, top: beside };
  if (hasRoomBelow) return { left: along, top: below };
  const above = target.top - gap - card.height;
  return above >= gap ? { left: along, top: above } : corner;
}
