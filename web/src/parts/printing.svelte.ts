/** Whether the page is being printed (or shown as if), for parts that otherwise draw only what is in view. Call it while a component is made. */
export function watchPrinting(): { readonly isOn: boolean } {
  const query = matchMedia('print');
  let isOn = $state(query.matches);
  $effect(() => {
    const onChange = () => (isOn = query.matches);
    const onBegin = () => (isOn = true);
    const onEnd = () => (isOn = false);
    query.addEventListener('change', onChange);
    addEventListener('beforeprint', onBegin);
    addEventListener('afterprint', onEnd);
    return () => {
      query.removeEventListener('change', onChange);
      removeEventListener('beforeprint', onBegin);
      removeEventListener('afterprint', onEnd);
    };
  });
  return {
    get isOn() {
      return isOn;
    }
  };
}
