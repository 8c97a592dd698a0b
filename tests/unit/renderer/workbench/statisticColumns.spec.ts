import { expect, it } from 'vitest';
import { statisticsCsv } from '../../../../src-renderer/workbench/statistics/statisticColumns.ts';

it('writes statistics as RFC 4180, with what is not known left empty', () => {
  const numbers = { operations: 3, errors: 1, duration: 25, longest: 20, read: 4096, written: 0, status: null, where: null };
  const csv = statisticsCsv('path', [{ ...numbers, name: 'C:\\a, "b".txt', p50: 2, p99: 20 }, { ...numbers, name: '', p50: null, p99: null }]);
  expect(csv).toBe('Path,Operations,Errors,Time (ns),p50 (ns),p99 (ns),Longest (ns),Read (bytes),Written (bytes)\r\n"C:\\a, ""b"".txt",3,1,2500,200,2000,2000,4096,0\r\nno path,3,1,2500,,,2000,4096,0\r\n');
});
