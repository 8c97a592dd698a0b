import { describe, expect, it } from 'vitest';
import { suggestionsFor, withWord } from '../../../../src-renderer/workbench/inspector/fieldText.ts';
import { editText } from '../../../../src-renderer/workbench/inspector/iopbCells.ts';

const names = ['IRP_NOCACHE', 'IRP_PAGING_IO', 'IRP_SYNCHRONOUS_PAGING_IO'];

describe('typing a value', () => {
  it('the word at the end is completed, what stands before it stays', () => {
    expect(suggestionsFor('IRP_NOCACHE | pag', names)).toEqual(['IRP_PAGING_IO', 'IRP_SYNCHRONOUS_PAGING_IO']);
    expect(suggestionsFor('noc', names)).toEqual(['IRP_NOCACHE']);
    expect(suggestionsFor('0x4', names)).toEqual([]);
    expect(suggestionsFor('IRP_NOCACHE', names)).toEqual([]);
    expect(suggestionsFor('STATUS_PENDING', ['STATUS_PENDING', 'STATUS_PENDING_2'])).toEqual([]);
    expect(withWord('IRP_NOCACHE|pag', 'IRP_PAGING_IO')).toBe('IRP_NOCACHE|IRP_PAGING_IO');
  });

  it('begins with what can be read again: names, or the number behind a description', () => {
    expect(editText({ values: ['IRP_NOCACHE | IRP_PAGING_IO'], raw: ['0x03'] }, 0)).toBe('IRP_NOCACHE | IRP_PAGING_IO');
    expect(editText({ values: ['class 77'], raw: ['0x4D'] }, 0)).toBe('0x4D');
    expect(editText({ values: ['4096'], raw: [null] }, 0)).toBe('4096');
    expect(editText({ values: ['user#3 (4096 bytes)'], raw: [null] }, 0)).toBe('NULL');
  });
});
