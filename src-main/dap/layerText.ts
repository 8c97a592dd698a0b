/** A step of an operation through its layers, in words. */
import type { LayerStep } from '../../src-preload/contract/index.ts';

export const layerName = ({ name, altitude }: LayerStep): string => (altitude === null ? name : `${name} ${altitude}`);

export function stepText({ step, result, here }: LayerStep): string {
  const what = { issue: 'issues the request', pre: 'pre', lower: 'is sent the request', done: 'completes it', post: 'post', status: 'status callback', ret: 'returns' }[step];
  return `${what}${result === '' ? '' : ` ${result}`}${here ? ' (here)' : ''}`;
}
