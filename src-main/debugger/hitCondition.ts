/** Hit conditions: at which of its hits a breakpoint acts. `5` and `=5` the fifth, `>=5` from the fifth on, `<5`, `<=5`, `>5`, `%10` every tenth. */

const form = /^(=|==|>=|>|<=|<|%)?\s*(\d{1,9})$/;

/** Null where there is none. One that cannot be understood never holds. */
export function compileHitCondition(text: string): ((hits: number) => boolean) | null {
  if (text.trim() === '') return null;
  const [, operator = '=', digits = ''] = form.exec(text.trim()) ?? [];
  if (digits === '') return () => false;
  const count = Number(digits);
  switch (operator) {
    case '>=': return (hits) => hits >= count;
    case '>': return (hits) => hits > count;
    case '<=': return (hits) => hits <= count;
    case '<': return (hits) => hits < count;
    case '%': return (hits) => count > 0 && hits % count === 0;
    default: return (hits) => hits === count;
  }
}

export function hitConditionProblem(text: string): string | null {
  const match = form.exec(text.trim());
  if (text.trim() === '' || (match !== null && !(match[1] === '%' && Number(match[2]) === 0))) return null;
  return `"${text}" is no hit condition: write 5 for the fifth hit, >=5 from then on, or %10 for every tenth.`;
}
