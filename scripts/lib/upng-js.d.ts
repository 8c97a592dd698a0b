/** What we use of upng-js, which comes without types. */
declare module 'upng-js' {
  interface Picture { readonly width: number; readonly height: number }
  interface Upng {
    decode(bytes: ArrayBufferLike): Picture;
    toRGBA8(picture: Picture): ArrayBuffer[];
    /** `colours`: how many the palette has at most; 0: as they are. */
    encode(frames: readonly ArrayBuffer[], width: number, height: number, colours: number): ArrayBuffer;
  }
  const upng: Upng;
  // eslint-disable-next-line import-x/no-default-export -- the package has no other
  export default upng;
}
