// Dialogs answer what the test has laid ready; menus are kept as data, so that a test can choose an item.

export interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly submenu?: readonly MenuItem[];
  readonly click?: () => void;
}

let applicationMenu: readonly MenuItem[] = [];

export const Menu = {
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu: (menu: readonly MenuItem[]) => {
    applicationMenu = menu;
  },
};

/** Clicks an item by the words on the way to it, without their mnemonic marks: `Run`, `Pause`. */
export function chooseMenuItem(way: readonly string[]): void {
  let items = applicationMenu;
  let chosen: MenuItem | undefined;
  for (const label of way) {
    chosen = items.find((item) => item.label?.replace('&', '') === label);
    if (chosen === undefined) throw new Error(`the menu has no ${label}: ${items.map((item) => item.label ?? item.role).join(', ')}`);
    items = chosen.submenu ?? [];
  }
  if (chosen?.click === undefined) throw new Error(`${way.join(' > ')} does nothing`);
  chosen.click();
}

const ready: string[] = [];
const asked: unknown[] = [];

/** What the next dialogs answer; without an answer laid ready, the user cancels. */
export const dialogAnswers = {
  ready,
  asked,
  open: (options: unknown): { canceled: boolean; filePaths: string[] } => {
    asked.push(options);
    const file = ready.shift();
    return file === undefined ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [file] };
  },
  save: (options: unknown): { canceled: boolean; filePath: string } => {
    asked.push(options);
    const file = ready.shift();
    return file === undefined ? { canceled: true, filePath: '' } : { canceled: false, filePath: file };
  },
};
