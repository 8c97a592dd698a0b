import { Menu, type MenuItemConstructorOptions } from 'electron';
import { menus, separator, type MenuItem } from '../../src-preload/contract/index.ts';
import { acceleratorOf } from './accelerator.ts';

const line: MenuItemConstructorOptions = { type: 'separator' };

function roles(...names: readonly NonNullable<MenuItemConstructorOptions['role']>[]): MenuItemConstructorOptions[] {
  return names.map((role) => ({ role }));
}

/**
 * The native menu. Its items send commands to the page, which decides what they do at that moment.
 *
 * `keys`: what the page says they are now. The page owns the keys, because they follow focus and can be remapped; here they are
 * only shown.
 */
export function installMenu(send: (command: string) => void, isMac: boolean, keys: ReadonlyMap<string, string> = new Map()): void {
  const itemOf = (item: MenuItem): MenuItemConstructorOptions => {
    if (item === separator) return line;
    const accelerator = acceleratorOf(keys.get(item.command) ?? '');
    return { label: item.label, click: () => send(item.command), ...(accelerator !== null && { accelerator, registerAccelerator: false }) };
  };
  const items = (entries: readonly MenuItem[]): MenuItemConstructorOptions[] => entries.map(itemOf);
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(isMac ? roles('appMenu') : []),
    { label: '&File', submenu: [...items(menus.File), line, ...roles(isMac ? 'close' : 'quit')] },
    { label: '&Edit', submenu: [...roles('undo', 'redo'), line, ...roles('cut', 'copy', 'paste', 'selectAll'), line, ...items(menus.Edit)] },
    { label: 'Fi&lter', submenu: items(menus.Filter) },
    { label: '&View', submenu: [...items(menus.View), line, ...roles('togglefullscreen', 'toggleDevTools')] },
    { label: '&Run', submenu: items(menus.Run) },
    ...roles('windowMenu'),
    { role: 'help', label: '&Help', submenu: items(menus.Help) },
  ]));
}
