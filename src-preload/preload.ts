/** The sandboxed preload: hands the port and the shell calls to the page; nothing else. */
import { contextBridge, ipcRenderer, webFrame, webUtils } from 'electron';
import { portMessage, shellChannels, type ElectronShell } from './contract/electronBridge.ts';

const shell: ElectronShell = {
  kind: 'electron',
  requestPort: () => ipcRenderer.send(shellChannels.requestPort),
  openTraceDialog: () => ipcRenderer.invoke(shellChannels.openTraceDialog) as Promise<readonly string[]>,
  saveSessionDialog: (suggestedName) => ipcRenderer.invoke(shellChannels.saveSessionDialog, suggestedName) as Promise<string | null>,
  pathForFile: (file) => webUtils.getPathForFile(file as File),
  setZoom: (factor) => webFrame.setZoomFactor(factor),
  setMenuKeys: (keys) => ipcRenderer.send(shellChannels.menuKeys, keys),
};

contextBridge.exposeInMainWorld('fltreplayShell', shell);

ipcRenderer.on(shellChannels.port, (event) => window.postMessage(portMessage, window.location.origin, [...event.ports]));
