/** SECURITY_DESCRIPTOR of FltBuildDefaultSecurityDescriptor (COM-002). Routines of the kernel may put an access list on it. */
export class SecurityDescriptor {
  readonly id: string;
  [member: string]: unknown;
  readonly #rights: number;
  #freed = false;

  constructor(id: string, rights: number) {
    this.id = id;
    this.#rights = rights;
  }

  /** What the system and administrators may do. */
  static rights(descriptor: SecurityDescriptor): number {
    return descriptor.#rights;
  }

  /** False when it is freed already. */
  static free(descriptor: SecurityDescriptor): boolean {
    if (descriptor.#freed) return false;
    descriptor.#freed = true;
    return true;
  }

  toString(): string {
    return this.id;
  }
}
