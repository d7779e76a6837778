/**
 * Puts the cloud's time under `Date` of this thread. A proxy and not a subclass, so that `Date()` without `new`,
 * `instanceof` and `Date.UTC` stay what they are. `performance`, timers and `Intl`'s own "now" keep real time.
 */
export function installVirtualDate(now: () => number): void {
  const RealDate = Date;
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.now = now;
  RealDate.prototype.constructor = VirtualDate;
  globalThis.Date = VirtualDate;
}
