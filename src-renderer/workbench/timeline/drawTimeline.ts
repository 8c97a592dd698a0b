/** Draws the density and its marks. Knows nothing of stores. */
import type { DensityInfo } from '../../../src-preload/contract/index.ts';
import type { TimeScale } from './timeScale.ts';

export interface Mark {
  readonly kind: 'violation' | 'stopped' | 'lost';
  readonly time: bigint;
}

export interface Drawing {
  readonly scale: TimeScale;
  readonly height: number;
  readonly info: DensityInfo | null;
  /** Tokens of its series. */
  readonly colours: readonly string[];
  readonly marks: readonly Mark[];
  readonly chosen: { readonly from: bigint; readonly to: bigint } | null;
  readonly selected: bigint | null;
  readonly stop: bigint | null;
  /** Place of the pointer or of the keyboard's caret. */
  readonly cursor: number | null;
  readonly tickTexts: readonly { readonly time: bigint; readonly text: string }[];
}

export const marksHeight = 18;
export const axisHeight = 18;

/** Colours by the names of styles/tokens.css. */
type Colours = (name: string) => string;

export function drawTimeline(context: CanvasRenderingContext2D, drawing: Drawing, colours: Colours): void {
  const { scale, height } = drawing;
  context.clearRect(0, 0, scale.width, height);
  drawAxis(context, drawing, colours);
  if (drawing.chosen !== null) drawChosen(context, drawing, colours);
  if (drawing.info !== null) drawBars(context, drawing, drawing.info, colours);
  drawMarks(context, drawing, colours);
  line(context, drawing, drawing.selected, colours('--accent'), 2);
  line(context, drawing, drawing.stop, colours('--status'), 2);
  if (drawing.cursor !== null) {
    context.fillStyle = colours('--dim');
    context.fillRect(Math.round(drawing.cursor), marksHeight, 1, height - marksHeight - axisHeight);
  }
}

export function mostInBucket({ series }: DensityInfo): number {
  const length = series[0]?.counts.length ?? 0;
  let most = 0;
  for (let bucket = 0; bucket < length; bucket++) most = Math.max(most, series.reduce((sum, one) => sum + (one.counts[bucket] ?? 0), 0));
  return most;
}

function drawBars(context: CanvasRenderingContext2D, drawing: Drawing, info: DensityInfo, colours: Colours): void {
  const { scale, height } = drawing;
  const most = mostInBucket(info);
  if (most === 0) return;
  const room = height - marksHeight - axisHeight - 4;
  const bottom = height - axisHeight;
  const palette = drawing.colours.map(colours);
  const length = info.series[0]?.counts.length ?? 0;
  for (let bucket = 0; bucket < length; bucket++) {
    // What is shown may have been zoomed since it was counted.
    const left = scale.x(info.from + ((info.to - info.from) * BigInt(bucket)) / BigInt(length));
    const right = scale.x(info.from + ((info.to - info.from) * BigInt(bucket + 1)) / BigInt(length));
    if (right < 0 || left > scale.width) continue;
    const width = Math.max(1, right - left - (right - left >= 3 ? 1 : 0));
    let sum = 0;
    let top = bottom;
    for (const [at, { counts }] of info.series.entries()) {
      const count = counts[bucket] ?? 0;
      if (count === 0) continue;
      sum += count;
      // Never invisible, however small beside the highest.
      const next = Math.min(top - 1, bottom - (sum / most) * room);
      context.fillStyle = palette[at] ?? '';
      context.fillRect(left, next, width, top - next);
      top = next;
    }
  }
}

const colourCount = 6;

/** The tokens of the series: statuses have the colours they have everywhere; the others keep theirs (`kept`, by title) from one count to the next. */
export function seriesColours({ by, series }: Pick<DensityInfo, 'by' | 'series'>, kept: Map<string, number>): readonly string[] {
  const taken = new Set(series.flatMap(({ title }) => kept.get(title) ?? []));
  return series.map(({ title, where }) => {
    if (where === null || title === 'Other') return '--series-rest';
    if (by === 'status') return { Success: '--ok', Information: '--pre', Warning: '--warn', Error: '--bad' }[title] ?? '--series-rest';
    let colour = kept.get(title);
    if (colour === undefined || series.find((other) => kept.get(other.title) === colour)?.title !== title) {
      colour = Array.from({ length: colourCount }, (_, at) => at).find((at) => !taken.has(at)) ?? 0;
      kept.set(title, colour);
      taken.add(colour);
    }
    return `--series-${colour + 1}`;
  });
}

function drawAxis(context: CanvasRenderingContext2D, { scale, height, tickTexts }: Drawing, colours: Colours): void {
  context.font = `11px ${colours('--mono')}`;
  context.textBaseline = 'middle';
  for (const { time, text } of tickTexts) {
    const x = Math.round(scale.x(time));
    context.fillStyle = colours('--line');
    context.fillRect(x, marksHeight, 1, height - marksHeight - axisHeight + 4);
    const width = context.measureText(text).width;
    if (x + 4 + width > scale.width) continue;
    context.fillStyle = colours('--dim');
    context.fillText(text, x + 4, height - axisHeight / 2 + 1);
  }
  context.fillStyle = colours('--line-strong');
  context.fillRect(0, height - axisHeight, scale.width, 1);
}

function drawChosen(context: CanvasRenderingContext2D, { scale, height, chosen }: Drawing, colours: Colours): void {
  if (chosen === null) return;
  const [left, right] = [Math.max(0, scale.x(chosen.from)), Math.min(scale.width, scale.x(chosen.to))];
  if (right < 0 || left > scale.width) return;
  context.fillStyle = colours('--accent-soft');
  context.fillRect(left, 0, Math.max(1, right - left), height - axisHeight);
  context.fillStyle = colours('--accent');
  context.fillRect(left, 0, 1, height - axisHeight);
  context.fillRect(right - 1, 0, 1, height - axisHeight);
}

/** Each kind has a shape of its own: a triangle, a dot, a gap between two bars. */
function drawMarks(context: CanvasRenderingContext2D, { scale, marks }: Drawing, colours: Colours): void {
  const drawn = new Set<string>();
  for (const { kind, time } of marks) {
    const place = scale.x(time);
    if (place < 0 || place > scale.width) continue;
    // Whole at the edges too.
    const x = Math.round(Math.max(6, Math.min(scale.width - 6, place)));
    if (drawn.has(`${kind} ${x}`)) continue;
    drawn.add(`${kind} ${x}`);
    context.beginPath();
    if (kind === 'violation') {
      context.fillStyle = colours('--bad');
      context.moveTo(x, 3);
      context.lineTo(x + 5, 12);
      context.lineTo(x - 5, 12);
    } else if (kind === 'stopped') {
      context.fillStyle = colours('--status');
      context.arc(x, 8, 4, 0, Math.PI * 2);
    } else {
      context.fillStyle = colours('--warn');
      context.rect(x - 4, 3, 3, 10);
      context.rect(x + 1, 3, 3, 10);
    }
    context.fill();
  }
}

function line(context: CanvasRenderingContext2D, { scale, height }: Drawing, time: bigint | null, colour: string, width: number): void {
  if (time === null) return;
  const x = scale.x(time);
  if (x < 0 || x > scale.width) return;
  context.fillStyle = colour;
  context.fillRect(Math.round(x), 0, width, height - axisHeight);
}
