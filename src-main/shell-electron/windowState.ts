import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { screen, type BrowserWindow, type Rectangle } from 'electron';

export interface WindowState {
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
}

const fallback: WindowState = { bounds: null, maximized: false };

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const rectangle = value as Record<string, unknown>;
  return ['x', 'y', 'width', 'height'].every((key) => Number.isFinite(rectangle[key]));
}

// A monitor may be gone since the last time: a title bar nobody can reach is worse than a forgotten place.
function isVisible(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) =>
    bounds.x + bounds.width > workArea.x + 100 && bounds.x < workArea.x + workArea.width - 100 && bounds.y >= workArea.y - 10 && bounds.y < workArea.y + workArea.height - 50);
}

/** Where the window was; the middle of the screen when that is unknown or no longer there. */
export function readWindowState(file: string): WindowState {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as { bounds?: unknown; maximized?: unknown };
    const bounds = isRectangle(state.bounds) && isVisible(state.bounds) ? state.bounds : null;
    return { bounds, maximized: state.maximized === true };
  } catch {
    return fallback;
  }
}

/** Remembers the window's place when it closes. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(state));
    } catch {
      // The place of a window is not worth a message.
    }
  });
}
