/** Violations and hints in a page of events: sentence, severity and source travel in the detail of their rows. */
import { eventKindCode, pageText } from '../replay/eventPage.ts';
import { hasKind, unpackEventPage, type PackedEventPage } from '../replay/packedEventPage.ts';
import type { StoredViolation } from '../session/index.ts';
import { detailOf, severityOf, textMember } from './eventText.ts';

/** `layerNames`: by number of the layer. */
export function pageViolations(packed: PackedEventPage, layerNames: readonly string[]): StoredViolation[] {
  if (!hasKind(packed, eventKindCode.violation) && !hasKind(packed, eventKindCode.hint)) return [];
  const page = unpackEventPage(packed.columns, packed.first, packed.count, JSON.parse(packed.texts) as string[]);
  const c = page.columns;
  const found: StoredViolation[] = [];
  for (let row = 0; row < page.count; row++) {
    const kind = c.kind[row];
    if (kind !== eventKindCode.violation && kind !== eventKindCode.hint) continue;
    const detail = detailOf(pageText(page, c.detail[row] ?? 0));
    const line = c.line[row] ?? 0;
    found.push({
      number: page.first + row,
      violation: pageText(page, c.name[row] ?? 0),
      severity: severityOf(textMember(detail, 'severity') ?? ''),
      hint: kind === eventKindCode.hint,
      sentence: textMember(detail, 'sentence') ?? '',
      rule: pageText(page, c.rule[row] ?? 0),
      source: textMember(detail, 'source') ?? '',
      driver: textMember(detail, 'driver') ?? layerNames[c.layer[row] ?? 0] ?? '',
      line: line === 0 ? null : line,
      operation: c.operation[row] ?? 0,
      issued: c.issued[row] ?? 0,
      sequence: c.sequence[row] ?? 0,
    });
  }
  return found;
}
