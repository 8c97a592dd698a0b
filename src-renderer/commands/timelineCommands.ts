/** Commands of the timeline. Its own keys (+ - 0 Z F) work where it has the focus. */
import { TimeScale } from '../workbench/timeline/timeScale.ts';
import { useLayout } from '../stores/layout.ts';
import { useSelection } from '../stores/selection.ts';
import { useTimeline } from '../stores/timeline.ts';
import type { Command, CommandId } from './command.ts';

const whenTimed = (): string | null => (useTimeline().bounds === null ? 'Open a trace first.' : null);
const whenChosen = (): string | null => whenTimed() ?? (useTimeline().chosen === null ? 'Choose a part of the timeline first: drag, or Shift and the arrow keys.' : null);

/** Around the selected operation where that is in view, else around the middle. */
function zoom(factor: number): void {
  const { range, bounds, selectedTime, look } = useTimeline();
  if (range === null || bounds === null) return;
  const scale = new TimeScale(range.from, range.to, 1000);
  const x = selectedTime === null ? 500 : scale.x(selectedTime);
  look(scale.zoomed(factor, x < 0 || x > 1000 ? 500 : x, bounds));
}

/** Brings the selected operation into the middle of what is looked at. */
function showSelected(): void {
  const { range, bounds, selectedTime, look } = useTimeline();
  useLayout().show('timeline', true);
  if (range === null || bounds === null || selectedTime === null) return;
  const scale = new TimeScale(range.from, range.to, 1000);
  look(scale.panned(scale.x(selectedTime) - 500, bounds));
}

export function timelineCommands(): readonly Command[] {
  const command = (id: CommandId, title: string, run: Command['run'], unavailable: () => string | null = whenTimed): Command => ({ id, menu: 'View', title, keys: [], keyScope: 'everywhere', unavailable, run });
  return [
    command('timeline.zoomIn', 'Timeline: zoom in', () => zoom(0.5)),
    command('timeline.zoomOut', 'Timeline: zoom out', () => zoom(2)),
    command('timeline.showAll', 'Timeline: the whole trace', () => useTimeline().look(null)),
    command('timeline.zoomToRange', 'Timeline: zoom to the chosen part', () => useTimeline().look(useTimeline().chosen), whenChosen),
    command('timeline.filterRange', 'Timeline: only the chosen part', () => useTimeline().filterChosen(), whenChosen),
    command('timeline.toggleTable', 'Timeline: as a chart or as a table', () => {
      useLayout().show('timeline');
      useTimeline().isTable = !useTimeline().isTable;
    }),
    command('timeline.showSelected', 'Timeline: show the selected operation', showSelected, () => whenTimed() ?? (useSelection().operation === null ? 'Select an operation first.' : null)),
  ];
}
