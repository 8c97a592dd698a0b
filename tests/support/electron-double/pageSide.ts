// The page's half: `electron` as a preload sees it, written in plain JavaScript because it is injected as text.

const runtime = `
(() => {
  const say = (message) => globalThis.__electronDoubleSay(structuredClone(message));
  const listeners = new Map();
  const bridges = new Map();
  const hear = (message) => {
    if (message.kind === 'port') { bridges.get(message.port)?.postMessage(message.data); return; }
    const ports = message.ports.map((number) => {
      const channel = new MessageChannel();
      bridges.set(number, channel.port1);
      channel.port1.onmessage = (event) => void say({ kind: 'port', port: number, data: event.data });
      channel.port1.onclose = () => void say({ kind: 'portClosed', port: number });
      return channel.port2;
    });
    for (const listener of listeners.get(message.channel) ?? []) listener({ ports }, message.message);
  };
  Object.defineProperty(globalThis, '__electronDoubleHear', { value: hear });
  const paths = new Map();
  Object.defineProperty(globalThis, '__electronDoublePaths', { value: paths });
  // The context bridge copies what passes through it, and freezes what it exposes.
  const copied = (value) => typeof value === 'function'
    ? (...args) => { const result = value(...structuredClone(args)); return result instanceof Promise ? result.then((settled) => structuredClone(settled)) : structuredClone(result); }
    : structuredClone(value);
  const electron = {
    contextBridge: {
      exposeInMainWorld: (key, api) => Object.defineProperty(globalThis, key, {
        value: Object.freeze(Object.fromEntries(Object.entries(api).map(([name, value]) => [name, copied(value)]))),
      }),
    },
    ipcRenderer: {
      send: (channel, ...args) => void say({ kind: 'send', channel, args }),
      invoke: (channel, ...args) => say({ kind: 'invoke', channel, args }),
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
    },
    webFrame: { setZoomFactor: (factor) => document.documentElement?.style.setProperty('zoom', String(factor)) },
    webUtils: { getPathForFile: (file) => paths.get(file.name) ?? '' },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('module not found: ' + name + ' (a sandboxed preload has electron and little else)');
    return electron;
  };
  const module = { exports: {} };
  (function (require, module, exports) {
`;

/** The script that runs before the page's own: the double's half and, inside it, the preload as built. */
export function pageScript(preload: string): string {
  return `${runtime}\n${preload}\n})(require, module, module.exports);\n})();`;
}
