/** As far as the benchmark uses it; the package brings no types, and those published for it bring all of koa's. */
declare module 'koa-compose' {
  type Middleware<C> = (context: C, next: () => Promise<unknown>) => Promise<void>;
  export default function compose<C>(middleware: readonly Middleware<C>[]): (context: C) => Promise<void>;
}
