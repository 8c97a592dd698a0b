/** Opaque objects that drivers hold: compared with `===`, printed by a stable name, with nothing else to see. */

export interface PFLT_FILTER {
  readonly id: string;
}

export interface PFLT_INSTANCE {
  readonly id: string;
}

export interface PFLT_VOLUME {
  readonly id: string;
}

export interface PFLT_DEFERRED_IO_WORKITEM {
  readonly id: string;
}

export interface PFLT_GENERIC_WORKITEM {
  readonly id: string;
}

/** An out-parameter or a pointer to a variable: `T *` in C. */
export interface Ref<T> {
  value: T;
}

class Handle {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
    Object.freeze(this);
  }

  toString(): string {
    return this.id;
  }
}

export const makeHandle = (id: string): { readonly id: string } => new Handle(id);
