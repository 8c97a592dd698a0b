/**
 * Counts what the page is waiting for: requests, delayed saves, language services being loaded.
 *
 * Tests (and nobody else) wait for `document.documentElement.dataset.idle`, so a wait is never a sleep. The page counts as idle
 * only after nothing has been pending for a moment: one request's answer often asks the next.
 */
const settleMilliseconds = 60;

let pending = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function show(idle: boolean): void {
  document.documentElement.dataset['idle'] = String(idle);
}

/** Marks the page busy until the returned function is called (once). */
export function beginActivity(): () => void {
  pending++;
  clearTimeout(timer);
  show(false);
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    pending--;
    if (pending === 0) timer = setTimeout(() => show(true), settleMilliseconds);
  };
}

export async function duringActivity<T>(work: Promise<T>): Promise<T> {
  const end = beginActivity();
  try {
    return await work;
  } finally {
    end();
  }
}
