import { describe, expect, it } from 'vitest';
import {
  createDispositionName, createOptionNames, fileInformationClassName, flagNames, fsctlFromName, fsctlNameOf, irpFlagNames, irpMjFromName, irpMjName, irpMnName,
} from '../../../src-main/nt/names.ts';

describe('names of codes', () => {
  it('names majors, Filter Manager pseudo majors included, as unsigned bytes', () => {
    expect(irpMjName(0)).toBe('IRP_MJ_CREATE');
    expect(irpMjName(0xf2)).toBe('IRP_MJ_NETWORK_QUERY_OPEN');
    expect(irpMjFromName('READ')).toBe(3);
    expect(irpMjName(0x7e)).toBe('0x7E');
  });

  it('names minors by their major', () => {
    expect(irpMnName(0x0c, 2)).toBe('IRP_MN_NOTIFY_CHANGE_DIRECTORY');
    expect(irpMnName(0x11, 1)).toBe('IRP_MN_LOCK');
    expect(irpMnName(0x03, 99)).toBe('99');
  });

  it('names control codes and classes', () => {
    expect(fsctlNameOf(0x00090240)).toBe('FSCTL_REQUEST_OPLOCK');
    expect(fsctlFromName('FSCTL_REQUEST_BATCH_OPLOCK')).toBe(0x00090008);
    expect(fileInformationClassName(4)).toBe('FileBasicInformation');
    expect(fileInformationClassName(999)).toBe('class 999');
  });

  it('splits Create.Options into disposition and options', () => {
    const options = 0x01000060;
    expect(createDispositionName(options >>> 24)).toBe('FILE_OPEN');
    expect(createOptionNames(options)).toBe('FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE');
  });

  it('keeps bits without a name in hex', () => {
    expect(irpFlagNames(0x2 | 0x1)).toBe('IRP_NOCACHE | IRP_PAGING_IO');
    expect(flagNames(0x80000001, [['ONE', 1, '']])).toBe('ONE | 0x80000000');
    expect(flagNames(0, [['ONE', 1, '']])).toBe('0');
  });
});
