/**
 * Addresses of the traced machine: IRPs, file objects, file keys, images.
 *
 * They are looked up by the million, so they are plain numbers where that is exact: kernel addresses as negative ones, as if the 64 bits were signed
 * (0xFFFFA00000001000 is -0x5FFFFFFFF000). The few addresses that a number cannot hold are unsigned bigints. Equal addresses are always equal as keys of a Map.
 */
export type EtwPointer = number | bigint;

/** From the two halves as unsigned 32-bit numbers. */
export function pointerOf(low: number, high: number): EtwPointer {
  const signed = high | 0;
  if (signed >= -0x20_0000 && signed < 0x20_0000) return signed * 0x1_0000_0000 + low;
  return (BigInt(high >>> 0) << 32n) | BigInt(low);
}

/** From 64 bits, signed or not. */
export function pointerFromBigInt(value: bigint): EtwPointer {
  const signed = BigInt.asIntN(64, value);
  const exact = signed >= -0x20_0000_0000_0000n && signed < 0x20_0000_0000_0000n;
  return exact ? Number(signed) : BigInt.asUintN(64, value);
}

/** The address as people write it: unsigned; a number for a user address, which is what `detail` keeps. */
export function unsignedPointer(pointer: EtwPointer): number | bigint {
  return typeof pointer === 'number' && pointer < 0 ? BigInt.asUintN(64, BigInt(pointer)) : pointer;
}

export function pointerToBigInt(pointer: EtwPointer): bigint {
  return BigInt.asUintN(64, BigInt(pointer));
}
