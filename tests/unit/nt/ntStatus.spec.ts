import { describe, expect, it } from 'vitest';
import { ntError, ntInformation, ntStatus, ntStatusFromName, ntStatusName, ntStatusShortName, ntSuccess, ntWarning } from '../../../src-main/nt/ntStatus.ts';

describe('NTSTATUS', () => {
  it('is unsigned, whatever the driver hands in', () => {
    expect(ntStatus(-1073741790)).toBe(0xc0000022);
    expect(ntStatus(0xc0000022)).toBe(0xc0000022);
  });

  it('is written with its WDK name, else 0x and eight digits', () => {
    expect(ntStatusName(0xc0000022)).toBe('STATUS_ACCESS_DENIED');
    expect(ntStatusShortName(0xc0000022)).toBe('ACCESS_DENIED');
    expect(ntStatusName(0xc01c0004)).toBe('STATUS_FLT_DISALLOW_FAST_IO');
    expect(ntStatusName(0xe1230001)).toBe('0xE1230001');
    expect(ntStatusName(-1)).toBe('0xFFFFFFFF');
  });

  it('is found by its long and its short name', () => {
    expect(ntStatusFromName('STATUS_OPLOCK_NOT_GRANTED')).toBe(0xc00000e2);
    expect(ntStatusFromName('OPLOCK_NOT_GRANTED')).toBe(0xc00000e2);
    expect(ntStatusFromName('NO_SUCH_STATUS')).toBeUndefined();
  });

  it.each([
    [0x00000000, 'success'],
    [0x00000103, 'success'],
    [0x40000000, 'information'],
    [0x80000005, 'warning'],
    [0xc0000022, 'error'],
  ])('classifies %s as %s by its two top bits', (value, severity) => {
    expect(ntSuccess(value)).toBe(severity === 'success' || severity === 'information');
    expect(ntInformation(value)).toBe(severity === 'information');
    expect(ntWarning(value)).toBe(severity === 'warning');
    expect(ntError(value)).toBe(severity === 'error');
  });
});
