/**
 * The bugs of drivers that driver-api-usage.md section 4 collects, and what tells of each here.
 *
 * A violation is the first choice, a hint the second. Some show by themselves: an exception with the driver's line. What is left cannot
 * be told from outside, and says why.
 */
export type BugCoverage =
  | { readonly by: 'violation'; readonly violations: readonly string[] }
  /** Of the same id; `violations` tell of a part of it. */
  | { readonly by: 'hint'; readonly violations?: readonly string[] }
  | { readonly by: 'exception'; readonly how: string }
  | { readonly by: 'nothing'; readonly why: string };

const violation = (...violations: readonly string[]): BugCoverage => ({ by: 'violation', violations });
const hint = (...violations: readonly string[]): BugCoverage => (violations.length === 0 ? { by: 'hint' } : { by: 'hint', violations });
const exception = (how: string): BugCoverage => ({ by: 'exception', how });
const nothing = (why: string): BugCoverage => ({ by: 'nothing', why });

export const bugs: Readonly<Record<string, BugCoverage>> = {
  'A-01': violation('FV-021'), 'A-02': violation('FV-020'), 'A-03': violation('FV-012'), 'A-04': violation('FV-008', 'FV-009'), 'A-05': hint('FV-053'), 'A-06': violation('FV-001', 'FV-040'),
  'A-07': violation('FV-069'), 'A-08': hint(), 'A-09': violation('FV-069'), 'A-10': violation('FV-029'), 'A-11': violation('FV-004'), 'A-12': violation('FV-003'), 'A-13': violation('FV-025', 'FV-026'),
  'A-14': violation('FV-010'), 'A-15': hint(), 'A-16': hint('FV-048'),

  'B-01': violation('OV-029'), 'B-02': nothing('memory that JavaScript collects is no leak; counted objects in a forgotten completion context are FV-133'), 'B-03': violation('FV-044'),
  'B-04': violation('FV-090', 'FV-092'), 'B-05': hint(), 'B-06': violation('FV-045'), 'B-07': violation('FV-042'), 'B-08': violation('FV-041'), 'B-09': violation('FV-014'), 'B-10': violation('FV-013'),
  'B-11': hint(), 'B-12': hint(), 'B-13': exception('using null is a TypeError at that line'), 'B-14': hint(),

  'C-01': hint(), 'C-02': violation('FV-049', 'FV-050', 'FV-052'), 'C-03': hint(), 'C-04': hint(), 'C-05': hint(), 'C-06': violation('FV-133', 'FV-130'), 'C-07': violation('OV-051'), 'C-08': violation('OV-057'),
  'C-09': hint(), 'C-10': nothing('a monitor asks for the opened name as well; what a name is compared with is not seen'), 'C-11': nothing('how a driver compares texts is not seen'),
  'C-12': nothing('cannot happen: Buffer is a text with a length of its own, and Length counts its bytes'), 'C-13': hint(), 'C-14': nothing('whether a name is kept, and for what, is not seen'),
  'C-15': nothing('whether the name in the buffer is taken for the whole destination is not seen'), 'C-16': nothing('denying, or allowing, after a failed query may be meant'), 'C-17': violation('OV-061'), 'C-18': hint(),
  'C-19': hint(), 'C-20': violation('FV-116'), 'C-21': violation('OV-062', 'OV-063'), 'C-22': violation('OV-084', 'OV-002'), 'C-23': nothing('what a policy forgets is not seen'),

  'D-01': violation('FV-027'), 'D-02': violation('FV-027'), 'D-03': violation('FV-028'), 'D-04': violation('FV-029'), 'D-05': hint(), 'D-06': hint('FV-084'), 'D-07': hint(),
  'D-08': nothing('memory of programs does not fault here unless a touch goes past its end; whether a try stands around a touch is not seen'), 'D-09': nothing('the program does not change its memory meanwhile'), 'D-10': hint(),
  'D-11': hint(), 'D-12': nothing('mapping does not fail here'), 'D-13': nothing('a length of 0 that is not handled shows by what follows: an exception, or nothing'), 'D-14': hint(),
  'D-15': nothing('which entries a driver means to hide is not seen'), 'D-16': hint(),

  'E-01': violation('FV-002', 'FV-070'), 'E-02': violation('FV-064'), 'E-03': violation('FV-018'), 'E-04': violation('FV-060'), 'E-05': violation('FV-017'), 'E-06': violation('FV-018'), 'E-07': violation('FV-018'),
  'E-08': hint(), 'E-09': violation('FV-080', 'FV-081', 'FV-082'), 'E-10': nothing('what a driver concludes from a post-operation callback is not seen'), 'E-11': hint('FV-073'), 'E-12': violation('FV-120'),
  'E-13': violation('OV-002'), 'E-14': violation('OV-002'), 'E-15': violation('FV-064', 'FV-069'),

  'F-01': violation('FV-133'), 'F-02': violation('FV-131', 'FV-132'), 'F-03': violation('FV-132'), 'F-04': violation('FV-133'), 'F-05': violation('OV-042'), 'F-06': hint(),
  'F-07': nothing('whether others still need a context that is deleted is not seen'), 'F-08': violation('FV-093'), 'F-09': nothing('a context that is set is also changed for good reasons'), 'F-10': violation('OV-041'), 'F-11': hint(),
  'F-12': hint(), 'F-13': violation('FV-133', 'OV-011'), 'F-14': violation('OV-040'), 'F-15': violation('OV-044', 'FV-132'),

  'G-01': hint(), 'G-02': hint(), 'G-03': nothing('which file a driver means to protect is not seen'), 'G-04': hint(), 'G-05': nothing('what a driver takes for the deletion is not seen'),
  'G-06': nothing('what a driver counts is not seen'), 'G-07': nothing('what state is kept by is not seen'),

  'H-01': hint(), 'H-02': violation('FV-090'), 'H-03': hint('FV-090'), 'H-04': violation('FV-090'), 'H-05': hint(), 'H-06': hint(), 'H-07': hint(), 'H-08': violation('OV-083'),
  'H-09': exception('a touch past the end of the program\'s memory raises STATUS_ACCESS_VIOLATION; unguarded in the message callback it is OV-082'), 'H-10': violation('OV-085'), 'H-11': violation('OV-011'),
  'H-12': exception('what was set to null before FltUnregisterFilter is a TypeError in the callback that comes'), 'H-13': violation('OV-012'), 'H-14': exception('a global that is not set is a TypeError in the first callback'),
  'H-15': violation('OV-020'), 'H-16': hint(), 'H-17': hint(), 'H-18': hint(), 'H-19': nothing('what a flag is believed to do is not seen'), 'H-20': hint(), 'H-21': hint(),
};
