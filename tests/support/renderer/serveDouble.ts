/** Serves a built page with the double behind it: `node serveDouble.ts FOLDER [PORT] [ROWS]`. For looking at the page by hand. */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import { declarationsText } from '../../../src-main/driver-api/declarations.ts';
import { serveClient } from '../../../src-preload/contract/index.ts';
import { webSocketTransport } from '../../../src-main/host/transports/webSocket.ts';
import { hostDouble } from './hostDouble.ts';

const [folder = 'out/renderer', port = '4170', rows] = process.argv.slice(2);
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

const server = createServer((request, response) => {
  const file = path.join(folder, path.normalize(new URL(request.url ?? '/', 'http://host').pathname).replace(/\/$/, '/index.html'));
  try {
    const body = readFileSync(file);
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
const double = hostDouble({ declarations: declarationsText(), ...(rows !== undefined && { rows: Number(rows) }) });
new WebSocketServer({ server, path: '/ws' }).on('connection', (socket) => {
  const client = serveClient(webSocketTransport(socket), double.handlers);
  double.onEvent((name, value) => client.emit(name, value));
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${port}/\n`));
