import { Menu, type MenuItemConstructorOptions } from 'electron';
import { editItems, fileItems, helpItems, runItems, separator, viewItems, type MenuEntry } from './menuItems.ts';

const line: MenuItemConstructorOptions = { type: 'separator' };

function roles(...names: readonly NonNullable<MenuItemConstructorOptions['role']>[]): MenuItemConstructorOptions[] {
  return names.map((role) => ({ role }));
}

/** The native menu. Its items send commands to the page, which decides what they do at that moment. */
export function installMenu(send: (command: string) => void, isMac: boolean): void {
  // The page owns the keys, because they follow focus and can be remapped; here they are only shown. A Mac's menu takes every
  // key it shows, so there a key that belongs to the editor at times is left out.
  const itemOf = (item: MenuEntry): MenuItemConstructorOptions =>
    item === separator ? line : {
      label: item.label,
      click: () => send(item.command),
      ...(item.key !== undefined && !(isMac && item.followsFocus) && { accelerator: item.key, registerAccelerator: false }),
    };
  const items = (entries: readonly MenuEntry[]): MenuItemConstructorOptions[] => entries.map(itemOf);
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(isMac ? roles('appMenu') : []),
    { label: '&File', submenu: [...items(fileItems), line, ...roles(isMac ? 'close' : 'quit')] },
    { label: '&Edit', submenu: [...roles('undo', 'redo'), line, ...roles('cut', 'copy', 'paste', 'selectAll'), line, ...items(editItems)] },
    { label: '&View', submenu: [...items(viewItems), line, ...roles('resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen', 'toggleDevTools')] },
    { label: '&Run', submenu: items(runItems) },
    ...roles('windowMenu'),
    { role: 'help', label: '&Help', submenu: items(helpItems) },
  ]));
}
