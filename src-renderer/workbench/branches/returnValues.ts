/** What a callback can be made to return instead of its own value. Source: fltKernel.h, FLT_PREOP_CALLBACK_STATUS and FLT_POSTOP_CALLBACK_STATUS. */

export interface ReturnValue {
  readonly name: string;
  readonly value: number;
  /** It ends the operation: with a status. */
  readonly completes: boolean;
}

// What only a driver that goes on by itself can return is left out: pending, synchronize, more processing.
export const returnValues: Readonly<Record<'pre' | 'post', readonly ReturnValue[]>> = {
  pre: [
    { name: 'FLT_PREOP_COMPLETE', value: 4, completes: true }, { name: 'FLT_PREOP_SUCCESS_NO_CALLBACK', value: 1, completes: false }, { name: 'FLT_PREOP_SUCCESS_WITH_CALLBACK', value: 0, completes: false },
    { name: 'FLT_PREOP_DISALLOW_FASTIO', value: 3, completes: false },
  ],
  post: [{ name: 'FLT_POSTOP_FINISHED_PROCESSING', value: 0, completes: false }],
};
