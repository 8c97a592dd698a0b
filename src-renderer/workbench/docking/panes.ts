/** What each pane is: its title, its component, and what its tab counts. */
import type { Component } from 'vue';
import { lostBadge } from '../../formatting/lostText.ts';
import { formatCount } from '../../formatting/numbers.ts';
import { useBookmarks } from '../../stores/bookmarks.ts';
import { useChanges } from '../../stores/changes.ts';
import { useComparison } from '../../stores/comparison.ts';
import { useContextEvents } from '../../stores/contextEvents.ts';
import { useDebugger } from '../../stores/debugger.ts';
import { useExploration } from '../../stores/exploration.ts';
import type { PaneId } from '../../stores/layout.ts';
import { useObjects } from '../../stores/objects.ts';
import { useProblems } from '../../stores/problems.ts';
import { useSelection } from '../../stores/selection.ts';
import BytesPane from '../buffer/BytesPane.vue';
import CallLogPane from '../call-log/CallLogPane.vue';
import ChangesPane from '../changes/ChangesPane.vue';
import ComparePane from '../compare/ComparePane.vue';
import ConsolePane from '../console/ConsolePane.vue';
import ContextPane from '../context/ContextPane.vue';
import ExplorePane from '../explore/ExplorePane.vue';
import ExplorerPane from '../explorer/ExplorerPane.vue';
import FidelityPane from '../fidelity/FidelityPane.vue';
import ImportReportPane from '../import-report/ImportReportPane.vue';
import InspectorPane from '../inspector/InspectorPane.vue';
import VariablesView from '../inspector/VariablesView.vue';
import LifePane from '../life/LifePane.vue';
import NotesPane from '../notes/NotesPane.vue';
import ObjectsPane from '../objects/ObjectsPane.vue';
import OperationsPane from '../operations/OperationsPane.vue';
import PairPane from '../pairs/PairPane.vue';
import ProblemsPane from '../problems/ProblemsPane.vue';
import ProcessesPane from '../processes/ProcessesPane.vue';
import SequencePane from '../sequence/SequencePane.vue';
import SettingsPane from '../settings/SettingsPane.vue';
import SourcePane from '../source/SourcePane.vue';
import StatisticsPane from '../statistics/StatisticsPane.vue';
import TimelinePane from '../timeline/TimelinePane.vue';
import ViolationsPane from '../violations/ViolationsPane.vue';

export interface PaneBadge {
  readonly text: string;
  readonly alarming: boolean;
}

export interface PaneDefinition {
  readonly title: string;
  readonly component: Component;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** The pane's body scrolls as a whole. */
  readonly scrolls?: boolean;
  /** It stays as it is behind other tabs; others are made again when they come to the front. */
  readonly stays?: boolean;
  readonly badge?: () => PaneBadge | null;
  /** It has something to show that one would look for: it comes up by itself, behind others. */
  readonly isOffered?: () => boolean;
}

const counted = (count: number, alarming = false): PaneBadge | null => (count === 0 ? null : { text: formatCount(count), alarming });
const atStop = (count: () => number) => () => (useDebugger().stop === null ? null : counted(count()));

function contextBadge(): PaneBadge | null {
  const { losses, total } = useContextEvents();
  return losses.places > 0 ? { text: lostBadge(losses), alarming: true } : counted(total);
}

export const panes: Readonly<Record<PaneId, PaneDefinition>> = {
  session: { title: 'Session', component: ExplorerPane, scrolls: true },
  operations: { title: 'Operations', component: OperationsPane, stays: true },
  source: { title: 'Source', component: SourcePane, stays: true },
  inspector: { title: 'Inspector', component: InspectorPane, scrolls: true },
  variables: { title: 'Variables', component: VariablesView, scrolls: true },
  contexts: { title: 'Contexts', component: ObjectsPane, properties: { part: 'contexts' }, scrolls: true, badge: atStop(() => useObjects().objects?.contexts.count ?? 0) },
  pending: { title: 'Pending', component: ObjectsPane, properties: { part: 'pending' }, scrolls: true, badge: atStop(() => useObjects().pendedCount) },
  objects: { title: 'Objects', component: ObjectsPane, properties: { part: 'objects' }, scrolls: true },
  log: { title: 'Call log', component: CallLogPane },
  violations: { title: 'Violations', component: ViolationsPane, badge: () => counted(useSelection().run?.violations ?? 0, true) },
  changes: { title: 'Changes', component: ChangesPane, badge: () => counted(Math.max(useChanges().affectedCount, useChanges().differenceCount)) },
  compare: { title: 'Compare', component: ComparePane, badge: () => counted(useComparison().info?.count ?? 0) },
  fidelity: { title: 'Fidelity', component: FidelityPane },
  explore: { title: 'Explore', component: ExplorePane, badge: () => counted(useExploration().others) },
  console: { title: 'Console', component: ConsolePane },
  bytes: { title: 'Bytes', component: BytesPane },
  problems: { title: 'Problems', component: ProblemsPane, badge: () => counted(useProblems().list.length, useProblems().hasErrors) },
  context: { title: 'Other events', component: ContextPane, badge: contextBadge, isOffered: () => useContextEvents().losses.places > 0 },
  pairs: { title: 'Pairs', component: PairPane },
  settings: { title: 'Settings', component: SettingsPane },
  notes: { title: 'Notes', component: NotesPane, badge: () => counted(useBookmarks().list.length), isOffered: () => useBookmarks().list.length > 0 },
  report: { title: 'Import report', component: ImportReportPane },
  timeline: { title: 'Timeline', component: TimelinePane },
  statistics: { title: 'Statistics', component: StatisticsPane },
  sequence: { title: 'Sequence', component: SequencePane },
  life: { title: 'Life', component: LifePane },
  processes: { title: 'Processes', component: ProcessesPane },
};
