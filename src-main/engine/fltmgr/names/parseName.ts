/**
 * Taking a name apart.
 *
 * NAM-040 to NAM-042 of filter-manager-objects.md (FltParseFileNameInformation; FLT_FILE_NAME_INFORMATION). On one name:
 * `\Device\HarddiskVolume1` `\a\` `b.tar.gz:s1:$DATA` are volume, parent directory and final component; `gz` is the extension and
 * `:s1:$DATA` the stream.
 */
export interface NameParts {
  readonly volume: string;
  readonly share: string;
  readonly parentDir: string;
  readonly finalComponent: string;
  readonly extension: string;
  readonly stream: string;
}

/** Volumes of redirectors begin their paths with server and share. */
export const isRedirector = (volume: string): boolean => /^\\Device\\(Mup|[^\\]*Redirector)$/i.test(volume);

/** FltParseFileName's three, and how NAM-041 reads them. `dotFile`: `.git` has the extension `git`. */
export function parseComponent(finalComponent: string, dotFile = true): Pick<NameParts, 'extension' | 'stream'> {
  const colon = finalComponent.indexOf(':');
  const name = colon < 0 ? finalComponent : finalComponent.slice(0, colon);
  const dot = name.lastIndexOf('.');
  return { extension: dot < 0 || (dot === 0 && !dotFile) ? '' : name.slice(dot + 1), stream: colon < 0 ? '' : finalComponent.slice(colon) };
}

/** Takes a full name apart; without `volume` the first two components are the volume. */
export function parseName(name: string, volume: string = /^\\[^\\]+\\[^\\]+/.exec(name)?.[0] ?? '', redirector = isRedirector(volume), dotFile = true): NameParts {
  const behind = name.slice(volume.length);
  const share = redirector ? (/^\\[^\\]+\\[^\\]+/.exec(behind)?.[0] ?? '') : '';
  const path = behind.slice(share.length);
  const last = path.lastIndexOf('\\');
  const finalComponent = path.slice(last + 1);
  return { volume, share, parentDir: path.slice(0, last + 1), finalComponent, ...parseComponent(finalComponent, dotFile) };
}
