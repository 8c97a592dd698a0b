import { onBeforeUnmount, onMounted, type Ref } from 'vue';

/** Calls back whenever the element's size changes. */
export function useResizeObserver(element: Ref<HTMLElement | null>, resized: () => void): void {
  let observer: ResizeObserver | undefined;
  onMounted(() => {
    if (element.value === null) return;
    observer = new ResizeObserver(resized);
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
}
