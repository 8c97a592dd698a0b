/** How much larger the page itself is shown. Places and sizes are told in pixels of the window; what is set in styles is multiplied by this. */
export const pageZoom = (): number => Number(getComputedStyle(document.documentElement).zoom) || 1;
