/**
 * Leaves a page time for what it does by itself: many short turns, since a process that stood still finds one long timer due
 * before any of its other work.
 *
 * @param time milliseconds
 */
export const settle = async (time = 300): Promise<void> => {
  for (let left = Math.max(1, time); left > 0; left -= 10)
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 10)));
};
