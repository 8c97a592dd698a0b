import { Menu, type MenuItemConstructorOptions } from 'electron';

/** One entry that sends a command to the page: the page's command id, the words, and the key that the page itself listens to. */
interface CommandItem {
  readonly command: string;
  readonly label: string;
  readonly key?: string;
}

const separator = 'separator';

const fileItems: readonly (CommandItem | typeof separator)[] = [
  { command: 'trace.open', label: 'Open Trace or Session…', key: 'CmdOrCtrl+O' },
  { command: 'session.openSample', label: 'Open Sample Session' },
  { command: 'session.saveAs', label: 'Save Session As…', key: 'CmdOrCtrl+Shift+S' },
];

const runItems: readonly (CommandItem | typeof separator)[] = [
  { command: 'run.continue', label: 'Run / Continue', key: 'F5' },
  { command: 'run.pause', label: 'Pause', key: 'F6' },
  { command: 'run.stop', label: 'Stop', key: 'Shift+F5' },
  { command: 'run.restart', label: 'Restart', key: 'CmdOrCtrl+Shift+F5' },
  separator,
  { command: 'run.next', label: 'Step Over', key: 'F10' },
  { command: 'run.stepIn', label: 'Step Into', key: 'F11' },
  { command: 'run.stepOut', label: 'Step Out', key: 'Shift+F11' },
  separator,
  { command: 'breakpoint.add', label: 'Add Callback Breakpoint…', key: 'CmdOrCtrl+F9' },
  { command: 'driver.add', label: 'Add Driver…' },
];

const helpItems: readonly CommandItem[] = [
  { command: 'help.declarations', label: 'Driver API (fltkernel.d.ts)' },
  { command: 'help.keys', label: 'Keys' },
  { command: 'help.about', label: 'About FltReplay' },
];

/** The native menu. Its items send contract-level commands; the page decides what they do at that moment. */
export function installMenu(send: (command: string) => void, isMac: boolean): void {
  // The page owns the keys, because they follow focus and can be remapped; here they are only shown.
  const itemOf = (item: CommandItem | typeof separator): MenuItemConstructorOptions =>
    item === separator ? { type: 'separator' } : {
      label: item.label,
      click: () => send(item.command),
      ...(item.key !== undefined && { accelerator: item.key, registerAccelerator: false }),
    };
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: [...fileItems.map(itemOf), { type: 'separator' }, isMac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    { label: '&Run', submenu: runItems.map(itemOf) },
    {
      label: '&View',
      submenu: [
        itemOf({ command: 'palette.show', label: 'Command Palette…', key: 'CmdOrCtrl+Shift+P' }), { type: 'separator' },
        { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' },
        { role: 'togglefullscreen' }, { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', label: '&Help', submenu: helpItems.map(itemOf) },
  ]));
}
