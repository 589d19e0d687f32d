/**
 * Remembers which scope each device wrote to last, for as many devices as `max`; the one that has been silent longest is
 * forgotten first. Devices that wrote to the same scope would wait for each other's locks: they share a lane instead.
 */
export function createLaneMemory(max: number) {
  const scopeByDevice = new Map<string, string>();
  return {
    /** A device of which nothing is remembered travels alone. */
    laneOf: (deviceId: string): string => scopeByDevice.get(deviceId) ?? `device ${deviceId}`,

    remember(deviceId: string, scope: string): void {
      scopeByDevice.delete(deviceId);
      scopeByDevice.set(deviceId, scope);
      if (scopeByDevice.size <= max) return;
      const [oldest] = scopeByDevice.keys();
      if (oldest !== undefined) scopeByDevice.delete(oldest);
    },
  };
}
